// Turns cases into jobs and records into a result.
#include "cli/experiment.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "analysis/summary.hpp"
#include "cli/auto_warmup.hpp"
#include "cli/progress_bar.hpp"
#include "cli/worker_pool.hpp"
#include "models/run.hpp"
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

Job make_job(const std::string& variant, const models::SystemSpec& spec) {
  const auto& strategy = spec.strategy.name;
  const auto label = variant.empty() ? strategy : variant + "/" + strategy;
  return {
      fmt::format("run {}, replication {}, seed {}", label, spec.run.replication, spec.run.seed),
      [variant, spec](const ProgressSink& sink) { return run_one(variant, spec, sink); }};
}

std::vector<Job> all_jobs(const Scenario& scenario,
                          const sim::FingerprintIngredients& ingredients) {
  std::vector<Job> jobs;
  for (const auto& one : scenario.cases) {
    for (unsigned replication = 0; replication < scenario.replications; ++replication) {
      auto spec = one.spec;
      spec.run.replication = replication;
      spec.run.fingerprint = ingredients;
      jobs.push_back(make_job(one.variant, spec));
    }
  }
  return jobs;
}

Json run_all(const std::vector<Job>& jobs, const ExperimentOptions& options, const char* what) {
  std::optional<ProgressBar> bar;
  PoolProgress progress;
  if (options.show_progress) {
    bar.emplace(jobs.size(), what);
    progress = [&](std::size_t job, const models::Progress& at) { bar->update(job, at); };
  }
  const auto results = run_jobs(jobs, options.jobs, progress);
  bar.reset();
  Json records = Json::array();
  for (const auto& result : results) {
    fmt::print(stderr, "{}", result.errors);
    records.push_back(Json::parse(result.record));
  }
  return records;
}

void choose_warmup(Scenario& scenario, const ExperimentOptions& options) {
  std::vector<Job> pilots;
  for (const auto& one : scenario.cases) {
    if (!one.auto_warmup) continue;
    auto spec = one.spec;
    spec.run.warmup = {};
    pilots.push_back(make_job(one.variant, spec));
  }
  if (pilots.empty()) return;
  sim::Duration longest{};
  for (const auto& record : run_all(pilots, options, "warm-up"))
    longest = std::max(longest, warmup_of(record));
  for (auto& one : scenario.cases)
    if (one.auto_warmup) one.spec.run.warmup = longest;
}

}  // namespace

Json run_experiment(Scenario& scenario, const ExperimentOptions& options) {
  choose_warmup(scenario, options);
  Json runs = run_all(all_jobs(scenario, options.fingerprint), options, "running");
  scenarios::keep_series_of_first(runs);
  return runs;
}

Json make_result(const Scenario& scenario, Json runs, double confidence, bool paired) {
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
  result["summary"] = std::move(summary);
  result["paired"] = std::move(differences);
  return result;
}

}  // namespace faultpath::cli
