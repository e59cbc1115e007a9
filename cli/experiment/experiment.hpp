// An experiment: every case of a scenario, each replication in a worker process of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/json.hpp"
#include "analysis/precision.hpp"
#include "analysis/result.hpp"
#include "cli/experiment/run_job.hpp"
#include "cli/options.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {

struct ExperimentOptions {
  std::size_t jobs = 1;
  bool show_progress = false;
  sim::FingerprintIngredients fingerprint;
  double confidence = 0.95;
  /// Stop when the intervals are as narrow as this; replications of the scenario are the most.
  std::optional<double> precision;
  std::optional<models::Dimension> by;  ///< records have `by`
};

/// How an experiment that was to stop by itself ended.
struct PrecisionOutcome {
  double wanted = 0.0;
  std::vector<analysis::Unprecise> unprecise;  ///< at the end
  bool is_reached = false;
};

/// The records of all runs, ordered by case and then by replication.
struct Experiment {
  analysis::Json records = analysis::Json::array();  ///< as they stand in a result
  std::vector<analysis::Run> runs;                   ///< the same, as data, each with its series
  std::vector<FailedRun> failed;
  std::optional<PrecisionOutcome> precision;
};

/// Runs the scenario; a run that fails does not keep the others from their end. With `warmup: auto`
/// pilots of each case come first (see pilots.hpp); a case whose pilot fails is not run. With a
/// precision there are as many replications as it takes, or until one fails. `scenario` has the
/// warm-up and the number of replications afterwards. What workers wrote to stderr is passed on.
/// Throws Interrupted, and UsageError when a warm-up cannot be found. Requires an InterruptGuard.
Experiment run_experiment(scenarios::Scenario& scenario, const ExperimentOptions& options);

/// Differences are paired with the first case. False when none of its runs has a record.
bool has_base(const scenarios::Scenario& scenario, const Experiment& experiment);

/// The whole faultpath.result/1 of it, with paired differences or without. `failed` is in it when a
/// run failed.
analysis::Json make_result(const scenarios::Scenario& scenario, Experiment experiment,
                           double confidence, bool paired);

}  // namespace faultpath::cli
