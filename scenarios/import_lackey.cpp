// Imports the memory accesses of a program, as valgrind's tool lackey prints them.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/excerpt.hpp"
#include "scenarios/importers.hpp"
#include "scenarios/line_reader.hpp"
#include "scenarios/origins.hpp"

namespace faultpath::scenarios {
namespace {

// The process of a remark of valgrind: "==PID== text" of the tool, "--PID-- text" of valgrind
// itself, "**PID** text" of the program that asks for it. Returns nothing for any other line.
std::optional<std::string_view> process_of_remark(std::string_view line) {
  for (const std::string_view mark : {"==", "--", "**"}) {
    if (!line.starts_with(mark)) continue;
    const auto process = line.substr(2, line.find_first_not_of("0123456789", 2) - 2);
    const bool closed =
        line.size() > 2 + process.size() && line.substr(2 + process.size()).starts_with(mark);
    if (!process.empty() && closed) return process;
  }
  return std::nullopt;
}

// Accesses before the first remark belong to this process, too.
std::string_view first_process(const Recording& recording) {
  LineReader lines(recording.name, recording.text);
  while (lines.next()) {
    if (const auto process = process_of_remark(lines.line())) return *process;
  }
  return {};
}

}  // namespace

// " L address,bytes" loads, " S" stores, " M" does both and counts as one write. "I " are
// instructions, "SB " superblocks. An access belongs to the process of the latest remark.
void import_lackey(const Recording& recording, const TraceSink& sink) {
  if (recording.options.keep_times) fail_without_times(recording.name, "lackey");
  LineReader lines(recording.name, recording.text);
  Origins processes(recording.options.several, "a second process", "import a log of one");
  std::string_view process = first_process(recording);
  while (lines.next_filled()) {
    const std::string_view line = lines.line();
    if (line.starts_with("I ") || line.starts_with("SB ")) continue;
    if (const auto named = process_of_remark(line)) {
      process = *named;
      continue;
    }
    const bool known = line.size() > 3 && line[0] == ' ' && line[2] == ' ' &&
                       (line[1] == 'L' || line[1] == 'S' || line[1] == 'M');
    const auto comma = line.find(',');
    if (!known || comma == std::string_view::npos) {
      lines.fail(fmt::format("expected ' L address,bytes' of lackey, found '{}'", excerpt(line)));
    }
    const auto address = lines.number(line.substr(3, comma - 3), "address", 16);
    const auto bytes = lines.number(line.substr(comma + 1), "bytes");
    models::TraceEntry entry{lines.access(address, bytes, line[1] != 'L'), {}, 0, 0};
    processes.assign(entry, process, lines);
    sink(entry);
  }
}

}  // namespace faultpath::scenarios
