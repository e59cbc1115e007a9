// Two traces of one window, compared component by component.
#include "cli/check/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "analysis/subprocess.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/quantity.hpp"

namespace faultpath::cli {
namespace {

using analysis::CaseCheck;
using analysis::FirstEvents;

constexpr std::size_t kCommonShown = 5;
constexpr auto kThisProgram = "/proc/self/exe";

struct Event {
  double at_ns = 0.0;
  std::string text;
};
using Events = std::map<std::string, std::vector<Event>>;

// `time_ns,component,kind,key`
Events read_events(const std::filesystem::path& path) {
  Events events;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string at, component, kind, key;
    std::getline(cells, at, ',');
    std::getline(cells, component, ',');
    std::getline(cells, kind, ',');
    std::getline(cells, key);
    events[component].push_back(
        {std::strtod(at.c_str(), nullptr),
         fmt::format("{} ns {} {:#x}", at, kind, std::strtoull(key.c_str(), nullptr, 10))});
  }
  return events;
}

class Replay {
 public:
  Replay(const std::string& program, const analysis::Result& base, const analysis::Result& now)
      : program_(program), base_(base), now_(now) {}

  FirstEvents first_events(const CaseCheck& one) const {
    const auto base = events_of(program_, base_, one);
    auto now = events_of(kThisProgram, now_, one);
    std::optional<FirstEvents> first;
    double first_ns = 0.0;
    for (const auto& [component, events] : base)
      compare(component, events, now[component], first, first_ns);
    if (first) return *first;
    throw UsageError(
        fmt::format("check: --baseline-program: {} does the same as this program under {}: it is "
                    "not the one that made the baseline",
                    program_, one.label));
  }

 private:
  Events events_of(const std::string& program, const analysis::Result& result,
                   const CaseCheck& one) const {
    const analysis::ScratchFolder scratch;
    const auto scenario = scratch.write("scenario.yaml", result.scenario.resolved.dump());
    const auto out = scratch.path() / "events.csv";
    const auto& divergence = *one.divergence;
    const auto& run = *std::ranges::find(result.runs, one.label, &analysis::Run::label);
    std::vector<std::string> arguments{program, "trace", scenario.string(), "--format", "csv"};
    const auto add = [&](const char* option, std::string value) {
      arguments.insert(arguments.end(), {option, std::move(value)});
    };
    add("--out", out.string());
    if (!run.variant.empty()) add("--variant", run.variant);
    add("--strategy", run.strategy);
    add("--seed", std::to_string(divergence.seed));
    add("--replication", std::to_string(divergence.replication));
    add("--from", time_text(divergence.from_ns));
    if (divergence.to_ns) add("--to", time_text(*divergence.to_ns));
    arguments.emplace_back("--quiet");
    const int status = analysis::run_to_end(arguments, scratch.path() / "log");
    if (status == 0) return read_events(out);
    const auto said = scratch.last_line("log");
    throw UsageError(fmt::format("check: --baseline-program: {} cannot trace the run (status {}){}",
                                 program, status, said.empty() ? "" : ": " + said));
  }

  static std::string time_text(double ns) {
    return scenarios::duration_text(sim::Duration{std::llround(ns * 1e3)});
  }

  // Keeps the earliest of all components.
  static void compare(const std::string& component, const std::vector<Event>& base,
                      const std::vector<Event>& now, std::optional<FirstEvents>& first,
                      double& first_ns) {
    const auto [one, other] = std::ranges::mismatch(base, now, {}, &Event::text, &Event::text);
    if (one == base.end() && other == now.end()) return;
    double at_ns = std::numeric_limits<double>::infinity();
    if (one != base.end()) at_ns = one->at_ns;
    if (other != now.end()) at_ns = std::min(at_ns, other->at_ns);
    if (first && at_ns >= first_ns) return;
    first_ns = at_ns;
    first = FirstEvents{component, {}, {}, {}};
    const auto shown = std::min<std::ptrdiff_t>(one - base.begin(), kCommonShown);
    for (auto event = one - shown; event != one; ++event) first->common.push_back(event->text);
    if (one != base.end()) first->base = one->text;
    if (other != now.end()) first->now = other->text;
  }

  const std::string& program_;
  const analysis::Result &base_, &now_;
};

}  // namespace

void replay(const std::string& base_program, const analysis::Result& base,
            const analysis::Result& now, analysis::Check& check) {
  const Replay replay(base_program, base, now);
  for (auto& one : check.cases)
    if (one.divergence) one.divergence->events = replay.first_events(one);
}

}  // namespace faultpath::cli
