// Interval list: when something was the case, in a bounded number of intervals.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::sim {

/// Intervals that follow each other. Above kMost of them, those are joined whose gap is below a
/// threshold that starts at a microsecond and doubles until it closes half of the gaps.
class IntervalList {
 public:
  static constexpr std::size_t kMost = 1024;
  struct Interval {
    Time begin, end;
    bool operator==(const Interval&) const = default;
  };

  /// Requires that `begin` is not before the end of the last, nor `end` before `begin`.
  void add(Time begin, Time end) {
    intervals_.push_back({begin, end});
    while (intervals_.size() > kMost) {
      intervals_ = joined(gap_);
      if (intervals_.size() > kMost / 2) gap_ *= 2;
    }
  }

  const std::vector<Interval>& intervals() const { return intervals_; }
  /// With all gaps below `gap` closed.
  std::vector<Interval> joined(Duration gap) const {
    std::vector<Interval> result;
    for (const Interval& interval : intervals_) {
      if (!result.empty() && interval.begin - result.back().end < gap) {
        result.back().end = interval.end;
      } else {
        result.push_back(interval);
      }
    }
    return result;
  }

 private:
  Duration gap_ = microseconds(1);
  std::vector<Interval> intervals_;
};

}  // namespace faultpath::sim
