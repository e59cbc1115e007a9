// What a check compares of one case: for each metric a value of every replication, before and now.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/check.hpp"

namespace faultpath::analysis {

/// The values of one quantity in the replications of the baseline and of the new result. Of equal
/// order when the replications are paired.
struct Sample {
  std::vector<double> base, now;
};

/// One metric that can be compared. All values are above 0.
struct Comparison {
  std::string metric;
  Quantity quantity = Quantity::count;
  bool more_is_better = false;
  double margin = 0.0;  ///< as a share
  Sample values;
  /// Of a quantile: the shares of values above the baseline's, and how far their mean may differ.
  std::optional<Sample> shares_above;
  double margin_of_share = 0.0;
};

/// A counter that must stay 0, was 0 in all replications, and is not any more.
struct Appeared {
  std::string metric;
  double now;  ///< mean over the replications
};

struct Comparisons {
  std::vector<Comparison> metrics;
  std::vector<Appeared> appeared;
  std::vector<NotTested> not_tested;
};

/// Of these runs of one case: of each distribution the mean and the quantiles that enough values
/// lie beyond, throughput, the most memory that was locked, the longest start-up, and counters of
/// events for each operation, because a faster system does more of everything.
Comparisons comparisons_of(std::span<const Run* const> base, std::span<const Run* const> now,
                           const Margins& margins);

/// How the mean time of a fault changed, stage by stage; the largest change first.
std::vector<StageChange> stage_changes(std::span<const Run* const> base,
                                       std::span<const Run* const> now);

}  // namespace faultpath::analysis
