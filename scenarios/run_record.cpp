// The members of a run record in the order of the contract.
#include "scenarios/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/assembly/parts.hpp"
#include "scenarios/json.hpp"
#include "scenarios/series_record.hpp"

namespace faultpath::scenarios {
namespace {

Json counters_json(const models::Counters& counters,
                   const std::vector<models::CounterInfo>& table) {
  Json json = Json::object();
  for (const auto& counter : table) json[std::string{counter.name}] = counters.*counter.member;
  return json;
}

Json gauges_json(const std::vector<models::GaugeResult>& gauges) {
  Json json = Json::object();
  for (const auto& gauge : gauges)
    json[gauge.name] = {{"mean", gauge.mean}, {"max", gauge.max}, {"final", gauge.final}};
  return json;
}

Json histogram_json(const sim::Histogram& histogram) {
  Json buckets = Json::array();
  for (const auto& bucket : histogram.buckets())
    buckets.push_back(Json::array({bucket.low.count(), bucket.count}));
  return {{"unit", "ps"}, {"sub_bits", 6}, {"buckets", std::move(buckets)}};
}

Json distributions_json(const std::vector<models::DistributionResult>& distributions) {
  Json json = Json::object();
  for (const auto& [name, histogram] : distributions) {
    const auto quantile = [&](double q) { return sim::to_ns(histogram.quantile(q)); };
    json[name] = {{"count", histogram.count()},
                  {"mean", histogram.mean_ns()},
                  {"stddev", histogram.stddev_ns()},
                  {"min", sim::to_ns(histogram.min())},
                  {"max", sim::to_ns(histogram.max())},
                  {"p50", quantile(0.5)},
                  {"p90", quantile(0.9)},
                  {"p95", quantile(0.95)},
                  {"p99", quantile(0.99)},
                  {"p999", quantile(0.999)},
                  {"histogram", histogram_json(histogram)}};
  }
  return json;
}

Json stages_json(const std::vector<models::StageResult>& stages) {
  Json json = Json::object();
  for (const auto& [name, histogram] : stages) {
    json[name] = {{"count", histogram.count()},
                  {"mean", histogram.mean_ns()},
                  {"p99", sim::to_ns(histogram.quantile(0.99))}};
  }
  return json;
}

// `stages` of them are used.
Json blame_json(const std::vector<models::BlameResult>& blame, std::size_t stages_used) {
  Json json = Json::object();
  for (const auto& [name, ns] : blame) {
    Json& stages = json[name] = Json::object();
    for (std::size_t stage = 0; stage < stages_used; ++stage)
      stages[std::string{models::stage_table()[stage].name}] = ns[stage];
  }
  return json;
}

// The same, added up by whose time the stages are.
Json blame_by_scope_json(const std::vector<models::BlameResult>& blame) {
  Json json = Json::object();
  for (const auto& [name, ns] : blame) {
    std::array<double, static_cast<std::size_t>(models::Scope::count)> sums{};
    for (std::size_t stage = 0; stage < ns.size(); ++stage) {
      const auto scope = models::scope_of(static_cast<models::FaultStage>(stage));
      sums[static_cast<std::size_t>(scope)] += ns[stage];
    }
    Json& scopes = json[name] = Json::object();
    for (std::size_t i = 0; i < sums.size(); ++i)
      scopes[std::string{models::name_of(static_cast<models::Scope>(i))}] = sums[i];
  }
  return json;
}

// The checkpoints of a lane as four hexadecimal digits each, without gaps. Four digits are enough
// to tell two runs apart, because after the first difference all further checkpoints differ as
// well.
Json trail_json(const models::RunOutcome& outcome) {
  Json lanes = Json::object();
  for (const auto& [component, checkpoints] : outcome.trail.lanes) {
    std::string digits;
    for (const std::uint64_t hash : checkpoints) digits += fmt::format("{:04x}", hash >> 48);
    lanes[component] = digits;
  }
  return {{"step_ns", sim::to_ns(outcome.trail.step)},
          {"start_ns", sim::to_ns(outcome.started)},
          {"lanes", std::move(lanes)}};
}

Json parts_json(const std::vector<models::RunPart>& parts, models::Dimension dimension) {
  Json json = Json::object();
  for (const auto& part : parts) {
    Json& entry = json[part.name];
    if (!part.observed) entry["observed"] = false;
    entry["counters"] = counters_json(part.counters, models::part_counter_table(dimension));
    entry["distributions"] = distributions_json(part.distributions);
  }
  return json;
}

// How many there are, and who holds their memory: each kind once.
Json guests_json(const std::vector<models::GuestMachineSpec>& guests) {
  std::uint64_t count = 0;
  std::vector<std::string> backings;
  for (const auto& guest : guests) {
    count += guest.count;
    if (std::ranges::find(backings, guest.backing.name) == backings.end())
      backings.push_back(guest.backing.name);
  }
  return {{"count", count}, {"backing", fmt::format("{}", fmt::join(backings, " + "))}};
}

}  // namespace

Json run_record(const std::string& variant, const models::SystemSpec& spec,
                const models::RunOutcome& outcome, const RunCost& cost) {
  const auto measured = std::max(sim::Duration::zero(), outcome.simulated - spec.run.warmup);
  Json record{{"variant", variant},
              {"strategy", spec.strategy.name},
              {"replication", spec.run.replication},
              {"seed", spec.run.seed},
              {"fingerprint", fmt::format("{:016x}", outcome.fingerprint)},
              {"simulated_ns", sim::to_ns(outcome.simulated)},
              {"measured_ns", sim::to_ns(measured)},
              {"wall_s", cost.wall_s},
              {"events", outcome.events},
              {"peak_rss_bytes", cost.peak_rss_bytes},
              {"counters", counters_json(outcome.counters, models::counter_table())},
              {"gauges", gauges_json(outcome.gauges)},
              {"distributions", distributions_json(outcome.distributions)},
              {"stages_ns", stages_json(outcome.stages)},
              {"blame_ns", blame_json(outcome.blame, outcome.stages.size())},
              {"series", series_record(outcome)},
              {"trail", trail_json(outcome)}};
  if (outcome.stages.size() > models::kHostStages) {
    record["blame_scopes_ns"] = blame_by_scope_json(outcome.blame);
  }
  if (!spec.guests.empty()) record["guests"] = guests_json(spec.guests);
  if (spec.run.by) {
    const models::Dimension dimension = *spec.run.by;
    record["by"] = {
        {std::string{models::name_of(dimension)}, parts_json(outcome.parts, dimension)}};
  }
  return record;
}

}  // namespace faultpath::scenarios
