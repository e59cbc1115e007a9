// The scalar metrics of one run record, each under a path like `fault_latency_ns.p99`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/json.hpp"

namespace faultpath::analysis {

struct Metric {
  std::string path;
  double value;
};

/// Counters, gauges (`.mean .max .final`), distributions (`.count`, and if it is not 0 the other
/// statistics), stages (`stages_ns.queue.mean`) and rates, in the order of the record.
/// `run` is an element of `runs` in a faultpath.result/1.
std::vector<Metric> metrics_of(const Json& run);

/// A counter divided by the time that the statistics cover.
struct Rate {
  std::string_view name, counter, meaning;
};
std::span<const Rate> rate_table();

}  // namespace faultpath::analysis
