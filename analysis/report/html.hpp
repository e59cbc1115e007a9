// Pieces of HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/json.hpp"
#include "analysis/units.hpp"

namespace faultpath::analysis::report {

/// Text as it may stand between tags and in quoted attributes.
std::string escaped(std::string_view text);

/// JSON as it may stand in a script element: no `<`, so that nothing closes the element.
std::string embedded(const Json& json);

/// Script text as it may stand in a script element.
std::string embedded_script(std::string_view script);

/// Text of analysis/units.hpp as a page shows it: microseconds with their sign.
std::string typeset(std::string text);

/// value_text(), typeset.
std::string quantity(double value, Unit unit);

/// A number without the digits that no chart shows: four significant ones.
double rounded(double value);

/// `text` with each `{{name}}` replaced. Requires that every name in `text` is given.
struct Replacement {
  std::string_view name;
  std::string text;
};
std::string filled(std::string_view text, const std::vector<Replacement>& replacements);

}  // namespace faultpath::analysis::report
