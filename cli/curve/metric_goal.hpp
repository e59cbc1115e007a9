// Metrics and targets as the command line names them.
#pragma once

#include <string>
#include <vector>

#include "analysis/limits/limit_search.hpp"
#include "analysis/units.hpp"

namespace faultpath::cli {

/// A metric of a run that a goal can be about.
struct GoalMetric {
  std::string path;  ///< as in a summary: `dma_latency_ns.p99`
  std::string name;  ///< for people, without `_ns`: `dma_latency.p99`
  analysis::Unit unit;
  analysis::Better better;
};

/// All of them.
const std::vector<GoalMetric>& goal_metrics();
/// By path or by name; `throughput` is that of DMA. Throws UsageError, which begins with `option`
/// and suggests a metric.
const GoalMetric& goal_metric(const std::string& option, const std::string& text);

/// `dma_latency.p99<50us`.
struct Target {
  std::string text;
  GoalMetric metric;
  analysis::limits::Goal goal;
};
/// METRIC<VALUE, or with <=, > or >=; the value has the unit of the metric. Throws UsageError.
Target target_of(const std::string& text);

}  // namespace faultpath::cli
