// Flattens a run record.
#include "analysis/metrics.hpp"

#include <array>

namespace faultpath::analysis {
namespace {

constexpr std::array<Rate, 2> kRates{{
    {"dma_throughput_bytes_per_s", "dma_bytes", "bytes of completed operations a second"},
    {"dma_operations_per_s", "dma_operations", "completed operations a second"},
}};

void add_numbers(const Json& object, const std::string& prefix, std::vector<Metric>& metrics) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_number()) metrics.push_back({prefix + name, value.get<double>()});
  }
}

// Statistics of nothing are not zeros: an empty distribution yields its count only.
void add_distributions(const Json& object, const std::string& prefix,
                       std::vector<Metric>& metrics) {
  for (const auto& [name, value] : object.items()) {
    if (value.value("count", 1.0) == 0.0) {
      metrics.push_back({prefix + name + ".count", 0.0});
    } else {
      add_numbers(value, prefix + name + ".", metrics);
    }
  }
}

void add_rates(const Json& run, std::vector<Metric>& metrics) {
  const double seconds = run.value("measured_ns", 0.0) / 1e9;
  const auto& counters = run.at("counters");
  for (const auto& rate : kRates) {
    const auto counter = counters.find(std::string{rate.counter});
    if (counter == counters.end() || seconds <= 0.0) continue;
    metrics.push_back({std::string{rate.name}, counter->get<double>() / seconds});
  }
}

}  // namespace

std::span<const Rate> rate_table() { return kRates; }

std::vector<Metric> metrics_of(const Json& run) {
  std::vector<Metric> metrics;
  add_rates(run, metrics);
  add_numbers(run.at("counters"), "", metrics);
  for (const auto& [name, gauge] : run.at("gauges").items()) {
    add_numbers(gauge, name + ".", metrics);
  }
  add_distributions(run.at("distributions"), "", metrics);
  add_distributions(run.at("stages_ns"), "stages_ns.", metrics);
  return metrics;
}

}  // namespace faultpath::analysis
