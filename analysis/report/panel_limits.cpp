// Faults and a metric against the locked limit, as `faultpath curve` found them.
#include <algorithm>
#include <string>
#include <string_view>

#include "analysis/report/html.hpp"
#include "analysis/report/panels.hpp"

namespace faultpath::analysis::report {
namespace {

// What the page calls the unit of a metric.
std::string_view unit_of(std::string_view metric) {
  if (metric.find("_ns") != std::string_view::npos) return "duration";
  if (metric.find("_per_s") != std::string_view::npos) return "rate";
  if (metric.find("_bytes") != std::string_view::npos) return "bytes";
  return "count";
}

double number(const Json& object, const char* key, double otherwise) {
  const auto at = object.find(key);
  return at == object.end() || !at->is_number() ? otherwise : at->get<double>();
}

void add_interval(Json& point, const std::string& name, const Json& interval) {
  const double mean = number(interval, "mean", 0.0);
  point[name] = rounded(mean);
  // An axis of logarithms has no place for less than nothing.
  point[name + "_low"] = rounded(std::max(number(interval, "low", mean), mean / 100.0));
  point[name + "_high"] = rounded(number(interval, "high", mean));
}

Json predicted_of(const Json& curve) {
  Json points = Json::array();
  for (const auto& one : curve.value("predicted", Json::array())) {
    Json point = Json::object();
    point["limit"] = number(one, "limit_bytes", 0.0);
    add_interval(point, "faults", one.value("faults", Json::object()));
    points.push_back(std::move(point));
  }
  return points;
}

// Which of the entries of the source it is, so that the chart can be told to leave it out.
Json simulated_of(const Json& curve, const Entries& entries, std::size_t source) {
  Json points = Json::array();
  for (const auto& one : curve.value("simulated", Json::array())) {
    const auto label = one.value("case", std::string{});
    const auto entry = std::ranges::find_if(entries.all(), [&](const Entry& e) {
      return e.source == source && e.first().label() == label;
    });
    const auto metric = one.find("metric");
    if (entry == entries.all().end() || metric == one.end() || !metric->is_object()) continue;
    Json point = Json::object();
    point["case"] = entry - entries.all().begin();
    point["limit"] = number(one, "limit_bytes", 0.0);
    add_interval(point, "faults", one.value("faults", Json::object()));
    add_interval(point, "metric", *metric);
    points.push_back(std::move(point));
  }
  return points;
}

// The limit is null when none is good enough; the bound is null when it is one of another metric.
Json goal_of(const Json& curve, const char* key, std::string_view metric) {
  const auto goal = curve.find(key);
  if (goal == curve.end() || !goal->is_object()) return {};
  const double limit = number(*goal, "limit_bytes", 0.0);
  Json json{{"limit", nullptr}, {"bound", nullptr}};
  if (limit > 0.0) json["limit"] = limit;
  if (goal->value("metric", std::string{}) == metric) {
    json["bound"] = rounded(number(*goal, "bound", 0.0));
  }
  return json;
}

}  // namespace

Json limits_data(const Entries& entries) {
  for (std::size_t source = 0; source < entries.sources().size(); ++source) {
    const Json& curve = entries.sources()[source].result.curve;
    if (curve.empty()) continue;
    auto simulated = simulated_of(curve, entries, source);
    if (simulated.empty()) continue;
    const auto metric = curve.value("metric", std::string{});
    return {{"metric", metric},
            {"unit", unit_of(metric)},
            {"predicted", predicted_of(curve)},
            {"simulated", std::move(simulated)},
            {"knee", goal_of(curve, "knee", metric)},
            {"target", goal_of(curve, "target", metric)}};
  }
  return {};
}

}  // namespace faultpath::analysis::report
