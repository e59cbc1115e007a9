// Flattens a run.
#include "analysis/metrics.hpp"

#include <array>

namespace faultpath::analysis {
namespace {

constexpr std::array<Rate, 2> kRates{{
    {"dma_throughput_bytes_per_s", "dma_bytes", "bytes of completed operations a second"},
    {"dma_operations_per_s", "dma_operations", "completed operations a second"},
}};

// Statistics of nothing are not zeros: an empty distribution yields its count only.
void add_distribution(const Distribution& distribution, std::vector<Metric>& metrics) {
  const auto add = [&](std::string_view name, double value) {
    metrics.push_back({distribution.name + "." + std::string{name}, value});
  };
  add("count", static_cast<double>(distribution.count));
  if (distribution.count == 0) return;
  add("mean", distribution.mean);
  add("stddev", distribution.stddev);
  add("min", distribution.min);
  add("max", distribution.max);
  for (const auto& [name, q] : kQuantiles) {
    add(name, distribution.quantile(q));
    metrics.back().distribution = &distribution;
    metrics.back().q = q;
  }
}

void add_stage(const Stage& stage, std::vector<Metric>& metrics) {
  const auto path = "stages_ns." + stage.name + ".";
  metrics.push_back({path + "count", static_cast<double>(stage.count)});
  if (stage.count == 0) return;
  metrics.push_back({path + "mean", stage.mean});
  metrics.push_back({path + "p99", stage.p99});
}

// What is no number is not said.
void add_scopes(const Json& blame, std::vector<Metric>& metrics) {
  if (!blame.is_object()) return;
  for (const auto& [percentile, scopes] : blame.items()) {
    for (const auto& [scope, ns] : scopes.items()) {
      const auto path = "blame_scopes_ns." + percentile + "." + scope;
      if (ns.is_number()) metrics.push_back({path, ns.get<double>()});
    }
  }
}

}  // namespace

std::span<const Rate> rate_table() { return kRates; }

std::optional<double> rate_of(const Run& run, const Rate& rate) {
  const auto* counter = run.counter(rate.counter);
  if (counter == nullptr || run.measured_ns <= 0.0) return std::nullopt;
  return static_cast<double>(counter->value) / (run.measured_ns / 1e9);
}

std::vector<Metric> metrics_of(const Run& run) {
  std::vector<Metric> metrics;
  for (const auto& rate : kRates)
    if (const auto value = rate_of(run, rate)) metrics.push_back({std::string{rate.name}, *value});
  for (const auto& [name, value] : run.counters)
    metrics.push_back({name, static_cast<double>(value)});
  for (const auto& [name, mean, max, final] : run.gauges) {
    metrics.push_back({name + ".mean", mean});
    metrics.push_back({name + ".max", max});
    metrics.push_back({name + ".final", final});
  }
  for (const auto& distribution : run.distributions) add_distribution(distribution, metrics);
  for (const auto& stage : run.stages) add_stage(stage, metrics);
  add_scopes(run.blame_scopes_ns, metrics);
  return metrics;
}

}  // namespace faultpath::analysis
