// Words and times of logs that are made for people.
#pragma once

#include <cstdint>
#include <string_view>

#include "scenarios/line_reader.hpp"

namespace faultpath::scenarios {

/// The text up to the next blank, taken off the front; empty at the end.
std::string_view take_word(std::string_view& text);

/// Is the text "DIGITS.DIGITS"?
bool is_seconds(std::string_view text);
/// The nanoseconds in "SECONDS.FRACTION", with one to nine digits behind the point. Fails on
/// anything else.
std::uint64_t nanoseconds_of(const LineReader& lines, std::string_view text);

}  // namespace faultpath::scenarios
