// Words and times of logs.
#include "scenarios/log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "scenarios/excerpt.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::size_t kDecimals = 9;
constexpr std::uint64_t kMostSeconds = 10'000'000'000;  // 64 bits hold as many in nanoseconds

}  // namespace

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

bool is_seconds(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos || point == 0) return false;
  const auto fraction = text.substr(point + 1);
  const auto is_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return !fraction.empty() && fraction.size() <= kDecimals && is_digits(fraction) &&
         is_digits(text.substr(0, point));
}

std::uint64_t nanoseconds_of(const LineReader& lines, std::string_view text) {
  if (!is_seconds(text)) {
    lines.fail(
        fmt::format("time: expected seconds with up to nine decimals, found '{}'", excerpt(text)));
  }
  const auto point = text.find('.');
  const auto seconds = lines.number(text.substr(0, point), "time");
  if (seconds >= kMostSeconds) lines.fail("time: beyond 300 years");
  std::string fraction(text.substr(point + 1));
  fraction.resize(kDecimals, '0');
  return seconds * 1'000'000'000 + lines.number(fraction, "time");
}

}  // namespace faultpath::scenarios
