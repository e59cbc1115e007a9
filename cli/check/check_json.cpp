// A check as JSON.
#include "analysis/json.hpp"
#include "cli/check/check_view.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;

std::string_view name_of(analysis::Quantity quantity) {
  using analysis::Quantity;
  switch (quantity) {
    case Quantity::nanoseconds:
      return "ns";
    case Quantity::bytes:
      return "bytes";
    case Quantity::bytes_per_second:
      return "bytes_per_s";
    case Quantity::per_operation:
      return "per_operation";
    case Quantity::count:
      return "count";
  }
  return {};
}

Json to_json(const analysis::MetricCheck& metric) {
  Json json{{"metric", metric.metric},
            {"unit", name_of(metric.quantity)},
            {"verdict", analysis::name_of(metric.verdict)},
            {"base", metric.base},
            {"now", metric.now}};
  if (metric.change) {
    json["change"] = {{"mean", metric.change->mean},
                      {"low", *metric.change->low},
                      {"high", *metric.change->high},
                      {"n", metric.change->n}};
    json["margin"] = metric.margin;
    json["p"] = metric.p;
  }
  if (metric.replications) json["replications_needed"] = *metric.replications;
  return json;
}

Json to_json(const analysis::Divergence& divergence) {
  Json json{{"seed", divergence.seed},
            {"replication", divergence.replication},
            {"components", divergence.components},
            {"from_ns", divergence.from_ns}};
  if (divergence.to_ns) json["to_ns"] = *divergence.to_ns;
  if (divergence.events) {
    const auto& [component, common, base, now] = *divergence.events;
    json["events"] = {{"component", component}, {"common", common}};
    if (base) json["events"]["base"] = *base;
    if (now) json["events"]["now"] = *now;
  }
  return json;
}

Json to_json(const analysis::CaseCheck& one) {
  Json metrics = Json::array(), not_tested = Json::array(), stages = Json::array();
  for (const auto& metric : one.metrics) metrics.push_back(to_json(metric));
  for (const auto& [metric, why] : one.not_tested)
    not_tested.push_back({{"metric", metric}, {"why", why}});
  for (const auto& [stage, base, now] : one.stages)
    stages.push_back({{"stage", stage}, {"base_ns", base}, {"now_ns", now}});
  Json json{{"case", one.label},
            {"verdict", one.is_identical ? "identical" : analysis::name_of(one.verdict)},
            {"base_replications", one.base_replications},
            {"replications", one.replications},
            {"paired", one.is_paired},
            {"metrics", std::move(metrics)},
            {"not_tested", std::move(not_tested)},
            {"stages", std::move(stages)}};
  if (one.divergence) json["divergence"] = to_json(*one.divergence);
  return json;
}

}  // namespace

std::string check_json(const CheckView& view) {
  const auto& check = view.check;
  Json keys = Json::array(), cases = Json::array();
  for (const auto& key : check.changed_keys)
    keys.push_back({{"key", key.path}, {"base", key.base}, {"now", key.now}});
  for (const auto& one : check.cases) cases.push_back(to_json(one));
  const Json json{{"schema", "faultpath.check/1"},
                  {"scenario", view.scenario},
                  {"baseline", view.baseline},
                  {"verdict", analysis::name_of(check.outcome)},
                  {"changed_keys", std::move(keys)},
                  {"cases", std::move(cases)},
                  {"only_in_baseline", check.only_base},
                  {"only_in_result", check.only_now},
                  {"contradictions", check.contradictions}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace faultpath::cli
