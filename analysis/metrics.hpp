// The scalar metrics of one run, each under a path like `fault_latency_ns.p99`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.hpp"

namespace faultpath::analysis {

struct Metric {
  std::string path;
  double value = 0.0;
  /// Of a quantile: of what, and which. Points into the run.
  const Distribution* distribution = nullptr;
  double q = 0.0;
};

/// Rates, counters, gauges (`.mean .max .final`), distributions (`.count`, and if it is not 0 the
/// other statistics), stages (`stages_ns.queue.mean`), and with guests whose time the faults at a
/// percentile take (`blame_scopes_ns.p99.vmm`), in the order of the run.
std::vector<Metric> metrics_of(const Run& run);

/// A counter divided by the time that the statistics cover.
struct Rate {
  std::string_view name, counter, meaning;
};
std::span<const Rate> rate_table();
/// Absent when the run has no such counter or measured no time.
std::optional<double> rate_of(const Run& run, const Rate& rate);

}  // namespace faultpath::analysis
