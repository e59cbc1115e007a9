// `warmup: auto`: how long a system takes until it is steady, from pilot runs.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/experiment/run_job.hpp"
#include "scenarios/scenario.hpp"

namespace faultpath::cli {

/// Ten runs of each case with an automatic warm-up, without warm-up, whose replication numbers no
/// experiment uses, so that the warm-up is not fitted to what is measured; from their mean DMA
/// latency over time when it settles. All such cases take the longest that any of them needs, so
/// that they are compared over the same time. Nothing without such a case. Returns the pilots that
/// failed; the warm-up is that of the cases of the others. Throws UsageError when the runs are too
/// short to tell, and Interrupted.
std::vector<FailedRun> choose_warmup(scenarios::Scenario& scenario, std::size_t parallel,
                                     bool show_progress);

}  // namespace faultpath::cli
