// Latency by percentile, merged over replications, with intervals.
#include <algorithm>
#include <cmath>
#include <span>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"
#include "analysis/sectioning.hpp"

namespace faultpath::analysis::report {
namespace {

// A line ends where fewer values lie beyond; it is faint where a replication has less than one
// effective value beyond.
constexpr double kLeastBeyond = 10.0;
constexpr double kLeastEffective = 1.0;

// Even steps up to p90, then 24 for each further factor of ten.
std::vector<double> make_grid() {
  std::vector<double> grid;
  for (int i = 0; i < 45; ++i) grid.push_back(i / 50.0);
  for (int i = 24; i <= 24 * 6; ++i) grid.push_back(1.0 - std::pow(10.0, -i / 24.0));
  return grid;
}
const std::vector<double>& quantile_grid() {
  static const auto kGrid = make_grid();
  return kGrid;
}

// The replications of a case that have values of a distribution.
std::vector<const Distribution*> parts_of(const Entry& entry, const std::string& name) {
  std::vector<const Distribution*> parts;
  for (const auto* run : entry.runs) {
    const auto* one = run->distribution(name);
    if (one != nullptr && one->count > 0) parts.push_back(one);
  }
  return parts;
}

// The least value, whose interval is none, or a quantile by sectioning.
QuantileEstimate estimate(const Distribution& whole, std::span<const Distribution* const> parts,
                          double q, double confidence) {
  if (q > 0.0) return sectioned_quantile(whole, parts, q, confidence);
  return {.interval = {.mean = whole.min, .low = {}, .high = {}, .n = parts.size()},
          .effective = static_cast<double>(whole.count)};
}

Json line_of(std::span<const Distribution* const> parts, double confidence) {
  const auto whole = merged(parts);
  Json values = Json::array(), low = Json::array(), high = Json::array();
  std::size_t sure = 0;
  for (const double q : quantile_grid()) {
    if ((1.0 - q) * static_cast<double>(whole.count) < kLeastBeyond) break;
    const auto [interval, effective] = estimate(whole, parts, q, confidence);
    const double value = interval.mean;
    values.push_back(rounded(value));
    // An axis of logarithms has no place for less than nothing.
    low.push_back(rounded(std::max(interval.low.value_or(value), value / 100.0)));
    high.push_back(rounded(interval.high.value_or(value)));
    if (effective >= kLeastEffective) sure = values.size();
  }
  return {{"values", values}, {"low", low}, {"high", high}, {"sure", sure}};
}

// `dma_latency_ns` reads `DMA latency`.
std::string title_of(std::string name) {
  if (name.ends_with("_ns")) name.resize(name.size() - 3);
  std::ranges::replace(name, '_', ' ');
  if (name.starts_with("dma ")) name.replace(0, 3, "DMA");
  return name;
}

// Those of the first case first: each once, DMA latency before the others.
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names{"dma_latency_ns"};
  for (const auto& entry : entries.all()) {
    for (const auto& one : entry.first().distributions)
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
  }
  return names;
}

}  // namespace

Json rarities() {
  Json all = Json::array();
  for (const double q : quantile_grid()) all.push_back(rounded(1.0 / (1.0 - q)));
  return all;
}

Json tails_data(const Entries& entries) {
  Json tails = Json::array();
  for (const auto& name : names_of(entries)) {
    Json lines = Json::array();
    for (std::size_t i = 0; i < entries.all().size(); ++i) {
      const auto parts = parts_of(entries.all()[i], name);
      if (parts.empty()) continue;
      auto line = line_of(parts, entries.confidence());
      if (line["values"].empty()) continue;
      line["case"] = i;
      lines.push_back(std::move(line));
    }
    if (!lines.empty()) tails.push_back({{"name", title_of(name)}, {"lines", std::move(lines)}});
  }
  return tails.empty() ? Json{} : tails;
}

}  // namespace faultpath::analysis::report
