// Margins of a check as people write them.
#pragma once

#include <string>
#include <vector>

#include "analysis/check.hpp"

namespace faultpath::cli {

/// Those of `check: margins:` in the scenario of `result`, then these, as `dma_latency.p99=2%`.
/// Throws UsageError when one is no share above 0, is below what a histogram can tell of a
/// quantile, or is for no metric.
analysis::Margins margins_of(const analysis::Result& result,
                             const std::vector<std::string>& settings);

}  // namespace faultpath::cli
