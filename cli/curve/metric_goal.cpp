// The table of metrics, and reading targets.
#include "cli/curve/metric_goal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "analysis/metrics.hpp"
#include "cli/usage_error.hpp"
#include "models/metrics/metrics.hpp"
#include "scenarios/excerpt.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/suggestion.hpp"

namespace faultpath::cli {
namespace {

using analysis::Better;
using analysis::Unit;

constexpr std::string_view kNanoseconds = "_ns";

bool is_better_high(std::string_view counter) {
  constexpr std::array<std::string_view, 5> kHigh{"dma_operations", "dma_bytes", "atc_hits",
                                                  "iotlb_hits", "responses_success"};
  return std::ranges::find(kHigh, counter) != kHigh.end();
}

std::string without_unit(std::string_view name) {
  return std::string{name.ends_with(kNanoseconds) ? name.substr(0, name.size() - 3) : name};
}

void add(std::vector<GoalMetric>& metrics, std::string_view name,
         std::initializer_list<std::string_view> statistics, Unit unit) {
  for (const auto statistic : statistics) {
    metrics.push_back({fmt::format("{}.{}", name, statistic),
                       fmt::format("{}.{}", without_unit(name), statistic), unit, Better::low});
  }
}

std::vector<GoalMetric> make_metrics() {
  std::vector<GoalMetric> metrics;
  for (const auto& distribution : models::distribution_table()) {
    add(metrics, distribution.name, {"mean", "p50", "p90", "p95", "p99", "p999", "max"},
        Unit::nanoseconds);
  }
  for (const auto& rate : analysis::rate_table()) {
    const std::string name{rate.name};
    metrics.push_back(
        {name, name, name.find("bytes") == std::string::npos ? Unit::count : Unit::bytes_per_second,
         Better::high});
  }
  for (const auto& gauge : models::gauge_table()) {
    const bool bytes = gauge.name.ends_with("_bytes");
    add(metrics, gauge.name, {"mean", "max", "final"}, bytes ? Unit::bytes : Unit::count);
  }
  for (const auto& counter : models::counter_table()) {
    const std::string name{counter.name};
    metrics.push_back({name, name, Unit::count, is_better_high(name) ? Better::high : Better::low});
  }
  return metrics;
}

double value_in(Unit unit, const std::string& text) {
  switch (unit) {
    case Unit::nanoseconds:
      return sim::to_ns(scenarios::parse_duration(text));
    case Unit::bytes:
      return static_cast<double>(scenarios::parse_bytes(text));
    case Unit::bytes_per_second:
      return scenarios::parse_bandwidth(text);
    case Unit::count:
      return text.ends_with("/s") ? scenarios::parse_rate(text) : scenarios::parse_real(text);
  }
  throw UsageError("a unit without values");
}

std::string trimmed(std::string text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::ranges::find_if_not(text, is_blank));
  return text;
}

}  // namespace

const std::vector<GoalMetric>& goal_metrics() {
  static const auto kMetrics = make_metrics();
  return kMetrics;
}

const GoalMetric& goal_metric(const std::string& option, const std::string& text) {
  const std::string wanted = text == "throughput" ? "dma_throughput_bytes_per_s" : text;
  const auto at = std::ranges::find_if(goal_metrics(), [&](const GoalMetric& metric) {
    return metric.path == wanted || metric.name == wanted;
  });
  if (at != goal_metrics().end()) return *at;
  std::vector<std::string> known{"throughput"};
  for (const auto& metric : goal_metrics()) known.push_back(metric.name);
  const auto near = scenarios::nearest(text, known);
  throw UsageError(fmt::format(
      "{}: no metric is called '{}'; {}", option, scenarios::excerpt(text),
      near.empty() ? "faultpath list metrics has them" : fmt::format("did you mean '{}'?", near)));
}

Target target_of(const std::string& text) {
  const auto fail = [&](const std::string& why) {
    throw UsageError(fmt::format("--target {}: {}", scenarios::excerpt(text), why));
  };
  const auto at = text.find_first_of("<>");
  if (at == std::string::npos)
    fail("expected METRIC<VALUE or METRIC>VALUE, as dma_latency.p99<50us");
  const bool with_bound = at + 1 < text.size() && text[at + 1] == '=';
  const auto& metric = goal_metric("--target", trimmed(text.substr(0, at)));
  Target target{text, metric, {}};
  target.goal.better = text[at] == '<' ? Better::low : Better::high;
  target.goal.strict = !with_bound;
  try {
    target.goal.bound = value_in(metric.unit, trimmed(text.substr(at + (with_bound ? 2 : 1))));
  } catch (const scenarios::BadValue& bad) {
    fail(bad.message + (bad.suggestion.empty() ? "" : "; " + bad.suggestion));
  }
  return target;
}

}  // namespace faultpath::cli
