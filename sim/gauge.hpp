// Gauge: a level over time, with its time-weighted mean and its maximum.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/level_series.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// A whole number that changes at moments of the calendar. Mean, maximum and final value cover the
/// time from start_statistics(), or from the start of the run, until end_statistics().
class Gauge {
 public:
  /// The level now, whatever the statistics cover.
  std::int64_t value() const { return value_; }
  std::int64_t max() const { return max_; }
  /// The last level that the statistics cover.
  std::int64_t final() const { return final_; }

  void set(Time now, std::int64_t value) {
    value_ = value;
    if (now > end_) return;
    area_ += static_cast<Area>(final_) * (now - changed_).count();
    changed_ = now;
    final_ = value;
    if (value > max_) max_ = value;
    if (series_ != nullptr) series_->set(now, value);
  }
  void add(Time now, std::int64_t change) { set(now, value_ + change); }

  /// From `now` on `series` follows the level, until the end of the statistics. It outlives the
  /// gauge's last change.
  void follow(Time now, LevelSeries& series) {
    series.start(now, value_);
    series_ = &series;
  }
  /// Forgets what was before `now`, but not the level.
  void start_statistics(Time now) {
    area_ = 0;
    started_ = changed_ = now;
    max_ = final_ = value_;
  }
  /// What comes after `now` is no part of the statistics; what still happens at `now` is.
  void end_statistics(Time now) { end_ = now; }
  /// The time-weighted mean up to `now`, or to the end of the statistics if that is earlier; the
  /// level itself when no time has passed.
  double mean(Time now) const {
    const Time until = std::min(now, end_);
    if (until <= started_) return static_cast<double>(final_);
    return static_cast<double>(area(now)) / static_cast<double>((until - started_).count());
  }
  __extension__ using Area = __int128;  ///< level times picoseconds
  /// What the mean is made of.
  Area area(Time now) const {
    return area_ + static_cast<Area>(final_) * (std::min(now, end_) - changed_).count();
  }

 private:
  Area area_ = 0;
  Time started_{};
  Time changed_{};
  Time end_ = kEndOfTime;
  std::int64_t value_ = 0;
  std::int64_t max_ = 0, final_ = 0;
  LevelSeries* series_ = nullptr;
};

}  // namespace faultpath::sim
