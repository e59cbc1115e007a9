// Bisection over measured limits.
#include "analysis/limits/limit_search.hpp"

#include <algorithm>
#include <iterator>

namespace faultpath::analysis::limits {
namespace {

struct Gap {
  std::uint64_t below, above;

  std::uint64_t width() const { return above - below; }
  std::uint64_t middle() const { return below + width() / 2; }
};

// Between the last limit for which `holds` is false and the next; `least` - 1 where it holds for
// all. Nothing when it does not hold for the last.
template <class Holds>
std::optional<Gap> last_gap(const Measured& measured, std::uint64_t least, Holds holds) {
  Gap gap{least - 1, 0};
  for (const auto& [limit, value] : measured) {
    if (!holds(value)) {
      gap = {limit, 0};
    } else if (gap.above == 0) {
      gap.above = limit;
    }
  }
  return gap.above == 0 ? std::nullopt : std::optional{gap};
}

std::optional<Gap> crossing_gap(const Measured& measured, const Goal& goal, std::uint64_t least) {
  return last_gap(measured, least, [&](const Interval& v) { return goal.is_met(v.mean); });
}
std::optional<Gap> low_gap(const Measured& measured, const Goal& goal, std::uint64_t least) {
  return last_gap(measured, least, [&](const Interval& v) { return !goal.is_surely_missed(v); });
}
std::optional<Gap> high_gap(const Measured& measured, const Goal& goal, std::uint64_t least) {
  return last_gap(measured, least, [&](const Interval& v) { return goal.is_surely_met(v); });
}

}  // namespace

bool Goal::is_met(double value) const {
  if (value == bound) return !strict;
  return (value < bound) == (better == Better::low);
}

bool Goal::is_surely_met(const Interval& value) const {
  const bool low = better == Better::low;
  return is_met(low ? value.high.value_or(value.mean) : value.low.value_or(value.mean));
}

bool Goal::is_surely_missed(const Interval& value) const {
  const bool low = better == Better::low;
  return !is_met(low ? value.low.value_or(value.mean) : value.high.value_or(value.mean));
}

Goal knee_goal(double unlimited, Better better) {
  const double share = better == Better::low ? kNearlyUnlimited : -kNearlyUnlimited;
  return {.bound = unlimited * (1.0 + share), .better = better};
}

std::optional<Crossing> crossing_of(const Measured& measured, const Goal& goal,
                                    std::uint64_t least) {
  const auto gap = crossing_gap(measured, goal, least);
  if (!gap) return std::nullopt;
  Crossing crossing{.limit = gap->above, .missed = gap->below, .low = {}, .high = {}};
  const auto low = low_gap(measured, goal, least), high = high_gap(measured, goal, least);
  if (low && low->below >= least) crossing.low = low->below;
  if (high) crossing.high = high->above;
  return crossing;
}

std::optional<std::uint64_t> next_limit(const Measured& measured, const Goal& goal,
                                        std::uint64_t least, std::uint64_t close) {
  const auto crossing = crossing_gap(measured, goal, least);
  if (!crossing) return std::nullopt;
  if (crossing->width() > close) return crossing->middle();
  for (const auto& end : {low_gap(measured, goal, least), high_gap(measured, goal, least)}) {
    if (end && end->width() > close) return end->middle();
  }
  if (crossing->width() > 1) return crossing->middle();
  return std::nullopt;
}

}  // namespace faultpath::analysis::limits
