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

/// Advice for a word that is not in `known`: "did you mean 'a'?", or "expected a, b or c" when no
/// known word is near enough.
std::string hint_for(std::string_view word, const std::vector<std::string>& known);

}  // namespace faultpath::scenarios
