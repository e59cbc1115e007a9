// Times held: for how long things are held, each by itself, beside a gauge of how many are.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.hpp"

namespace faultpath::sim {

/// Little's law, and the utilisation law for servers: the area under the gauge of a level is the
/// sum of the times for which its things were held. Whoever holds something says when it began and
/// ended; the statistics cover what a Gauge covers, from start_statistics() to end_statistics().
class TimesHeld {
 public:
  __extension__ using Area = __int128;  ///< picoseconds, of all things

  /// So many things are held from `now` on.
  void begin(Time now, std::int64_t count = 1) {
    open_ += count;
    open_since_ += count * ticks(now);
  }
  /// They are not held any more. Requires that they began at `since`.
  void end(Time since, Time now, std::int64_t count = 1) {
    const std::int64_t from = ticks(std::max(since, started_));
    open_ -= count;
    open_since_ -= count * from;
    sum_ += static_cast<Area>(count) * (ticks(now) - from);
  }

  /// Forgets what was before `now`, but not what is held.
  void start_statistics(Time now) {
    started_ = now;
    sum_ = 0;
    open_since_ = static_cast<Area>(open_) * ticks(now);
  }
  /// What comes after `now` is no part of the statistics.
  void end_statistics(Time now) { end_ = now; }
  /// The sum of the times up to `now`, or to the end of the statistics if that is earlier; of what
  /// is still held, so far. When nothing is, it is made of the times alone that things have told.
  Area area(Time now) const {
    if (open_ == 0) return sum_;
    return sum_ + static_cast<Area>(open_) * ticks(now) - open_since_;
  }

 private:
  std::int64_t ticks(Time at) const { return std::min(at, end_).time_since_epoch().count(); }

  Area sum_ = 0, open_since_ = 0;
  std::int64_t open_ = 0;
  Time started_{};
  Time end_ = kEndOfTime;
};

}  // namespace faultpath::sim
