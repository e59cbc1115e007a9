// Quantiles over replications: of all their values together, with an interval from their spread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analysis/interval.hpp"
#include "analysis/result.hpp"

namespace faultpath::analysis {

/// A quantile of the values of all replications.
struct QuantileEstimate {
  Interval interval;       ///< in nanoseconds; `mean` is the quantile of the merged histogram
  double effective = 0.0;  ///< see effective_beyond()
};

/// All values of these distributions as one. Mean, deviation and extremes are those of the whole.
/// Requires at least one value, and equal sub_bits.
Distribution merged(std::span<const Distribution* const> replications);

/// The values of one distribution in each replication of a case that has any, and all of them as
/// one. Points into the runs.
struct Sections {
  std::vector<const Distribution*> replications;
  Distribution whole;  ///< empty when no replication has values
};
Sections sections_of(const Case& one, std::string_view distribution);

/// The quantile q of `whole`, which is merged(replications), with the interval of sectioning: with
/// q_i the quantile of replication i, x that of the whole and R replications,
///     x +- t(R - 1) S / sqrt(R),   S^2 = sum (q_i - x)^2 / (R - 1).
/// Unlike the mean of the q_i, x is hardly biased by short replications, so that the interval does
/// not shrink around a wrong value as R grows (Asmussen, Glynn: Stochastic Simulation, III.5).
/// No interval when R is 1. Requires values in each replication.
QuantileEstimate sectioned_quantile(const Distribution& whole,
                                    std::span<const Distribution* const> replications, double q,
                                    double confidence);

/// How many independent values beyond the quantile a replication is worth. With n values in a
/// replication and e_i the share of those of replication i that lie above the quantile of the
/// whole:
///     n (1 - q) / D,   D = max(1, n Var(e_i) / (q (1 - q))),
/// where D, the design effect, is 1 for independent values, and taken as 1 when there is only one
/// replication. Below 1 the runs are too short for this quantile: they hardly visit the tail, and
/// no interval holds.
double effective_beyond(const Distribution& whole,
                        std::span<const Distribution* const> replications, double q);

}  // namespace faultpath::analysis
