// An experiment: every case of a scenario, each replication in a worker process of its own.
#pragma once

#include <optional>

#include "analysis/json.hpp"
#include "cli/options.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {

struct ExperimentOptions {
  std::size_t jobs = 1;
  bool show_progress = false;
  sim::FingerprintIngredients fingerprint;
};

/// The run records by case, then by replication. With `warmup: auto` a pilot of each case without
/// warm-up comes first, and all cases take the longest warm-up that any of them needs, so that they
/// are compared over the same time; `scenario` has it afterwards. What workers wrote to stderr is
/// passed on. Throws JobFailure, Interrupted, and UsageError when a warm-up cannot be found.
/// Requires an InterruptGuard.
analysis::Json run_experiment(scenarios::Scenario& scenario, const ExperimentOptions& options);

/// The whole faultpath.result/1 of these records, with paired differences or without.
analysis::Json make_result(const scenarios::Scenario& scenario, analysis::Json runs,
                           double confidence, bool paired);

}  // namespace faultpath::cli
