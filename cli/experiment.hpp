// An experiment: every case of a scenario, each replication in a worker process of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/json.hpp"
#include "cli/options.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {

struct ExperimentOptions {
  std::size_t jobs = 1;
  bool show_progress = false;
  sim::FingerprintIngredients fingerprint;
};

/// A run that has no record.
struct FailedRun {
  std::string variant, strategy;
  unsigned replication = 0;
  std::uint64_t seed = 0;
  std::string reason;  ///< which run it is, and why it failed
  bool is_bad_input =
      false;  ///< the scenario asks for what cannot be; else a run broke or is stuck
};

struct Experiment {
  analysis::Json runs = analysis::Json::array();  ///< records by case, then by replication
  std::vector<FailedRun> failed;
};

/// Runs every case; one that fails does not keep the others from their end. With `warmup: auto` a
/// pilot of each case without warm-up comes first, and all cases take the longest warm-up that any
/// of them needs, so that they are compared over the same time; `scenario` has it afterwards. A
/// case whose pilot fails is not run. A run that has ended before its warm-up has nothing counted:
/// it failed, for bad input. What workers wrote to stderr is passed on. Throws Interrupted, and
/// UsageError when a warm-up cannot be found. Requires an InterruptGuard.
Experiment run_experiment(scenarios::Scenario& scenario, const ExperimentOptions& options);

/// Differences are paired with the first case. False when none of its runs has a record.
bool has_base(const scenarios::Scenario& scenario, const Experiment& experiment);

/// The whole faultpath.result/1 of these records, with paired differences or without. `failed` is
/// in it when a run failed.
analysis::Json make_result(const scenarios::Scenario& scenario, Experiment experiment,
                           double confidence, bool paired);

}  // namespace faultpath::cli
