// `faultpath trace`: the events of one run, for looking at what it did.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/case_choice.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/experiment/worker_pool.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/usage_error.hpp"
#include "models/assembly/run.hpp"
#include "scenarios/event_csv.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

struct TraceRequest {
  std::string path, format, out;
  scenarios::LoadOptions load;
  CaseChoice choice;
  unsigned replication = 0;
  std::optional<std::string> seed, from, to;
  std::string component;
  bool quiet = false;
};

sim::Time time_of(const char* option, const std::string& text) {
  try {
    return sim::Time{scenarios::parse_duration(text)};
  } catch (const scenarios::BadValue& bad) {
    throw UsageError(fmt::format("{}: {}{}", option, bad.message,
                                 bad.suggestion.empty() ? "" : "; " + bad.suggestion));
  }
}

scenarios::EventWindow window_of(const TraceRequest& request) {
  scenarios::EventWindow window{.component = request.component};
  if (request.from) window.from = time_of("--from", *request.from);
  if (request.to) window.to = time_of("--to", *request.to);
  if (window.from >= window.to) throw UsageError("trace: --from is not before --to");
  return window;
}

// In the worker. What it counted decides whether the file stays.
std::string write_events(const TraceRequest& request, const scenarios::EventWindow& window,
                         const models::SystemSpec& spec) {
  scenarios::EventCsv events(request.out, window);
  models::RunHooks hooks;
  hooks.trace = &events;
  models::run_system(spec, hooks);
  const auto& seen = events.seen();
  if (request.component.empty() || seen.contains(request.component)) events.commit();
  return nlohmann::json{{"seen", seen}, {"written", events.written()}}.dump();
}

void check_component(const TraceRequest& request, const nlohmann::json& seen) {
  if (request.component.empty() || seen.contains(request.component)) return;
  std::vector<std::string> known;
  for (const auto& [component, events] : seen.items()) known.push_back(component);
  throw UsageError(fmt::format("trace: no component '{}' did anything; {}", request.component,
                               scenarios::hint_for(request.component, known)));
}

int execute(const TraceRequest& request) {
  auto load = request.load;
  if (request.seed) load.sets.push_back("seed=" + *request.seed);
  const auto scenario = scenarios::load_scenario(request.path, load);
  // Before there is a process, so that it is told as bad input.
  const auto window = window_of(request);
  static_cast<void>(scenarios::TextWriter(request.out));
  auto spec = request.choice.of(scenario, "trace").spec;
  spec.run.replication = request.replication;
  const InterruptGuard guard;
  const auto results = run_jobs(
      {{"trace", [&](const ProgressSink&) { return write_events(request, window, spec); }}}, 1,
      nullptr);
  complain(results.front().errors);
  if (results.front().failure) {
    complain(fmt::format("faultpath: {}\n", *results.front().failure));
    return kBrokenRun;
  }
  const auto counts = nlohmann::json::parse(results.front().record);
  check_component(request, counts.at("seen"));
  if (request.out != "-" && !request.quiet)
    print(fmt::format("{}: {} events\n", request.out, counts.at("written").get<std::uint64_t>()));
  return 0;
}

void add_options(CLI::App& command, TraceRequest& request) {
  command.add_option("SCENARIO", request.path, "scenario file (YAML)")->required();
  command.add_option("--format", request.format, "how events are written: csv")
      ->required()
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv"}));
  command.add_option("--out", request.out, "the file; compressed where it ends in .zst")
      ->required()
      ->type_name("FILE");
  command.add_option("--set", request.load.sets, "change a key before the run; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--seed", request.seed, "seed of all random streams")->type_name("N");
  request.choice.add_to(command, "run");
  command
      .add_option("--replication", request.replication, "which one, as in a result; 0 if absent")
      ->type_name("N");
  command.add_option("--from", request.from, "simulated time of the first event: 1.2ms")
      ->type_name("TIME");
  command.add_option("--to", request.to, "only events before this time")->type_name("TIME");
  command.add_option("--component", request.component, "only those of one: iommu, devices/nic.0")
      ->type_name("NAME");
  command.add_flag("--quiet", request.quiet, "do not say how many events were written");
}

}  // namespace

Command add_trace(CLI::App& program) {
  auto request = std::make_shared<TraceRequest>();
  auto* command = program.add_subcommand(
      "trace", "The events of one run, of which its fingerprint is the hash, as a table");
  add_options(*command, *request);
  return {command, [request] { return execute(*request); }, {{"--format", {"csv"}}}};
}

}  // namespace faultpath::cli
