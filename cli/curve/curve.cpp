// The rounds of a curve: simulate, look where to simulate next, predict.
#include "cli/curve/curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "cli/usage_error.hpp"
#include "models/assembly/access_order.hpp"

namespace faultpath::cli {
namespace {

namespace limits = analysis::limits;

/// Limits of the curve that are spread evenly, besides those that are simulated (assumed).
constexpr std::uint64_t kEvenLimits = 40;
/// A search comes as close as this share of the whole before it looks elsewhere (assumed).
constexpr std::uint64_t kClose = 512;

double counter_of(const analysis::Run& run, std::string_view name) {
  const auto* counter = run.counter(name);
  return counter == nullptr ? 0.0 : static_cast<double>(counter->value);
}

double faults_of(const analysis::Run& run) {
  return counter_of(run, "faults_minor") + counter_of(run, "faults_major");
}

// Little's law: the rate of faults times the mean time from a miss until a handler has the lock of
// the container, under which it maps.
double waiting_of(const analysis::Run& run) {
  if (run.measured_ns <= 0.0) return 0.0;
  double time = counter_of(run, "container_wait_ns");
  for (const auto& stage : run.stages) {
    if (stage.name == "handle") break;
    time += static_cast<double>(stage.count) * stage.mean;
  }
  return time / run.measured_ns;
}

template <class Value>
double mean_over(const std::vector<analysis::Run>& runs, Value value) {
  double sum = 0.0;
  for (const auto& run : runs) sum += value(run);
  return sum / static_cast<double>(runs.size());
}

class CurveMaker {
 public:
  CurveMaker(const scenarios::Scenario& scenario, const LimitedSystem& system,
             const CurveOptions& options)
      : scenario_(scenario), system_(system), options_(options) {}

  Curve make() {
    if (options_.points > 0) {
      simulate(options_.limits);
      search();
      if (curve_.failed.empty()) find_goals();
    }
    if (curve_.failed.empty()) predict();
    return std::move(curve_);
  }

 private:
  void simulate(const std::vector<std::uint64_t>& chosen) {
    auto round = scenario_;
    round.cases.clear();
    for (const std::uint64_t limit : chosen) {
      round.cases.push_back(system_.with_limit(limit));
      if (warmup_) {
        round.cases.back().auto_warmup = false;
        round.cases.back().spec.run.warmup = *warmup_;
      }
    }
    auto experiment = run_experiment(round, options_.experiment);
    warmup_ = round.cases.front().spec.run.warmup;
    std::ranges::move(experiment.failed, std::back_inserter(curve_.failed));
    for (std::size_t i = 0; i < chosen.size(); ++i) keep(chosen[i], round.cases[i], experiment);
  }

  void keep(std::uint64_t limit, const scenarios::Case& one, const Experiment& experiment) {
    SimulatedLimit simulated;
    simulated.limit = limit;
    for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
      if (experiment.runs[i].strategy != one.strategy) continue;
      simulated.runs.push_back(experiment.runs[i]);
      simulated.records.push_back(experiment.records[i]);
      simulated.records.back().erase("series");  // their steps would differ between rounds
    }
    if (simulated.runs.empty()) return;
    simulated.summary =
        analysis::summaries_of(simulated.runs, options_.experiment.confidence).front();
    std::vector<double> faults;
    for (const auto& run : simulated.runs) faults.push_back(faults_of(run));
    simulated.faults = analysis::interval_of(faults, options_.experiment.confidence);
    simulated.waiting = mean_over(simulated.runs, waiting_of);
    curve_.simulated.emplace(limit, std::move(simulated));
  }

  limits::Measured measured(const GoalMetric& metric) const {
    limits::Measured values;
    for (const auto& [limit, simulated] : curve_.simulated) {
      if (const auto value = simulated.summary.find(metric.path)) values[limit] = *value;
    }
    return values;
  }

  // That of the knee follows from what is measured without a limit.
  std::vector<CurveGoal> goals() const {
    std::vector<CurveGoal> goals;
    if (options_.target) goals.push_back({options_.target->metric, options_.target->goal, {}});
    const auto whole = unlimited();
    if (whole)
      goals.push_back({options_.metric, limits::knee_goal(*whole, options_.metric.better), {}});
    return goals;
  }
  std::optional<double> unlimited() const {
    const auto whole = curve_.simulated.find(system_.whole());
    if (whole == curve_.simulated.end()) return std::nullopt;
    const auto value = whole->second.summary.find(options_.metric.path);
    return value ? std::optional{value->mean} : std::nullopt;
  }

  // One limit for each goal in a round.
  void search() {
    const std::uint64_t close = std::max<std::uint64_t>(system_.whole() / kClose, 1);
    while (curve_.failed.empty()) {
      std::set<std::uint64_t> next;
      for (const auto& goal : goals()) {
        if (curve_.simulated.size() + next.size() >= options_.points) break;
        const auto values = measured(goal.metric);
        if (values.empty()) continue;
        if (const auto limit = limits::next_limit(values, goal.goal, system_.least(), close))
          next.insert(*limit);
      }
      std::erase_if(next, [&](std::uint64_t limit) { return curve_.simulated.contains(limit); });
      if (next.empty()) return;
      simulate({next.begin(), next.end()});
    }
  }

