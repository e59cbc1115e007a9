// Runs by device: whether the parts make up the whole, and what is said of each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.hpp"
#include "analysis/summary.hpp"

namespace faultpath::analysis {

/// The first counter or distribution of which the parts are not the run's, in words: `dma_bytes:
/// 4096 in the parts, 8192 in the run`. Nothing when they sum and merge to the whole.
std::optional<std::string> mismatch(std::span<const Part> parts, const Run& run);

/// What is said of one part in each case.
struct PartSummary {
  std::string name;
  bool is_observed = true;
  std::vector<Summary> cases;  ///< as summaries_of(), without gauges and stages
};

/// One for each name, in order of first appearance; none when no run has been broken down by
/// `dimension`. Requires 0 < confidence < 1.
std::vector<PartSummary> part_summaries(const std::vector<Run>& runs, std::string_view dimension,
                                        double confidence);

}  // namespace faultpath::analysis
