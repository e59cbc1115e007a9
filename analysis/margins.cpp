// Names that fit metrics.
#include "analysis/margins.hpp"

#include <algorithm>
#include <array>

namespace faultpath::analysis {
namespace {

constexpr std::array<CheckedStatistic, 5> kStatistics{{{"mean", 0.0, 0.02},
                                                       {"p50", 0.5, 0.02},
                                                       {"p90", 0.9, 0.02},
                                                       {"p99", 0.99, 0.05},
                                                       {"p999", 0.999, 0.10}}};

constexpr std::array<std::string_view, 11> kDistributions{
    "dma_latency_ns",          "fault_latency_ns",
    "translation_latency_ns",  "overflow_recovery_ns",
    "before_dma_ns",           "after_dma_ns",
    "migration_downtime_ns",   "migration_device_downtime_ns",
    "migration_completion_ns", "remote_vcpu_ns",
    "remote_device_ns"};
constexpr std::array<std::string_view, 2> kPrimary{"dma_latency", "fault_latency"};
constexpr double kWiderForOthers = 2.5;

// `dma_latency_ns.p99.9` as `dma_latency.p999`.
std::string plain(std::string_view name) {
  std::string text{name};
  if (const auto unit = text.find("_ns"); unit != std::string::npos) text.erase(unit, 3);
  if (text.ends_with("p99.9")) text.erase(text.size() - 2, 1);
  return text;
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

bool is_statistic(std::string_view name) {
  return std::ranges::find(kStatistics, name, &CheckedStatistic::name) != kStatistics.end();
}

}  // namespace

std::span<const CheckedStatistic> checked_statistics() { return kStatistics; }
std::span<const std::string_view> checked_distributions() { return kDistributions; }

std::string short_name(std::string_view distribution) {
  if (distribution.ends_with("_ns")) distribution.remove_suffix(3);
  return std::string{distribution};
}

bool Margins::is_of_quantile(std::string_view name) {
  const auto text = plain(name);
  const auto statistic = last_part(text);
  return (is_statistic(statistic) && statistic != "mean") ||
         std::ranges::find(kDistributions, text, short_name) != kDistributions.end();
}

void Margins::set(std::string_view name, double margin) {
  settings_.push_back({plain(name), margin});
}

bool Margins::Setting::fits(std::string_view metric) const {
  if (metric == name) return true;
  const auto statistic = last_part(metric);
  if (!is_statistic(statistic) || statistic == metric) return false;
  return name == statistic || name == metric.substr(0, metric.size() - statistic.size() - 1);
}

double Margins::of_statistic(std::string_view distribution,
                             const CheckedStatistic& statistic) const {
  const auto name = short_name(distribution);
  const bool primary = std::ranges::find(kPrimary, name) != kPrimary.end();
  return of(name + "." + std::string{statistic.name},
            statistic.margin * (primary ? 1.0 : kWiderForOthers));
}

double Margins::of(std::string_view metric, double otherwise) const {
  double margin = otherwise;
  for (const auto& setting : settings_)
    if (setting.fits(metric)) margin = setting.margin;
  return margin;
}

std::vector<std::string> Margins::without_use(std::span<const std::string> metrics) const {
  std::vector<std::string> names;
  for (const auto& setting : settings_)
    if (std::ranges::none_of(metrics, [&](const auto& metric) { return setting.fits(metric); }))
      names.push_back(setting.name);
  return names;
}

}  // namespace faultpath::analysis