  void find_goals() {
    curve_.unlimited = unlimited();
    for (auto& goal : goals()) {
      const auto values = measured(goal.metric);
      if (!values.empty()) goal.crossing = limits::crossing_of(values, goal.goal, system_.least());
      const bool is_target = options_.target && !curve_.target;
      (is_target ? curve_.target : curve_.knee) = std::move(goal);
    }
  }

  // Of the operations of a run those of the warm-up are not counted in it. Where their number is
  // not known they are taken to be as frequent as the others.
  Stretch stretch_of(const analysis::Run& run) const {
    const double counted = counter_of(run, "dma_operations") + counter_of(run, "dma_dropped");
    const sim::Duration warmup = warmup_.value_or(sim::Duration::zero());
    if (warmup == sim::Duration::zero()) return {static_cast<std::uint64_t>(counted), 0};
    const auto known = known_operations(system_.spec());
    const double all = known && *known != ~std::uint64_t{0}
                           ? static_cast<double>(*known)
                           : counted * (1.0 + sim::to_ns(warmup) / run.measured_ns);
    return {static_cast<std::uint64_t>(all),
            static_cast<std::uint64_t>(std::max(all - counted, 0.0))};
  }

  Stretch stretch_of_curve(unsigned replication) const {
    if (const auto whole = curve_.simulated.find(system_.whole());
        whole != curve_.simulated.end()) {
      for (const auto& run : whole->second.runs)
        if (run.replication == replication) return stretch_of(run);
    }
    if (const auto known = known_operations(system_.spec())) return {*known, 0};
    throw UsageError(
        "curve: how many operations there are depends on the simulation; leave some "
        "--points, or say stop_after.operations");
  }

  PredictionRequest request_of(unsigned replication, const std::vector<std::uint64_t>& all) const {
    PredictionRequest request{.replication = replication,
                              .stretch = stretch_of_curve(replication),
                              .limits = all,
                              .runs = {},
                              .sample = options_.sample,
                              .confidence = options_.experiment.confidence};
    for (const auto& [limit, simulated] : curve_.simulated) {
      if (options_.sample < 1.0) break;
      for (const auto& run : simulated.runs)
        if (run.replication == replication)
          request.runs.push_back({limit, stretch_of(run), simulated.waiting});
    }
    return request;
  }

  // Even ones, those that are simulated, and the least.
  std::vector<std::uint64_t> limits_of_curve() const {
    std::set<std::uint64_t> all(options_.limits.begin(), options_.limits.end());
    for (const auto& [limit, simulated] : curve_.simulated) all.insert(limit);
    for (std::uint64_t i = 1; i <= kEvenLimits; ++i)
      all.insert(std::max(system_.least(), system_.whole() * i / kEvenLimits));
    return {all.begin(), all.end()};
  }

  // Runs that cannot differ are predicted once.
  void predict() {
    curve_.limits = limits_of_curve();
    const bool fixed = models::AccessOrder::is_fixed(system_.spec()) &&
                       !system_.spec().run.stop.duration && !system_.spec().run.stop.faults &&
                       warmup_.value_or(sim::Duration::zero()) == sim::Duration::zero();
    const unsigned count = fixed ? 1 : scenario_.replications;
    std::vector<PredictionRequest> requests;
    for (unsigned i = 0; i < count; ++i) requests.push_back(request_of(i, curve_.limits));
    average(predict_all(system_, requests, options_.experiment.jobs), requests);
  }

  void average(const std::vector<Prediction>& all, const std::vector<PredictionRequest>& requests) {
    const auto count = static_cast<double>(all.size());
    for (const auto& one : all) {
      curve_.accesses += static_cast<double>(one.accesses) / count;
      curve_.pages += static_cast<double>(one.pages) / count;
    }
    for (std::size_t i = 0; i < curve_.limits.size(); ++i) {
      std::vector<double> values;
      for (const auto& one : all) values.push_back(one.faults[i].mean);
      // One replication may have an interval of its own, if it is a sample.
      curve_.faults.push_back(all.size() == 1
                                  ? all.front().faults[i]
                                  : analysis::interval_of(values, options_.experiment.confidence));
    }
    for (std::size_t r = 0; r < all.size(); ++r) {
      for (std::size_t i = 0; i < all[r].runs.size(); ++i) {
        auto& predicted = curve_.simulated.at(requests[r].runs[i].limit).predicted;
        if (!predicted) predicted.emplace();
        predicted->at_once += all[r].runs[i].at_once / count;
        predicted->waiting += all[r].runs[i].waiting / count;
      }
    }
  }

  const scenarios::Scenario& scenario_;
  const LimitedSystem& system_;
  const CurveOptions& options_;
  std::optional<sim::Duration> warmup_;  // when the first round has found it
  Curve curve_;
};

}  // namespace

std::optional<bool> SimulatedLimit::differs() const {
  if (!predicted || !faults.low) return std::nullopt;
  return predicted->waiting < *faults.low || predicted->waiting > *faults.high;
}

Curve make_curve(const scenarios::Scenario& scenario, const LimitedSystem& system,
                 const CurveOptions& options) {
  return CurveMaker(scenario, system, options).make();
}

}  // namespace faultpath::cli
