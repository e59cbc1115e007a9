// Imports what fio wrote with --write_iolog, in version 2 or 3.
// Version 3 has a first column of microseconds (measured with fio 3.33: a job of two seconds ends
// at 2000092). The actions are those of "Trace file format" in fio's manual.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/access_list.hpp"
#include "scenarios/declare/type.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/log_text.hpp"
#include "scenarios/origins.hpp"

namespace faultpath::scenarios {
namespace {

enum class Effect {
  none,      // on a file, or without data
  transfer,  // of data: offset and length follow
  wait,      // version 2: so many microseconds from the wait before; fio takes none of version 3
};

struct Action {
  std::string_view name;
  Effect effect;
};
constexpr Action kActions[] = {
    {"add", Effect::none},      {"open", Effect::none},      {"close", Effect::none},
    {"read", Effect::transfer}, {"write", Effect::transfer}, {"trim", Effect::none},
    {"sync", Effect::none},     {"datasync", Effect::none},  {"sync_file_range", Effect::none},
    {"syncfs", Effect::none},   {"wait", Effect::wait}};

const Action* action_called(std::string_view word) {
  const auto* const found = std::ranges::find(kActions, word, &Action::name);
  return found == std::end(kActions) ? nullptr : found;
}

// Takes the last word off the end of the text.
std::string_view take_last_word(std::string_view& text) {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const auto begin = text.find_last_of(' ') + 1;
  const auto word = text.substr(begin);
  text.remove_suffix(word.size());
  return word;
}

// "FILE ACTION", "FILE ACTION OFFSET" or "FILE ACTION OFFSET LENGTH". A name may hold blanks, so
// the action is looked for from the end.
struct Request {
  std::string_view file;
  const Action* action = nullptr;
  std::string_view word;  // where an action was expected
  std::string_view offset, length;
};

Request split(std::string_view text) {
  Request request;
  std::array<std::string_view, 2> numbers;
  std::string_view rest = text;
  for (std::size_t count = 0; count <= numbers.size() && !rest.empty(); ++count) {
    const auto word = take_last_word(rest);
    request.action = action_called(word);
    if (request.action != nullptr) {
      request.word = word;
      request.file = rest.substr(0, rest.find_last_not_of(' ') + 1);
      request.offset = count > 0 ? numbers[count - 1] : std::string_view{};
      request.length = count > 1 ? numbers[count - 2] : std::string_view{};
      return request;
    }
    if (count < numbers.size()) numbers[count] = word;
  }
  take_word(text);
  request.word = take_word(text);
  return request;
}

class FioLog {
 public:
  explicit FioLog(const Recording& recording)
      : recording_(recording),
        keep_times_(recording.options.keep_times),
        lines_(recording.name, recording.text),
        files_(recording.options.several, "a second file", "import a log of one file"),
        accesses_(recording) {}

  void read(const TraceSink& sink) {
    if (!lines_.next_filled() || !begin_job()) {
      lines_.fail("not a log of fio: expected 'fio version 2 iolog' or 3");
    }
    while (lines_.next_filled()) {
      if (!begin_job()) read_line();
    }
    if (keep_times_ && !has_times_) {
      fail_without_times(recording_.name, "version 2 of fio's log without waits");
    }
    accesses_.give_to(sink);  // jobs run at the same time
  }

 private:
  // Logs of several jobs may follow one another; each begins at time zero.
  bool begin_job() {
    const bool third = lines_.line() == "fio version 3 iolog";
    if (!third && lines_.line() != "fio version 2 iolog") return false;
    if (jobs_++ > 0 && recording_.options.several == Several::refuse) {
      lines_.fail(
          "the log of a second job: import one of them, or give each file of each job a "
          "PASID or device by --several");
    }
    columns_ = third;
    has_times_ = has_times_ || third;
    now_ = 0;
    return true;
  }

  void read_line() {
    std::string_view rest = lines_.line();
    if (columns_) set_time(lines_.number(take_word(rest), "time"));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const Request request = split(rest);
    if (request.action == nullptr) {
      lines_.fail(
          fmt::format("unknown action '{}'; the log may be truncated", excerpt(request.word)));
    }
    if (request.file.empty()) lines_.fail("the name of the file is missing");
    if (request.action->effect == Effect::transfer) add(request);
    if (request.action->effect == Effect::wait && !columns_) {
      has_times_ = true;
      set_time(now_ + std::min(lines_.number(request.offset, "wait"), kMostMicroseconds));
    }
  }

  void add(const Request& request) {
    models::TraceEntry entry;
    const auto offset = lines_.number(request.offset, "offset");
    const auto bytes = lines_.number(request.length, "length");
    entry.operation = lines_.access(offset, bytes, request.action->name == "write");
    files_.assign(entry, origin(request.file), lines_);
    accesses_.add(entry, now_ * 1000);
  }

  std::string_view origin(std::string_view file) {
    if (jobs_ == 1) return file;
    origin_ = fmt::format("{} of job {}", file, jobs_);
    return origin_;
  }

  void set_time(std::uint64_t microseconds) {
    if (!keep_times_) return;
    if (microseconds < now_) lines_.fail("time: earlier than on the line before");
    if (microseconds > kMostMicroseconds) lines_.fail("time: beyond 104 days");
    now_ = microseconds;
  }

  static constexpr std::uint64_t kMostMicroseconds =
      static_cast<std::uint64_t>(kLongestRun / sim::microseconds(1));

  const Recording& recording_;
  bool keep_times_;
  LineReader lines_;
  Origins files_;
  unsigned jobs_ = 0;
  bool columns_ = false;    // the job's lines begin with a time
  bool has_times_ = false;  // of any job
  std::uint64_t now_ = 0;   // microseconds since the job's start
  std::string origin_;
  AccessList accesses_;
};

}  // namespace

void import_fio(const Recording& recording, const TraceSink& sink) { FioLog(recording).read(sink); }

}  // namespace faultpath::scenarios
