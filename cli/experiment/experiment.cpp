// Rounds of replications, and the result of their records.
#include "cli/experiment/experiment.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/summary.hpp"
#include "cli/experiment/pilots.hpp"
#include "cli/experiment/run_job.hpp"
#include "scenarios/series_record.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;
using scenarios::Scenario;

std::string label_of(const scenarios::Case& one) {
  return one.variant.empty() ? one.strategy : one.variant + "/" + one.strategy;
}

bool is_of(const FailedRun& failed, const scenarios::Case& one) {
  return failed.variant == one.variant && failed.strategy == one.strategy;
}

// Replications from `first` up to but without `end` of every case but those of `failed`.
std::vector<RunJob> jobs_of(const Scenario& scenario, std::size_t first, std::size_t end,
                            const ExperimentOptions& options,
                            const std::vector<FailedRun>& failed) {
  std::vector<RunJob> jobs;
  for (const auto& one : scenario.cases) {
    if (std::ranges::any_of(failed, [&](const auto& pilot) { return is_of(pilot, one); })) continue;
    for (auto replication = first; replication < end; ++replication) {
      RunJob job{one.variant, one.spec};
      job.spec.run.replication = static_cast<unsigned>(replication);
      job.spec.run.level_series = replication == 0;
      job.spec.run.fingerprint = options.fingerprint;
      job.spec.run.by = options.by;
      jobs.push_back(std::move(job));
    }
  }
  return jobs;
}

// The records of one round, in which each case has `each`.
void watch(analysis::PrecisionWatch& watch, const std::vector<RunRecord>& round, std::size_t each) {
  for (std::size_t replication = 0; replication < each; ++replication) {
    std::vector<const analysis::Run*> runs;
    for (std::size_t i = replication; i < round.size(); i += each) runs.push_back(&round[i].run);
    watch.add(runs);
  }
}

void append(RunRecords& all, RunRecords&& round) {
  std::ranges::move(round.records, std::back_inserter(all.records));
  std::ranges::move(round.failed, std::back_inserter(all.failed));
}

// Rounds of as many replications as are missing at least, so that none is simulated in vain. A
// round with a failure is the last.
RunRecords run_until_precise(Scenario& scenario, const ExperimentOptions& options,
                             const std::vector<FailedRun>& failed,
                             std::optional<PrecisionOutcome>& outcome) {
  analysis::PrecisionWatch precision(*options.precision, options.confidence);
  RunRecords all;
  std::size_t done = 0;
  while (all.failed.empty() && !precision.is_reached() && done < scenario.replications) {
    const auto end = std::min<std::size_t>(done + precision.missing(), scenario.replications);
    auto round = run_records(jobs_of(scenario, done, end, options, failed), options.jobs,
                             options.show_progress ? "running" : nullptr);
    const std::size_t each = end - std::exchange(done, end);
    if (round.failed.empty()) watch(precision, round.records, each);
    append(all, std::move(round));
  }
  scenario.replications = static_cast<unsigned>(done);
  outcome = {*options.precision, precision.unprecise(), precision.is_reached()};
  // By case, as without rounds: equal labels were equally far apart in each.
  std::ranges::stable_sort(all.records, {}, [&](const RunRecord& record) {
    return std::ranges::find(scenario.cases, record.run.label(), label_of) - scenario.cases.begin();
  });
  return all;
}

Json to_json(const std::vector<FailedRun>& failed) {
  Json list = Json::array();
  for (const auto& run : failed) {
    list.push_back({{"variant", run.variant},
                    {"strategy", run.strategy},
                    {"replication", run.replication},
                    {"seed", run.seed},
                    {"reason", run.reason}});
  }
  return list;
}

Json to_json(const PrecisionOutcome& precision, std::size_t replications) {
  Json unprecise = Json::array();
  for (const auto& [label, metric, relative] : precision.unprecise)
    unprecise.push_back({{"case", label}, {"metric", metric}, {"precision", relative}});
  return {{"wanted", precision.wanted},
          {"reached", precision.is_reached},
          {"replications", replications},
          {"unprecise", std::move(unprecise)}};
}

}  // namespace

Experiment run_experiment(Scenario& scenario, const ExperimentOptions& options) {
  Experiment experiment;
  experiment.failed = choose_warmup(scenario, options.jobs, options.show_progress);
  RunRecords outcome;
  if (options.precision) {
    outcome = run_until_precise(scenario, options, experiment.failed, experiment.precision);
  } else {
    outcome = run_records(jobs_of(scenario, 0, scenario.replications, options, experiment.failed),
                          options.jobs, options.show_progress ? "running" : nullptr);
  }
  for (auto& [record, run] : outcome.records) {
    experiment.records.push_back(Json::parse(record));
    experiment.runs.push_back(std::move(run));
  }
  std::ranges::move(outcome.failed, std::back_inserter(experiment.failed));
  scenarios::keep_series_of_first(experiment.records);
  return experiment;
}

bool has_base(const Scenario& scenario, const Experiment& experiment) {
  const auto base = label_of(scenario.cases.front());
  return std::ranges::any_of(experiment.runs, [&](const auto& run) { return run.label() == base; });
}

Json make_result(const Scenario& scenario, Experiment experiment, double confidence, bool paired) {
  Json result;
  result["schema"] = analysis::kResultSchema;
  result["faultpath"] = FAULTPATH_VERSION;
  result["scenario"] = {
      {"name", scenario.name}, {"sha256", scenario.sha256}, {"resolved", scenario.resolved}};
  result["confidence"] = confidence;
  if (experiment.precision)
    result["precision"] = to_json(*experiment.precision, scenario.replications);
  result["runs"] = std::move(experiment.records);
  if (!experiment.failed.empty()) result["failed"] = to_json(experiment.failed);
  result["summary"] = to_json(analysis::summaries_of(experiment.runs, confidence));
  result["paired"] =
      paired ? to_json(analysis::paired_differences(experiment.runs, confidence)) : Json::object();
  return result;
}

}  // namespace faultpath::cli
