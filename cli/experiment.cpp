// Turns cases into jobs and records into a result.
#include "cli/experiment.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "analysis/summary.hpp"
#include "cli/auto_warmup.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/worker_pool.hpp"
#include "models/run.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/run_record.hpp"
#include "scenarios/series_record.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;
using scenarios::Scenario;

std::uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

// Runs in the worker.
std::string run_one(const std::string& variant, const models::SystemSpec& spec,
                    const ProgressSink& progress) {
  const auto started = std::chrono::steady_clock::now();
  models::RunHooks hooks;
  hooks.progress = progress;
  const auto outcome = models::run_system(spec, hooks);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  return scenarios::run_record(variant, spec, outcome, {wall.count(), peak_rss_bytes()})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string label_of(const scenarios::Case& one) {
  return one.variant.empty() ? one.strategy : one.variant + "/" + one.strategy;
}

// A run to make, and the case that it is of, which outlives it.
struct Planned {
  const scenarios::Case* of;
  unsigned replication = 0;
  bool is_pilot = false;

  std::string name() const {
    return fmt::format("run {}, replication {}, seed {}", label_of(*of), replication,
                       of->spec.run.seed);
  }
  FailedRun failed(std::string reason, bool is_bad_input) const {
    return {of->variant,       of->strategy,      replication,
            of->spec.run.seed, std::move(reason), is_bad_input};
  }
};

Job make_job(const Planned& planned, const sim::FingerprintIngredients& fingerprint) {
  return {planned.name(), [planned, fingerprint](const ProgressSink& sink) {
            auto spec = planned.of->spec;
            spec.run.replication = planned.replication;
            spec.run.fingerprint = fingerprint;
            if (planned.is_pilot) spec.run.warmup = {};
            return run_one(planned.of->variant, spec, sink);
          }};
}

// With a duration the loader sees it; what counts end is known only then.
std::optional<FailedRun> outlived_by_its_warmup(const Planned& planned, const Json& record) {
  const auto& run = planned.of->spec.run;
  if (planned.is_pilot || run.warmup == sim::Duration::zero()) return std::nullopt;
  const double end = record.at("simulated_ns").get<double>();
  if (end > sim::to_ns(run.warmup)) return std::nullopt;
  const auto ended = sim::Duration{static_cast<std::int64_t>(end * 1e3)};
  return planned.failed(
      fmt::format("{}: warmup is {}, but the run ended after {}: nothing was counted",
                  planned.name(), scenarios::duration_text(run.warmup),
                  scenarios::duration_text(ended)),
      true);
}

Experiment run_all(const std::vector<Planned>& planned, const ExperimentOptions& options,
                   const char* what) {
  std::vector<Job> jobs;
  for (const auto& one : planned) jobs.push_back(make_job(one, options.fingerprint));
  std::optional<ProgressBar> bar;
  PoolProgress progress;
  if (options.show_progress) {
    bar.emplace(jobs.size(), what);
    progress = [&](std::size_t job, const models::Progress& at) { bar->update(job, at); };
  }
  const auto results = run_jobs(jobs, options.jobs, progress);
  bar.reset();
  Experiment experiment;
  for (std::size_t i = 0; i < results.size(); ++i) {
    complain(results[i].errors);
    if (results[i].failure) {
      experiment.failed.push_back(planned[i].failed(*results[i].failure, false));
      continue;
    }
    auto record = Json::parse(results[i].record);
    auto failed = outlived_by_its_warmup(planned[i], record);
    if (failed) {
      experiment.failed.push_back(std::move(*failed));
    } else {
      experiment.runs.push_back(std::move(record));
    }
  }
  return experiment;
}

bool is_of(const FailedRun& failed, const scenarios::Case& one) {
  return failed.variant == one.variant && failed.strategy == one.strategy;
}

// The pilots that failed.
std::vector<FailedRun> choose_warmup(Scenario& scenario, const ExperimentOptions& options) {
  std::vector<Planned> pilots;
  for (const auto& one : scenario.cases) {
    if (one.auto_warmup) pilots.push_back({&one, 0, true});
  }
  if (pilots.empty()) return {};
  auto experiment = run_all(pilots, options, "warm-up");
  sim::Duration longest{};
  for (const auto& record : experiment.runs) longest = std::max(longest, warmup_of(record));
  for (auto& one : scenario.cases)
    if (one.auto_warmup) one.spec.run.warmup = longest;
  return std::move(experiment.failed);
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

}  // namespace

Experiment run_experiment(Scenario& scenario, const ExperimentOptions& options) {
  auto failed = choose_warmup(scenario, options);
  std::vector<Planned> planned;
  for (const auto& one : scenario.cases) {
    if (std::ranges::any_of(failed, [&](const auto& pilot) { return is_of(pilot, one); })) continue;
    for (unsigned replication = 0; replication < scenario.replications; ++replication) {
      planned.push_back({&one, replication});
    }
  }
  auto experiment = run_all(planned, options, "running");
  scenarios::keep_series_of_first(experiment.runs);
  experiment.failed.insert(experiment.failed.begin(), failed.begin(), failed.end());
  return experiment;
}

bool has_base(const Scenario& scenario, const Experiment& experiment) {
  return std::ranges::any_of(experiment.runs, [&](const Json& run) {
    return analysis::label_of(run) == label_of(scenario.cases.front());
  });
}

Json make_result(const Scenario& scenario, Experiment experiment, double confidence, bool paired) {
  auto& runs = experiment.runs;
  Json result;
  result["schema"] = "faultpath.result/1";
  result["faultpath"] = FAULTPATH_VERSION;
  result["scenario"] = {
      {"name", scenario.name}, {"sha256", scenario.sha256}, {"resolved", scenario.resolved}};
  result["confidence"] = confidence;
  auto summary = to_json(analysis::summaries_of(runs, confidence));
  auto differences =
      paired ? to_json(analysis::paired_differences(runs, confidence)) : Json::object();
  result["runs"] = std::move(runs);
  if (!experiment.failed.empty()) result["failed"] = to_json(experiment.failed);
  result["summary"] = std::move(summary);
  result["paired"] = std::move(differences);
  return result;
}

}  // namespace faultpath::cli
