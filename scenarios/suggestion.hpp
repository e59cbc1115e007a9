// The nearest known word to a misspelt one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultpath::scenarios {

/// The word of `known` that needs the fewest edits (insert, delete, replace, swap of neighbours;
/// case counts little); empty when none is near enough to be what was meant.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// "a, b or c".
std::string listed(const std::vector<std::string>& words);

}  // namespace faultpath::scenarios
