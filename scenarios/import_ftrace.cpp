// Imports the IOMMU events of a Linux trace: the text of tracefs, `trace-cmd report` or `perf
// script`. The formats are those of include/trace/events/iommu.h and drivers/iommu/intel/trace.h.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/access_list.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/log_text.hpp"
#include "scenarios/origins.hpp"

namespace faultpath::scenarios {
namespace {

struct TraceEvent {
  std::uint64_t nanoseconds = 0;
  bool has_ticks = false;  // the clock counts in a unit of its own, and there are no nanoseconds
  std::string_view name;   // without the system: "map"
  std::string_view text;
};

bool is_whole(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

// "TASK-PID [CPU] FLAGS SECONDS: EVENT: TEXT"; perf prints "SYSTEM:EVENT:". A task's name may hold
// blanks and brackets, so that the time is what counts: the first word of the form "SECONDS:" or,
// from a trace clock such as counter or x86-tsc, "TICKS:".
// Returns nothing for a line without a time.
std::optional<TraceEvent> event_of(const LineReader& lines) {
  auto rest = lines.line();
  for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (!word.ends_with(':')) continue;
    word.remove_suffix(1);
    TraceEvent event;
    event.has_ticks = is_whole(word);
    if (!event.has_ticks && !is_seconds(word)) continue;
    if (!event.has_ticks) event.nanoseconds = nanoseconds_of(lines, word);
    event.name = take_word(rest);
    if (!event.name.ends_with(':')) return std::nullopt;
    event.name.remove_suffix(1);
    if (const auto colon = event.name.rfind(':'); colon != std::string_view::npos) {
      event.name.remove_prefix(colon + 1);
    }
    event.text = without_blanks(rest);
    return event;
  }
  return std::nullopt;
}

// A call of a stack that was recorded with an event: " => iommu_map" in the text of tracefs and of
// trace-cmd, "  ffffffff8d0a1b2c iommu_map+0x1c ([kernel.kallsyms])" in that of perf.
bool is_call(std::string_view line) {
  const auto word = take_word(line);
  if (word == "=>") return true;
  constexpr std::size_t kFewestDigits = 6;
  return word.size() >= kFewestDigits &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         line.find("+0x") != std::string_view::npos;
}

// Headers of the three tools, notes that nothing happened on a processor, and stacks.
bool is_note(std::string_view line) {
  return is_call(line) || line.starts_with('#') || line.starts_with("cpus=") ||
         line.starts_with("version =") || (line.starts_with("CPU ") && line.ends_with("is empty"));
}

bool tells_of_a_loss(std::string_view line) {
  return line.find("[LOST ") != std::string_view::npos ||
         line.find("EVENTS DROPPED]") != std::string_view::npos ||
         line.find("PERF_RECORD_LOST") != std::string_view::npos;
}

bool is_fault(std::string_view name) { return name == "prq_report" || name == "io_page_fault"; }

// The value behind "key=" in a text, up to the next blank. Fails when it is not there.
std::string_view value_of(const LineReader& lines, std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto word = take_word(text);
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
      return word.substr(key.size() + 1);
    }
  }
  lines.fail(fmt::format("{}= is missing; the log may be truncated", key));
}

std::uint64_t hex(const LineReader& lines, std::string_view text, std::string_view key) {
  auto digits = value_of(lines, text, key);
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  return lines.number(digits, std::string(key).c_str(), 16);
}

class FtraceLog {
 public:
  explicit FtraceLog(const Recording& recording)
      : recording_(recording),
        lines_(recording.name, recording.text),
        sources_(recording.options.several, "a second source", "import a log of one"),
        accesses_(recording) {}

  void read(const TraceSink& sink) {
    const bool faults = holds_faults();
    while (lines_.next_filled()) {
      check_line();
      const auto event = event_of(lines_);
      if (!event) continue;
      if (faults && event->name == "prq_report") add_page_request(*event);
      if (faults && event->name == "io_page_fault") add_fault(*event);
      if (!faults && event->name == "map") add_map(*event);
    }
    accesses_.give_to(sink);
  }

