// Foreign text inside messages: short, on one line, printable.
#pragma once

#include <string>
#include <string_view>

namespace faultpath::scenarios {

/// What a message shows of a text that may be of any length and hold anything: at most `most`
/// bytes, "..." after them if there are more, '?' for each control character. A character of UTF-8
/// is not cut in two.
std::string excerpt(std::string_view text, std::size_t most = 60);

}  // namespace faultpath::scenarios
