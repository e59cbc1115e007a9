// Gauge: a level over time, with its time-weighted mean and its maximum.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace faultpath::sim {

/// A whole number that changes at moments of the calendar. Mean and maximum cover the time since
/// start_statistics(), or since the start of the run.
class Gauge {
 public:
  std::int64_t value() const { return value_; }
  std::int64_t max() const { return max_; }

  void set(Time now, std::int64_t value) {
    area_ += static_cast<Area>(value_) * (now - changed_).count();
    changed_ = now;
    value_ = value;
    if (value > max_) max_ = value;
  }
  void add(Time now, std::int64_t change) { set(now, value_ + change); }

  /// Forgets what was before `now`, but not the level.
  void start_statistics(Time now) {
    area_ = 0;
    started_ = changed_ = now;
    max_ = value_;
  }
  /// The time-weighted mean up to `now`; the level itself when no time has passed.
  double mean(Time now) const {
    if (now <= started_) return static_cast<double>(value_);
    const Area area = area_ + static_cast<Area>(value_) * (now - changed_).count();
    return static_cast<double>(area) / static_cast<double>((now - started_).count());
  }

 private:
  __extension__ using Area = __int128;
  Area area_ = 0;
  Time started_{};
  Time changed_{};
  std::int64_t value_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace faultpath::sim