 private:
  // When faults are recorded, maps are the answers to them, which a simulation makes itself.
  bool holds_faults() const {
    LineReader lines(recording_.name, recording_.text);
    while (lines.next_filled()) {
      const auto event = event_of(lines);
      if (event && is_fault(event->name)) return true;
    }
    return false;
  }

  void check_line() const {
    const auto line = lines_.line();
    if (is_note(line)) return;
    if (tells_of_a_loss(line)) {
      lines_.fail("events were lost here; record again with a larger buffer (buffer_size_kb)");
    }
    if (!event_of(lines_)) {
      lines_.fail(fmt::format("expected 'TASK-PID [CPU] SECONDS: EVENT: ...' of ftrace, found '{}'",
                              excerpt(line)));
    }
  }

  // "IOMMU/DEVICE seq# N: rid=0x8 addr=0x1fac rw--l pasid=0x1 index=0x0": the address is the number
  // of the page.
  void add_page_request(const TraceEvent& event) {
    auto rest = event.text;
    auto device = take_word(rest);
    device.remove_prefix(std::min(device.find('/') + 1, device.size()));
    const auto page = hex(lines_, rest, "addr");
    if (page > UINT64_MAX / models::kPageBytes) lines_.fail("addr: beyond the last page");
    const auto pasid = hex(lines_, rest, "pasid");
    add(event, page * models::kPageBytes, models::kPageBytes, asks_to_write(rest), {device, pasid});
  }

  // The letters behind the address: "rw--l".
  bool asks_to_write(std::string_view text) const {
    for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
      if (!word.starts_with("addr=")) continue;
      const auto letters = take_word(text);
      if (letters.size() != 5) break;
      return letters[1] == 'w';
    }
    lines_.fail("the letters behind addr= are missing; the log may be truncated");
  }

  // "IOMMU:DRIVER DEVICE iova=0x... flags=0x...": bit 0 is a write (IOMMU_FAULT_WRITE).
  void add_fault(const TraceEvent& event) {
    auto rest = event.text;
    take_word(rest);
    const auto device = take_word(rest);
    const auto page = hex(lines_, rest, "iova") / models::kPageBytes;
    const bool write = (hex(lines_, rest, "flags") & 1U) != 0;
    add(event, page * models::kPageBytes, models::kPageBytes, write, {device, 0});
  }

  // "IOMMU: iova=0x... - 0x... paddr=0x... size=4096" tells neither device nor direction. The
  // device may write to the whole of it.
  void add_map(const TraceEvent& event) {
    const auto iova = hex(lines_, event.text, "iova");
    const auto bytes = lines_.number(value_of(lines_, event.text, "size"), "size");
    add(event, iova, bytes, true, {});
  }

  struct Source {
    std::string_view device;
    std::uint64_t pasid = 0;
  };

  void add(const TraceEvent& event, std::uint64_t address, std::uint64_t bytes, bool write,
           const Source& source) {
    if (event.has_ticks && recording_.options.keep_times) {
      lines_.fail(
          "the times of this trace clock have no unit, so there are none to keep; record with the "
          "clock local");
    }
    models::TraceEntry entry;
    entry.operation = lines_.access(address, bytes, write);
    if (recording_.options.several == Several::device) {
      sources_.assign(entry, source.device, lines_);
      pasids_of(entry.device).assign(entry, fmt::format("{:#x}", source.pasid), lines_);
    } else {
      sources_.assign(entry, fmt::format("{} with PASID {:#x}", source.device, source.pasid),
                      lines_);
    }
    accesses_.add(entry, event.nanoseconds);
  }

  // Each device has PASIDs of its own.
  Origins& pasids_of(std::uint32_t device) {
    while (pasids_.size() <= device) pasids_.emplace_back(Several::pasid, "", "");
    return pasids_[device];
  }

  const Recording& recording_;
  LineReader lines_;
  Origins sources_;
  std::deque<Origins> pasids_;
  AccessList accesses_;
};

}  // namespace

void import_ftrace(const Recording& recording, const TraceSink& sink) {
  FtraceLog(recording).read(sink);
}

}  // namespace faultpath::scenarios
