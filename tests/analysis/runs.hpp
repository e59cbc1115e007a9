// Runs made by hand.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "analysis/result.hpp"

namespace faultpath::analysis {

/// What a run records of these durations, in nanoseconds.
inline Distribution distribution_of(std::string name, const std::vector<double>& values) {
  Distribution result{.name = std::move(name), .count = values.size(), .histogram = {}};
  if (values.empty()) return result;
  std::map<std::int64_t, std::uint64_t> counts;
  for (const double value : values) {
    const auto picoseconds = static_cast<std::int64_t>(std::llround(1e3 * value));
    const auto width = Histogram::width(picoseconds, 6);
    ++counts[picoseconds / width * width];
  }
  std::vector<Histogram::Bucket> buckets;
  for (const auto& [low, count] : counts) buckets.push_back({low, count});
  result.histogram = {6, std::move(buckets)};
  const auto n = static_cast<double>(values.size());
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.stddev = std::sqrt(squares / n);
  result.min = *std::ranges::min_element(values);
  result.max = *std::ranges::max_element(values);
  return result;
}

using Runs = std::vector<Run>;

/// A replication of `strategy` that measured two seconds.
inline Run run_of(const std::string& strategy, std::uint64_t replication,
                  std::vector<Distribution> distributions = {}) {
  Run run;
  run.strategy = strategy;
  run.replication = replication;
  run.seed = 1;
  run.fingerprint = "0123456789abcdef";
  run.simulated_ns = 3e9;
  run.measured_ns = 2e9;
  run.counters = {{"dma_operations", 100}, {"dma_bytes", 4096}};
  run.gauges = {{"locked_bytes", 1.5, 4096.0, 0.0}};
  run.distributions = std::move(distributions);
  return run;
}

/// One whose faults all took as long.
inline Run run_with_faults(const std::string& strategy, std::uint64_t replication, double latency,
                           std::size_t count = 10) {
  auto run = run_of(strategy, replication,
                    {distribution_of("fault_latency_ns", std::vector<double>(count, latency))});
  run.stages = {{"queue", count, 8.0, 9.0}};
  return run;
}

}  // namespace faultpath::analysis
