// Gathers metrics by case and replication.
#include "analysis/summary.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "analysis/metrics.hpp"

namespace faultpath::analysis {
namespace {

using Replication = std::uint64_t;

// The values of one metric, by replication.
struct Values {
  std::string metric;
  std::map<Replication, double> by_replication;
};

struct CaseValues {
  std::string label;
  std::vector<Values> metrics;
  std::unordered_map<std::string, std::size_t> index;

  void add(Replication replication, const Metric& metric) {
    const auto [at, is_new] = index.try_emplace(metric.path, metrics.size());
    if (is_new) metrics.push_back({metric.path, {}});
    metrics[at->second].by_replication[replication] = metric.value;
  }
  const Values* find(const std::string& metric) const {
    const auto at = index.find(metric);
    return at == index.end() ? nullptr : &metrics[at->second];
  }
};

std::vector<CaseValues> gather(const Json& runs) {
  std::vector<CaseValues> cases;
  for (const auto& run : runs) {
    const auto label = label_of(run);
    auto at = std::ranges::find(cases, label, &CaseValues::label);
    if (at == cases.end()) at = cases.insert(cases.end(), {label, {}, {}});
    const auto replication = run.at("replication").get<Replication>();
    for (const auto& metric : metrics_of(run)) at->add(replication, metric);
  }
  return cases;
}

std::vector<double> all_of(const Values& values) {
  std::vector<double> all;
  for (const auto& [replication, value] : values.by_replication) all.push_back(value);
  return all;
}

// Of the replications that both have.
std::vector<double> differences(const Values& values, const Values& base) {
  std::vector<double> result;
  for (const auto& [replication, value] : values.by_replication) {
    const auto other = base.by_replication.find(replication);
    if (other != base.by_replication.end()) result.push_back(value - other->second);
  }
  return result;
}

Summary difference(const CaseValues& one, const CaseValues& base, double confidence) {
  Summary summary{one.label + " - " + base.label, {}};
  for (const auto& values : one.metrics) {
    const auto* base_values = base.find(values.metric);
    if (base_values == nullptr) continue;
    const auto pairs = differences(values, *base_values);
    if (pairs.empty()) continue;
    summary.estimates.push_back({values.metric, interval_of(pairs, confidence)});
  }
  return summary;
}

Json to_json(const Interval& interval) {
  return {{"mean", interval.mean},
          {"low", interval.low ? Json(*interval.low) : Json()},
          {"high", interval.high ? Json(*interval.high) : Json()},
          {"n", interval.n}};
}

}  // namespace

std::optional<Interval> Summary::find(std::string_view metric) const {
  const auto at = std::ranges::find(estimates, metric, &Estimate::metric);
  if (at == estimates.end()) return std::nullopt;
  return at->interval;
}

std::string label_of(const Json& run) {
  const auto variant = run.at("variant").get<std::string>();
  const auto strategy = run.at("strategy").get<std::string>();
  return variant.empty() ? strategy : variant + "/" + strategy;
}

std::vector<Summary> summaries_of(const Json& runs, double confidence) {
  std::vector<Summary> summaries;
  for (const auto& one : gather(runs)) {
    Summary& summary = summaries.emplace_back(Summary{one.label, {}});
    for (const auto& values : one.metrics)
      summary.estimates.push_back({values.metric, interval_of(all_of(values), confidence)});
  }
  return summaries;
}

std::vector<Summary> paired_differences(const Json& runs, double confidence) {
  const auto cases = gather(runs);
  std::vector<Summary> paired;
  for (std::size_t i = 1; i < cases.size(); ++i)
    paired.push_back(difference(cases[i], cases[0], confidence));
  return paired;
}

Json to_json(const std::vector<Summary>& summaries) {
  Json result = Json::object();
  for (const auto& summary : summaries) {
    Json& object = result[summary.label] = Json::object();
    for (const auto& [metric, interval] : summary.estimates) object[metric] = to_json(interval);
  }
  return result;
}

}  // namespace faultpath::analysis
