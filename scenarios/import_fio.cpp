// Imports what fio wrote with --write_iolog: version 2, or version 3 with a first column of
// microseconds (measured with fio 3.33: a job of two seconds ends at 2000092).
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/compression.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"

namespace faultpath::scenarios {
namespace {

// The text up to the next blank, taken off the front.
std::string_view take_word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

class FioLog {
 public:
  FioLog(const std::string& path, const std::string& text, bool keep_times)
      : path_(path), lines_(path, text), keep_times_(keep_times) {}

  void read(const TraceSink& sink) {
    read_version();
    while (lines_.next()) {
      if (!lines_.line().empty()) read_line(sink);
    }
  }

 private:
  void read_version() {
    const bool any = lines_.next();
    has_times_ = any && lines_.line() == "fio version 3 iolog";
    if (!has_times_ && (!any || lines_.line() != "fio version 2 iolog")) {
      lines_.fail("not a log of fio: expected 'fio version 2 iolog' or 3");
    }
    if (keep_times_ && !has_times_) fail_without_times(path_, "version 2 of fio's log");
  }

  void read_line(const TraceSink& sink) {
    std::string_view rest = lines_.line();
    const auto time = has_times_ ? take_word(rest) : std::string_view{};
    const auto file = take_word(rest);
    const auto action = take_word(rest);
    if (action == "read" || action == "write") {
      check_file(file);
      models::TraceEntry entry;
      const auto offset = lines_.number(take_word(rest), "offset");
      const auto bytes = lines_.number(take_word(rest), "length");
      entry.operation = lines_.access(offset, bytes, action == "write");
      if (keep_times_) entry.at = time_of(time);
      sink(entry);
    } else if (std::ranges::find(kOthers, action) == std::end(kOthers)) {
      lines_.fail(fmt::format("unknown action '{}'; the log may be truncated", action));
    }
  }

  // Offsets of two files would fall on one another.
  void check_file(std::string_view file) {
    if (file_.empty()) file_ = file;
    if (file_ != file) {
      lines_.fail(
          fmt::format("a second file, '{}' after '{}'; import a log of one file", file, file_));
    }
  }

  sim::Time time_of(std::string_view text) {
    const auto microseconds = lines_.number(text, "time");
    if (!first_time_) first_time_ = last_time_ = microseconds;
    if (microseconds < last_time_) lines_.fail("time: earlier than on the line before");
    last_time_ = microseconds;
    const auto since = microseconds - *first_time_;
    if (since > kMostMicroseconds) lines_.fail("time: beyond 106 days");
    return sim::Time{sim::microseconds(static_cast<std::int64_t>(since))};
  }

  static constexpr std::string_view kOthers[] = {"add",      "open", "close", "sync",
                                                 "datasync", "wait", "trim"};
  static constexpr std::uint64_t kMostMicroseconds = INT64_MAX / 1'000'000;

  const std::string& path_;
  LineReader lines_;
  bool keep_times_;
  bool has_times_ = false;
  std::string file_;
  std::optional<std::uint64_t> first_time_;
  std::uint64_t last_time_ = 0;
};

}  // namespace

void import_fio(const std::string& path, bool keep_times, const TraceSink& sink) {
  const std::string text = read_text(path);
  FioLog(path, text, keep_times).read(sink);
}

}  // namespace faultpath::scenarios
