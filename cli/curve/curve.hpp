// Faults, latency and memory against the locked limit: what is predicted, simulated and found.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/limits/limit_search.hpp"
#include "analysis/summary.hpp"
#include "cli/curve/limited_system.hpp"
#include "cli/curve/metric_goal.hpp"
#include "cli/curve/prediction.hpp"
#include "cli/experiment/experiment.hpp"
#include "cli/terminal.hpp"

namespace faultpath::cli {

struct CurveOptions {
  std::vector<std::uint64_t> limits;  ///< simulated first, ascending; the last is the whole
  std::size_t points = 0;             ///< limits that are simulated at most; 0: none
  GoalMetric metric;                  ///< whose knee is looked for
  std::optional<Target> target;
  double sample = 1.0;  ///< share of the pages that the prediction looks at
  ExperimentOptions experiment;
};

/// The runs at one limit.
struct SimulatedLimit {
  std::uint64_t limit = 0;
  std::vector<analysis::Run> runs;
  analysis::Json records = analysis::Json::array();
  analysis::Summary summary;
  analysis::Interval faults;  ///< minor and major
  double waiting = 0.0;       ///< faults that wait to be served, in the mean over time
  std::optional<PredictedFaults> predicted;  ///< mean over replications; absent with a sample

  /// Whether the predicted faults lie outside of the interval of the simulated ones. Absent without
  /// an interval or a prediction.
  std::optional<bool> differs() const;
};

/// Where a metric meets a goal.
struct CurveGoal {
  GoalMetric metric;
  analysis::limits::Goal goal;
  std::optional<analysis::limits::Crossing> crossing;  ///< absent: no limit meets it
};

struct Curve {
  double accesses = 0.0, pages = 0.0;      ///< of pages, mean over replications
  std::vector<std::uint64_t> limits;       ///< of `faults`, ascending
  std::vector<analysis::Interval> faults;  ///< each served at once
  std::map<std::uint64_t, SimulatedLimit> simulated;
  std::optional<CurveGoal> knee;    ///< absent when nothing was simulated
  std::optional<CurveGoal> target;  ///< absent when none was asked for
  std::optional<double> unlimited;  ///< the metric of the knee without a limit
  std::vector<FailedRun> failed;
};

/// Simulates the limits of `options`, then others around the knee and the target, and predicts. A
/// failed run ends the search. `system` has the warm-up afterwards. Throws UsageError when the
/// number of operations is not known without a simulation, Interrupted. Requires an InterruptGuard.
Curve make_curve(const scenarios::Scenario& scenario, const LimitedSystem& system,
                 const CurveOptions& options);

/// The member `curve` of a result, `faultpath.curve/1`: docs/curve.md has it.
analysis::Json to_json(const LimitedSystem& system, const CurveOptions& options,
                       const Curve& curve);

/// The tables for people.
std::string curve_text(const std::string& name, const LimitedSystem& system,
                       const CurveOptions& options, const Curve& curve, const Display& display);

}  // namespace faultpath::cli
