// What the replications of each case say together, and how the cases differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/json.hpp"
#include "analysis/result.hpp"

namespace faultpath::analysis {

/// What is said of one metric.
struct Estimate {
  std::string metric;
  Interval interval;
  /// Of a quantile: effective_beyond(). Absent for other metrics and for differences.
  std::optional<double> effective = std::nullopt;

  /// Whether the runs were too short to say anything about this quantile.
  bool is_too_short() const { return effective && *effective < 1.0; }
};
/// One case, or the difference of two: its label and estimates, in the order of the runs' metrics.
struct Summary {
  std::string label;
  std::vector<Estimate> estimates;

  /// Null or absent when no replication has the metric.
  const Estimate* estimate(std::string_view metric) const;
  std::optional<Interval> find(std::string_view metric) const;
};

/// One summary a case, in order of first appearance. Quantiles are those of all values of a case,
/// by sectioning; of any other metric it is the mean over replications. A metric that only some
/// replications have is estimated from those. Requires 0 < confidence < 1.
std::vector<Summary> summaries_of(const std::vector<Run>& runs, double confidence);

/// Each case but the first less the first, replication by replication, because equal replications
/// saw equal arrivals. Differences of quantiles are those of each replication: what a short run
/// does to both cancels. Labels read `iopf - pin`.
std::vector<Summary> paired_differences(const std::vector<Run>& runs, double confidence);

/// As `summary` and `paired` stand in a faultpath.result/1; quantiles have `effective`, and
/// `too_short` where they are.
Json to_json(const std::vector<Summary>& summaries);

}  // namespace faultpath::analysis
