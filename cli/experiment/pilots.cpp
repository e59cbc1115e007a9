// Runs pilots and reads their series.
#include "cli/experiment/pilots.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/warmup.hpp"
#include "cli/experiment/run_job.hpp"
#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

constexpr unsigned kPilots = 10;
constexpr unsigned kFirstPilot = 1U << 31;  // more replications than --replications takes

sim::Duration warmup_of(const analysis::Case& pilots) {
  const auto settled = analysis::settling_time_ns(pilots.runs);
  if (settled) return sim::Duration{static_cast<std::int64_t>(*settled * 1e3)};
  throw UsageError(fmt::format(
      "warmup: auto: under {} the DMA latency is not seen to settle; run longer or give a duration",
      pilots.label));
}

}  // namespace

std::vector<FailedRun> choose_warmup(scenarios::Scenario& scenario, std::size_t parallel,
                                     bool show_progress) {
  std::vector<RunJob> jobs;
  for (const auto& one : scenario.cases) {
    if (!one.auto_warmup) continue;
    for (unsigned i = 0; i < kPilots; ++i) {
      RunJob job{one.variant, one.spec};
      job.spec.run.warmup = {};
      job.spec.run.replication = kFirstPilot + i;
      job.spec.run.level_series = false;
      jobs.push_back(std::move(job));
    }
  }
  if (jobs.empty()) return {};
  std::vector<analysis::Run> pilots;
  auto outcome = run_records(jobs, parallel, show_progress ? "warm-up" : nullptr);
  for (auto& record : outcome.records) pilots.push_back(std::move(record.run));
  sim::Duration longest{};
  for (const auto& one : analysis::cases_of(pilots)) longest = std::max(longest, warmup_of(one));
  for (auto& one : scenario.cases)
    if (one.auto_warmup) one.spec.run.warmup = longest;
  return std::move(outcome.failed);
}

}  // namespace faultpath::cli
