// Reading lines of machine-written text fast, with errors that name the line.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/device/operation.hpp"
#include "scenarios/config_error.hpp"
#include "scenarios/excerpt.hpp"

namespace faultpath::scenarios {

/// The lines of a text, one after the other, without blanks at their ends.
class LineReader {
 public:
  LineReader(const std::string& path, std::string_view text) : path_(path) { go_on(text); }

  /// Reads on in the next piece of the text. Requires that the last one has been read to its end.
  void go_on(std::string_view text) {
    rest_ = text;
    zero_ = rest_.substr(std::min(rest_.find('\0'), rest_.size()));
  }

  /// Moves to the next line; false at the end. Fails on a line that holds a zero byte.
  bool next() {
    if (rest_.empty()) return false;
    const auto end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    if (rest_.size() < zero_.size()) fail("holds a zero byte: damaged, or no text");
    line_ = line_.substr(0, line_.find_last_not_of(kBlanks) + 1);
    return true;
  }
  /// Moves to the next line that is not empty.
  bool next_filled() {
    while (next()) {
      if (!line_.empty()) return true;
    }
    return false;
  }
  std::string_view line() const { return line_; }

  [[noreturn]] void fail(const std::string& message) const {
    throw file_error(path_, message, number_);
  }

  /// The whole text as a number. Fails unless it is one, up to 64 bits.
  std::uint64_t number(std::string_view text, const char* what, int base = 10) const {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc{} || after != end) {
      fail(std::string(what) + ": expected a number, found '" + excerpt(text) + "'");
    }
    return value;
  }

  /// An access of these bytes. Fails when it is none: no bytes, too many, or past the end.
  models::Operation access(std::uint64_t address, std::uint64_t bytes, bool write) const {
    if (bytes == 0) fail("an access of no bytes");
    if (bytes > UINT32_MAX) fail("an access of more than 4 GiB");
    if (address + (bytes - 1) < address) fail("the access wraps around the end of the addresses");
    return {{address}, static_cast<std::uint32_t>(bytes), write};
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r\v\f";

  const std::string& path_;
  std::string_view rest_;
  std::string_view zero_;  // the text from its first zero byte on
  std::string_view line_;
  unsigned number_ = 0;
};

}  // namespace faultpath::scenarios
