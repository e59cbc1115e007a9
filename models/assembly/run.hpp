// Running one system: the only way into the models from outside.
#pragma once

#include <functional>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"
#include "models/metrics/metrics.hpp"
#include "sim/trace_sink.hpp"

namespace faultpath::models {

/// How far a run is, for a progress bar.
struct Progress {
  sim::Duration simulated{};
  std::uint64_t operations = 0, faults = 0;
  double fraction = 0.0;  ///< of the stop condition, 0 to 1; 0 when unknown
};

struct RunHooks {
  std::function<void(const Progress&)> progress;  ///< called often; the receiver limits the rate
  sim::TraceSink* trace = nullptr;
  std::vector<std::string>* streams = nullptr;  ///< gets the names of all random streams
};

/// Why `spec` cannot be run, and what nothing reads in it; empty when all is well.
std::vector<SpecProblem> problems_of(const SystemSpec& spec);

/// Simulates `spec`, whose problems are none, to its end. One such call a process (SimGrid has one
/// engine). Throws sim::StuckError; aborts when an invariant breaks.
RunOutcome run_system(const SystemSpec& spec, const RunHooks& hooks = {});

}  // namespace faultpath::models
