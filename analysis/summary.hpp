// What the replications of each case say together, and how the cases differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/json.hpp"

namespace faultpath::analysis {

/// Intervals by metric path, in the order of the run records.
struct Estimate {
  std::string metric;
  Interval interval;
};
/// One case, or the difference of two: its label and estimates.
struct Summary {
  std::string label;
  std::vector<Estimate> estimates;

  /// Absent when no replication has the metric.
  std::optional<Interval> find(std::string_view metric) const;
};

/// `strategy`, or `variant/strategy` when there is a variant.
std::string label_of(const Json& run);

/// One summary a case, in order of first appearance. A metric that only some replications have is
/// estimated from those. Requires 0 < confidence < 1.
std::vector<Summary> summaries_of(const Json& runs, double confidence);

/// Each case but the first less the first, replication by replication, because equal replications
/// saw equal arrivals. Labels read `iopf - pin`.
std::vector<Summary> paired_differences(const Json& runs, double confidence);

/// As `summary` and `paired` stand in a faultpath.result/1.
Json to_json(const std::vector<Summary>& summaries);

}  // namespace faultpath::analysis
