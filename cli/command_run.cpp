// `faultpath run` and `faultpath compare`: simulate, summarise, write, print.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/experiment/experiment.hpp"
#include "cli/experiment/result.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

struct RunRequest {
  ScenarioOptions scenario;
  RunOptions run;
  bool is_comparison = false;
};

std::string directory_of(const RunRequest& request, const scenarios::Scenario& scenario) {
  if (!request.run.out.empty()) return request.run.out;
  return request.run.json
             ? ""
             : default_directory(scenario.name, request.is_comparison ? "compare" : "run");
}

Report make_report(const scenarios::Scenario& scenario, const Experiment& experiment,
                   const RunRequest& request, double confidence, bool paired) {
  const auto dimension = request.run.dimension();
  Report report{.name = scenario.name,
                .description = scenario.description,
                .seed = scenario.seed,
                .replications = scenario.replications,
                .confidence = confidence,
                .cases = analysis::summaries_of(experiment.runs, confidence),
                .paired = {},
                .tails = {},
                .precision = experiment.precision,
                .dimension = dimension ? models::name_of(*dimension) : "",
                .parts = {}};
  report.parts = analysis::part_summaries(experiment.runs, report.dimension, confidence);
  if (paired) report.paired = analysis::paired_differences(experiment.runs, confidence);
  if (request.run.tail) report.tails = tails_of(experiment.runs);
  return report;
}

std::string fingerprint_lines(const std::vector<analysis::Run>& runs) {
  std::string lines;
  for (const auto& run : runs)
    lines += fmt::format("{}  {}  {}\n", run.fingerprint, run.label(), run.replication);
  return lines;
}

// Names each on stderr; the exit status that they lead to.
int report_failures(const std::vector<FailedRun>& failed) {
  int status = 0;
  for (const auto& run : failed) {
    complain(fmt::format("faultpath: {}\n", run.reason));
    status = std::max(status, run.is_bad_input ? kBadInput : kBrokenRun);
  }
  return status;
}

// With a precision to reach, replications are the most that are run.
void set_most_replications(const RunRequest& request, scenarios::Scenario& scenario) {
  constexpr unsigned kMost = 1000;  // assumed
  if (request.run.precision_share() && !request.scenario.replications)
    scenario.replications = kMost;
}

int execute(const RunRequest& request) {
  request.run.check_effects();
  const double confidence = request.run.confidence_share();
  const auto ingredients = request.run.ingredients();
  const auto dimension = request.run.dimension();
  auto scenario = scenarios::load_scenario(request.scenario.path, request.scenario.load_options());
  if (request.is_comparison && scenario.cases.size() < 2) {
    throw UsageError(
        fmt::format("{}: nothing to compare: one strategy and no variants; `run` simulates it, and "
                    "--set variants.NAME.KEY=VALUE adds a variant",
                    request.scenario.path));
  }
  const auto directory = directory_of(request, scenario);
  if (!directory.empty()) check_replaceable(directory);

  const InterruptGuard guard;
  const bool show_progress = stderr_is_terminal() && !request.run.quiet && !request.run.no_progress;
  set_most_replications(request, scenario);
  const auto experiment =
      run_experiment(scenario, {request.run.job_count(), show_progress, ingredients, confidence,
                                request.run.precision_share(), dimension});
  throw_if_interrupted();
  const int status = report_failures(experiment.failed);
  if (experiment.runs.empty()) return status;
  const bool paired = request.is_comparison && has_base(scenario, experiment);
  const auto report = make_report(scenario, experiment, request, confidence, paired);
  throw_if_interrupted();
  const auto result = result_text(make_result(scenario, experiment, confidence, paired));
  if (!directory.empty()) write_result(directory, result, report_text(report, {}));

  if (request.run.json) {
    print(result);
  } else if (!request.run.fingerprint.empty()) {
    print(fingerprint_lines(experiment.runs));
  } else if (!request.run.quiet) {
    print(fmt::format("{}\n{}/result.json\n", report_text(report, stdout_display()), directory));
  }
  return status;
}

Command add_simulation(CLI::App& program, const char* name, const char* description,
                       bool is_comparison) {
  auto request = std::make_shared<RunRequest>();
  request->is_comparison = is_comparison;
  auto* command = program.add_subcommand(name, description);
  request->scenario.add_to(*command);
  request->run.add_to(*command);
  return {command,
          [request] { return execute(*request); },
          {{"--by", {models::kDimensions.begin(), models::kDimensions.end()}}}};
}

}  // namespace

Command add_run(CLI::App& program) {
  return add_simulation(program, "run",
                        "Simulate every strategy of a scenario; a table, and result.json", false);
}

Command add_compare(CLI::App& program) {
  return add_simulation(
      program, "compare",
      "As run, and how each strategy differs from the first under the same arrivals", true);
}

}  // namespace faultpath::cli
