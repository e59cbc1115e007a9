// What a worker does, and collecting what it sends.
#include "cli/experiment/run_job.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/result_reader.hpp"
#include "cli/experiment/worker_pool.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "models/assembly/run.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/run_record.hpp"

namespace faultpath::cli {
namespace {

std::uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::string name_of(const RunJob& job) {
  const auto& strategy = job.spec.strategy.name;
  const auto label = job.variant.empty() ? strategy : job.variant + "/" + strategy;
  const auto& run = job.spec.run;
  return fmt::format("run {}, replication {}, seed {}", label, run.replication, run.seed);
}

// Runs in the worker.
std::string execute(const RunJob& job, const ProgressSink& progress) {
  const auto started = std::chrono::steady_clock::now();
  models::RunHooks hooks;
  hooks.progress = progress;
  const auto outcome = models::run_system(job.spec, hooks);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  for (const models::LawDrift& drift : outcome.drifts) {
    complain(fmt::format("{}: {}\n", name_of(job), drift_text(drift)));
  }
  return scenarios::run_record(job.variant, job.spec, outcome, {wall.count(), peak_rss_bytes()})
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Job work_of(const RunJob& job) {
  return {name_of(job), [&job](const ProgressSink& sink) { return execute(job, sink); }};
}

FailedRun failed(const RunJob& job, std::string reason, bool is_bad_input) {
  return {job.variant,       job.spec.strategy.name, job.spec.run.replication,
          job.spec.run.seed, std::move(reason),      is_bad_input};
}

// Statistics of nothing would be zeros that look like measurements. With a duration the loader sees
// that a warm-up is too long; when what counts ends is known only afterwards.
std::optional<FailedRun> uncounted(const RunJob& job, const analysis::Run& run) {
  const sim::Duration warmup = job.spec.run.warmup;
  if (warmup == sim::Duration::zero()) return std::nullopt;
  const bool counted = std::ranges::any_of(run.counters, [](const analysis::Counter& counter) {
    return counter.value > 0 && (counter.name == "dma_operations" || counter.name == "dma_dropped");
  });
  const bool observed = std::ranges::any_of(job.spec.devices, &models::DeviceSpec::observed);
  if (run.measured_ns > 0.0 && (counted || !observed)) return std::nullopt;
  const auto ended = sim::Duration{static_cast<std::int64_t>(run.simulated_ns * 1e3)};
  return failed(
      job,
      fmt::format("{}: warmup is {}, but the run ended after {}: nothing was counted", name_of(job),
                  scenarios::duration_text(warmup), scenarios::duration_text(ended)),
      true);
}

}  // namespace

std::string drift_text(const models::LawDrift& drift) {
  const bool cores = drift.name == "busy_cores";
  return fmt::format(
      "{} law does not hold for {}: {:.6g} on the average by the level, {:.6g} by {}",
      cores ? "the utilisation" : "Little's", drift.name, drift.by_level, drift.by_times,
      cores ? "the times of the threads" : "the times that each was there");
}

RunRecords run_records(const std::vector<RunJob>& jobs, std::size_t parallel, const char* what) {
  std::vector<Job> work;
  for (const auto& job : jobs) work.push_back(work_of(job));
  std::optional<ProgressBar> bar;
  PoolProgress progress;
  if (what != nullptr) {
    bar.emplace(jobs.size(), what);
    progress = [&](std::size_t job, const models::Progress& at) { bar->update(job, at); };
  }
  auto results = run_jobs(work, parallel, progress);
  bar.reset();
  RunRecords outcome;
  for (std::size_t i = 0; i < results.size(); ++i) {
    complain(results[i].errors);
    if (results[i].failure) {
      outcome.failed.push_back(failed(jobs[i], *results[i].failure, false));
      continue;
    }
    auto run = analysis::read_run(results[i].record, work[i].label);
    if (auto nothing = uncounted(jobs[i], run)) {
      outcome.failed.push_back(std::move(*nothing));
    } else {
      outcome.records.push_back({std::move(results[i].record), std::move(run)});
    }
  }
  return outcome;
}

}  // namespace faultpath::cli
