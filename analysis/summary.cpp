// Gathers metrics by case and replication.
#include "analysis/summary.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "analysis/metrics.hpp"
#include "analysis/sectioning.hpp"

namespace faultpath::analysis {
namespace {

using Replication = std::uint64_t;

// One metric of a case, by replication.
struct Values {
  std::string metric;
  std::map<Replication, double> by_replication;
  // Set for a quantile.
  std::string distribution;
  double q = 0.0;
};

class CaseValues {
 public:
  explicit CaseValues(const Case& one) : label_(one.label) {
    for (const auto* run : one.runs)
      for (const auto& metric : metrics_of(*run)) add(run->replication, metric);
  }

  const std::string& label() const { return label_; }
  const std::vector<Values>& metrics() const { return metrics_; }
  const Values* find(const std::string& metric) const {
    const auto at = index_.find(metric);
    return at == index_.end() ? nullptr : &metrics_[at->second];
  }

 private:
  void add(Replication replication, const Metric& metric) {
    const auto [at, is_new] = index_.try_emplace(metric.path, metrics_.size());
    if (is_new) {
      metrics_.push_back({metric.path, {}, {}, metric.q});
      if (metric.distribution != nullptr) metrics_.back().distribution = metric.distribution->name;
    }
    metrics_[at->second].by_replication[replication] = metric.value;
  }

  std::string label_;
  std::vector<Values> metrics_;
  std::unordered_map<std::string, std::size_t> index_;
};

std::vector<double> all_of(const Values& values) {
  std::vector<double> all;
  for (const auto& [replication, value] : values.by_replication) all.push_back(value);
  return all;
}

Summary summary_of(const Case& one, double confidence) {
  Summary summary{one.label, {}};
  std::map<std::string, Sections> sections;
  const CaseValues gathered{one};
  for (const auto& values : gathered.metrics()) {
    if (values.distribution.empty()) {
      summary.estimates.push_back({values.metric, interval_of(all_of(values), confidence)});
      continue;
    }
    auto at = sections.find(values.distribution);
    if (at == sections.end())
      at = sections.emplace(values.distribution, sections_of(one, values.distribution)).first;
    const auto [interval, effective] =
        sectioned_quantile(at->second.whole, at->second.replications, values.q, confidence);
    summary.estimates.push_back({values.metric, interval, effective});
  }
  return summary;
}

// The differences of those replications that both have.
std::vector<double> differences(const Values& values, const Values& base) {
  std::vector<double> result;
  for (const auto& [replication, value] : values.by_replication) {
    const auto other = base.by_replication.find(replication);
    if (other != base.by_replication.end()) result.push_back(value - other->second);
  }
  return result;
}

Summary difference(const CaseValues& one, const CaseValues& base, double confidence) {
  Summary summary{one.label() + " - " + base.label(), {}};
  for (const auto& values : one.metrics()) {
    const auto* base_values = base.find(values.metric);
    if (base_values == nullptr) continue;
    const auto pairs = differences(values, *base_values);
    if (pairs.empty()) continue;
    summary.estimates.push_back({values.metric, interval_of(pairs, confidence)});
  }
  return summary;
}

Json to_json(const Estimate& estimate) {
  const auto& interval = estimate.interval;
  Json json{{"mean", interval.mean},
            {"low", interval.low ? Json(*interval.low) : Json()},
            {"high", interval.high ? Json(*interval.high) : Json()},
            {"n", interval.n}};
  if (estimate.effective) json["effective"] = *estimate.effective;
  if (estimate.is_too_short()) json["too_short"] = true;
  return json;
}

}  // namespace

const Estimate* Summary::estimate(std::string_view metric) const {
  const auto at = std::ranges::find(estimates, metric, &Estimate::metric);
  return at == estimates.end() ? nullptr : &*at;
}

std::optional<Interval> Summary::find(std::string_view metric) const {
  const auto* found = estimate(metric);
  return found == nullptr ? std::nullopt : std::optional{found->interval};
}

std::vector<Summary> summaries_of(const std::vector<Run>& runs, double confidence) {
  std::vector<Summary> summaries;
  for (const auto& one : cases_of(runs)) summaries.push_back(summary_of(one, confidence));
  return summaries;
}

std::vector<Summary> paired_differences(const std::vector<Run>& runs, double confidence) {
  std::vector<CaseValues> cases;
  for (const auto& one : cases_of(runs)) cases.emplace_back(one);
  std::vector<Summary> paired;
  for (std::size_t i = 1; i < cases.size(); ++i)
    paired.push_back(difference(cases[i], cases[0], confidence));
  return paired;
}

Json to_json(const std::vector<Summary>& summaries) {
  Json result = Json::object();
  for (const auto& summary : summaries) {
    Json& object = result[summary.label] = Json::object();
    for (const auto& estimate : summary.estimates) object[estimate.metric] = to_json(estimate);
  }
  return result;
}

}  // namespace faultpath::analysis
