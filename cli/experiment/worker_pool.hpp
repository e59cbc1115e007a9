// Runs jobs in worker processes, a given number at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/experiment/worker.hpp"

namespace faultpath::cli {

struct JobResult {
  std::string record;
  std::string errors;                  ///< what it wrote to stderr although it succeeded
  std::optional<std::string> failure;  ///< which job failed and why, as JobFailure says it
};

/// Told in the parent how far a job is; fraction 1 when it has ended.
using PoolProgress = std::function<void(std::size_t job, const models::Progress&)>;

/// The results in the order of `jobs`, whatever `parallel` (at least 1) is. A job that fails does
/// not end the others; a signal ends all jobs and throws Interrupted. Requires an InterruptGuard.
std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, std::size_t parallel,
                                const PoolProgress& progress = {});

}  // namespace faultpath::cli
