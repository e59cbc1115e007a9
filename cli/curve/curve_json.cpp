// A curve as a member of a result.
#include "cli/curve/curve.hpp"
#include "models/base/sizes.hpp"

namespace faultpath::cli {
namespace {

using analysis::Interval;
using analysis::Json;

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json to_json(const Interval& interval) {
  return {{"mean", interval.mean},
          {"low", number_or_null(interval.low)},
          {"high", number_or_null(interval.high)},
          {"n", interval.n}};
}

Json limit_json(const LimitedSystem& system, std::uint64_t limit) {
  return {{"limit_pages", limit},
          {"limit_bytes", system.spec().host.page_size.bytes_of(limit)},
          {"share", system.share_of(limit)}};
}

Json tables_json(const LimitedSystem& system) {
  Json tables = Json::array();
  for (const auto& table : system.tables()) {
    tables.push_back({{"name", table.name},
                      {"count", table.count},
                      {"pages", table.pages},
                      {"pinned_pages", table.pinned}});
  }
  return tables;
}

Json predicted_json(const LimitedSystem& system, const Curve& curve) {
  Json predicted = Json::array();
  for (std::size_t i = 0; i < curve.faults.size(); ++i) {
    auto one = limit_json(system, curve.limits[i]);
    one["faults"] = to_json(curve.faults[i]);
    predicted.push_back(std::move(one));
  }
  return predicted;
}

Json simulated_json(const LimitedSystem& system, const CurveOptions& options, const Curve& curve) {
  Json all = Json::array();
  for (const auto& [limit, simulated] : curve.simulated) {
    auto one = limit_json(system, limit);
    one["case"] = simulated.summary.label;
    one["faults"] = to_json(simulated.faults);
    const auto add = [&](const char* key, const std::string& path) {
      const auto value = simulated.summary.find(path);
      one[key] = value ? to_json(*value) : Json();
    };
    add("metric", options.metric.path);
    if (options.target) add("target", options.target->metric.path);
    add("locked_bytes_max", "locked_bytes.max");
    one["predicted"] = nullptr;
    if (const auto& predicted = simulated.predicted) {
      one["predicted"] = {{"at_once", predicted->at_once},
                          {"waiting_faults", simulated.waiting},
                          {"faults", predicted->waiting}};
    }
    const auto differs = simulated.differs();
    one["differs"] = differs ? Json(*differs) : Json();
    all.push_back(std::move(one));
  }
  return all;
}

Json goal_json(const LimitedSystem& system, const CurveGoal& goal) {
  const auto& [limit_at_least, better, strict] = goal.goal;
  Json json{{"metric", goal.metric.path},
            {"bound", limit_at_least},
            {"better", better == analysis::Better::low ? "low" : "high"}};
  if (!goal.crossing) {
    json["limit_pages"] = json["limit_bytes"] = json["share"] = nullptr;
    return json;
  }
  const auto& crossing = *goal.crossing;
  json.update(limit_json(system, crossing.limit));
  json["missed_pages"] = crossing.missed < system.least() ? Json() : Json(crossing.missed);
  json["low_pages"] = crossing.low ? Json(*crossing.low) : Json();
  json["high_pages"] = crossing.high ? Json(*crossing.high) : Json();
  return json;
}

Json sample_json(const CurveOptions& options) {
  if (options.sample >= 1.0) return nullptr;
  return {{"share", options.sample}, {"confidence", options.experiment.confidence}};
}

}  // namespace

Json to_json(const LimitedSystem& system, const CurveOptions& options, const Curve& curve) {
  const bool by_use = system.strategy().recency == models::LruLockedSpec::Recency::used;
  Json json{{"schema", "faultpath.curve/1"},
            {"strategy", system.strategy_name()},
            {"recency", by_use ? "used" : "mapped"},
            {"tables", tables_json(system)},
            {"whole_pages", system.whole()},
            {"least_pages", system.least()},
            {"accesses", curve.accesses},
            {"pages", curve.pages},
            {"sample", sample_json(options)},
            {"predicted", predicted_json(system, curve)},
            {"metric", options.metric.path},
            {"simulated", simulated_json(system, options, curve)}};
  json["unlimited"] = number_or_null(curve.unlimited);
  json["knee"] = curve.knee ? goal_json(system, *curve.knee) : Json();
  json["target"] = nullptr;
  if (curve.target) {
    json["target"] = goal_json(system, *curve.target);
    json["target"]["text"] = options.target->text;
  }
  json["caveats"] = caveats_of(system);
  return json;
}

}  // namespace faultpath::cli
