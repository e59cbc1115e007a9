// Results made of a few known values, as sources of a report.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/report/entry.hpp"
#include "analysis/result_reader.hpp"

namespace faultpath::analysis::report {

/// One replication of a case. `latencies_ns` are the DMA latencies; below 64 ps apart from each
/// other they would share a bucket, so tests keep to whole nanoseconds.
struct Sketch {
  std::string strategy;
  unsigned replication = 0;
  std::vector<double> latencies_ns{100, 200, 300, 400};
  double locked_bytes = 0;
  std::map<std::string, double> stages_ns{};
  Json blame_ns = Json::object(), series = Json::object();
  std::map<std::string, std::uint64_t> counters{};
  /// With guests only.
  Json blame_scopes_ns{}, guests{};
};

inline Json distribution_of(const std::vector<double>& values_ns) {
  std::map<std::int64_t, std::uint64_t> counts;
  double sum = 0.0, least = 0.0, greatest = 0.0;
  for (const double value : values_ns) {
    auto low = static_cast<std::int64_t>(value * 1000.0);
    for (std::int64_t width = 2; low >= 64 * width; width *= 2) low -= low % width;
    ++counts[low];
    sum += value;
    least = counts.size() == 1 ? value : std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const double mean = values_ns.empty() ? 0.0 : sum / static_cast<double>(values_ns.size());
  Json buckets = Json::array();
  for (const auto& [low, count] : counts) buckets.push_back(Json::array({low, count}));
  Json result{{"count", values_ns.size()},
              {"mean", mean},
              {"stddev", 0.0},
              {"min", least},
              {"max", greatest}};
  for (const auto* quantile : {"p50", "p90", "p95", "p99", "p999"}) result[quantile] = greatest;
  result["histogram"] = {{"unit", "ps"}, {"sub_bits", 6}, {"buckets", std::move(buckets)}};
  return result;
}

inline Json run_of(const Sketch& sketch) {
  Json counters{{"dma_operations", sketch.latencies_ns.size()}, {"dma_bytes", 4096}};
  for (const auto& [name, value] : sketch.counters) counters[name] = value;
  Json stages = Json::object();
  for (const auto& [name, ns] : sketch.stages_ns)
    stages[name] = {{"count", 10}, {"mean", ns}, {"p99", ns}};
  Json run{{"variant", ""},
           {"strategy", sketch.strategy},
           {"replication", sketch.replication},
           {"seed", 7},
           {"fingerprint", "00000000000000ff"},
           {"simulated_ns", 1000.0},
           {"measured_ns", 1000.0},
           {"wall_s", 0.0},
           {"events", 1},
           {"peak_rss_bytes", 1},
           {"counters", std::move(counters)},
           {"gauges",
            {{"locked_bytes",
              {{"mean", sketch.locked_bytes}, {"max", sketch.locked_bytes}, {"final", 0}}}}},
           {"distributions",
            {{"dma_latency_ns", distribution_of(sketch.latencies_ns)},
             {"startup_ns", distribution_of({})}}},
           {"stages_ns", std::move(stages)},
           {"blame_ns", sketch.blame_ns},
           {"series", sketch.series}};
  if (!sketch.blame_scopes_ns.is_null()) run["blame_scopes_ns"] = sketch.blame_scopes_ns;
  if (!sketch.guests.is_null()) run["guests"] = sketch.guests;
  return run;
}

/// A result of the scenario `label`.
inline Source source_of(const std::string& label, const std::vector<Sketch>& sketches) {
  Json runs = Json::array();
  for (const auto& sketch : sketches) runs.push_back(run_of(sketch));
  const Json result{
      {"schema", kResultSchema},
      {"faultpath", "0.1.0"},
      {"scenario",
       {{"name", label}, {"sha256", "ab"}, {"resolved", {{"description", "Made of little."}}}}},
      {"confidence", 0.95},
      {"runs", std::move(runs)}};
  return {.label = label, .result = read_result(result.dump(), "sample"), .parameters = {}};
}

}  // namespace faultpath::analysis::report
