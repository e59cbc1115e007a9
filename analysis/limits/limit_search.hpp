// Where a metric crosses a bound, as a function of a limit of which some values are measured.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "analysis/interval.hpp"
#include "analysis/shown_metrics.hpp"

namespace faultpath::analysis::limits {

/// A metric at limits, in pages.
using Measured = std::map<std::uint64_t, Interval>;

/// What a metric is to be: at most, or at least, a value.
struct Goal {
  double bound = 0.0;
  Better better = Better::low;
  bool strict = false;  ///< the bound itself does not do

  bool is_met(double value) const;
  /// The whole interval meets it; without an interval the mean.
  bool is_surely_met(const Interval& value) const;
  bool is_surely_missed(const Interval& value) const;
};

/// A metric bends at the least limit from which on it is as good as without a limit, but for this
/// share (assumed).
inline constexpr double kNearlyUnlimited = 0.05;
/// That of the knee, where `unlimited` is the value without a limit.
Goal knee_goal(double unlimited, Better better);

/// The least limit that meets a goal, as far as it is measured.
struct Crossing {
  std::uint64_t limit = 0;   ///< it and all greater ones that are measured meet the goal
  std::uint64_t missed = 0;  ///< the greatest that misses it; below the least one: none does
  /// With the intervals of the measured values: at or below `low` the goal is missed for sure; from
  /// `high` on it is met for sure. Absent where no measured limit says so.
  std::optional<std::uint64_t> low, high;
};
/// Absent when the greatest limit misses the goal. `least` is the least possible limit.
std::optional<Crossing> crossing_of(const Measured& measured, const Goal& goal,
                                    std::uint64_t least);

/// Which limit to measure next: halves the gap between `missed` and `limit` until it is at most
/// `close`, then those at the ends of the interval, then the first down to one page. Absent when
/// nothing is left, or no limit meets the goal.
std::optional<std::uint64_t> next_limit(const Measured& measured, const Goal& goal,
                                        std::uint64_t least, std::uint64_t close);

}  // namespace faultpath::analysis::limits
