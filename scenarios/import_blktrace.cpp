// Imports requests to block devices, as blkparse prints what blktrace recorded.
// The format is blkparse's default one: "MAJ,MIN CPU SEQUENCE SECONDS PID ACTION RWBS SECTOR +
// SECTORS [PROCESS]", blkparse(1), "OUTPUT DESCRIPTION AND FORMATTING".
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "scenarios/access_list.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/log_text.hpp"
#include "scenarios/origins.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::uint64_t kSectorBytes = 512;  // of block layer addresses, whatever the device has

// What a driver was given (D, issued), or else what was asked for (Q, queued), or else what was
// done (C, completed), for a recording may have been limited to some actions. A request passes
// through all three, so that only one of them counts. A disk that is made of others, as by the
// device mapper, has no issued requests.
constexpr std::string_view kActions[] = {"D", "Q", "C"};

struct BlockEvent {
  std::string_view disk;  // "8,0"
  std::string_view time;
  std::string_view action;
  std::string_view kind;  // RWBS
  std::string_view rest;  // "SECTOR + SECTORS [PROCESS]", or what else the action prints
};

bool is_disk(std::string_view word) {
  const auto comma = word.find(',');
  return comma != std::string_view::npos && comma > 0 && comma + 1 < word.size() &&
         std::ranges::all_of(word, [](char c) { return c == ',' || (c >= '0' && c <= '9'); });
}

// blkparse says so before the first event of each file that it reads.
bool is_note(std::string_view line) {
  return line.starts_with("Input file ") && line.ends_with(" added");
}

// Is this a line of the summary that ends the output? "CPU0 (8,0):", "Total (8,0):", "Total
// (sda):".
bool begins_summary(std::string_view line) {
  return (line.starts_with("CPU") || line.starts_with("Total")) && line.ends_with(':') &&
         line.find('(') != std::string_view::npos;
}

// Moves to the next event; false at the end, or where the summary begins.
bool next_event(LineReader& lines) {
  while (lines.next_filled())
    if (!is_note(lines.line())) return !begins_summary(lines.line());
  return false;
}

BlockEvent block_event_of(const LineReader& lines) {
  BlockEvent event;
  auto rest = lines.line();
  event.disk = take_word(rest);
  if (!is_disk(event.disk)) {
    lines.fail(fmt::format(
        "expected 'MAJ,MIN CPU SEQUENCE SECONDS PID ACTION RWBS ...' of blkparse, found '{}'",
        excerpt(lines.line())));
  }
  lines.number(take_word(rest), "CPU");
  lines.number(take_word(rest), "sequence");
  event.time = take_word(rest);
  lines.number(take_word(rest), "process");
  event.action = take_word(rest);
  event.kind = take_word(rest);
  event.rest = rest;
  if (event.action.empty()) lines.fail("the action is missing; the log may be truncated");
  return event;
}

enum class Moves { nothing, read, write };

// R and W move data, with any letters behind them; so does a write that a zone appends (ZA). A
// leading F is a flush that goes before the write.
Moves moves_of(std::string_view kind) {
  if (kind.size() > 1 && kind.front() == 'F') kind.remove_prefix(1);
  if (kind.starts_with('R')) return Moves::read;
  return kind.starts_with('W') || kind.starts_with("ZA") ? Moves::write : Moves::nothing;
}

class BlkparseLog {
 public:
  explicit BlkparseLog(const Recording& recording)
      : lines_(recording.name, recording.text),
        disks_(recording.options.several, "a second disk", "import a log of one"),
        accesses_(recording) {}

  void read(const TraceSink& sink) {
    const auto actions = actions_that_count();
    while (next_event(lines_)) {
      const BlockEvent event = block_event_of(lines_);
      const auto moves = moves_of(event.kind);
      if (moves == Moves::nothing || event.action != actions.at(event.disk)) continue;
      add(event, moves == Moves::write);
    }
    accesses_.give_to(sink);
  }

 private:
  // For each disk, among what moves its data.
  std::map<std::string_view, std::string_view> actions_that_count() const {
    std::map<std::string_view, std::string_view> actions;
    LineReader lines = lines_;
    while (next_event(lines)) {
      const BlockEvent event = block_event_of(lines);
      if (moves_of(event.kind) == Moves::nothing) continue;
      auto& best = actions[event.disk];
      for (const auto action : kActions) {
        if (best == action) break;
        if (event.action == action) best = action;
      }
    }
    return actions;
  }

  void add(const BlockEvent& event, bool write) {
    auto rest = event.rest;
    const auto first = take_word(rest);
    const auto plus = take_word(rest);
    // "D R 36 (12 01 00 00) [PROCESS]" is a command that is passed through: it has no sectors.
    if (plus.starts_with('(') || first.starts_with('[')) return;
    if (plus != "+") lines_.fail("expected 'SECTOR + SECTORS'; the log may be truncated");
    const auto sector = lines_.number(first, "sector");
    const auto sectors = lines_.number(take_word(rest), "sectors");
    if (sectors == 0) return;  // a flush that carries no data
    if (sector > UINT64_MAX / kSectorBytes || sectors > UINT64_MAX / kSectorBytes) {
      lines_.fail("sector: beyond the end of the addresses");
    }
    models::TraceEntry entry;
    entry.operation = lines_.access(sector * kSectorBytes, sectors * kSectorBytes, write);
    disks_.assign(entry, event.disk, lines_);
    accesses_.add(entry, nanoseconds_of(lines_, event.time));
  }

  LineReader lines_;
  Origins disks_;
  AccessList accesses_;
};

}  // namespace

void import_blktrace(const Recording& recording, const TraceSink& sink) {
  BlkparseLog(recording).read(sink);
}

}  // namespace faultpath::scenarios
