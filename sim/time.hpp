// Simulated time: integer picoseconds behind chrono types, so that no double ever carries it.
#pragma once

#include <chrono>
#include <cstdint>

namespace faultpath::sim {

/// The clock of a simulation. It has no now(): only a Simulation knows its time.
struct SimClock {
  using rep = std::int64_t;
  using period = std::pico;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SimClock, duration>;
  static constexpr bool is_steady = true;
};

/// A span of simulated time in picoseconds; reaches about 106 days.
using Duration = SimClock::duration;
/// A point in simulated time; a run starts at Time{}.
using Time = SimClock::time_point;

inline constexpr Time kEndOfTime = Time::max();

/// No single step is longer: 10^17 ps, about 28 hours.
inline constexpr Duration kLongestStep{100'000'000'000'000'000};
/// Nothing happens later, so that a step from any time that is reached stays in 64 bits: about 105
/// days. A run that comes there is aborted.
inline constexpr Time kLatest = kEndOfTime - kLongestStep;

constexpr Duration picoseconds(std::int64_t n) { return Duration{n}; }
constexpr Duration nanoseconds(std::int64_t n) { return std::chrono::nanoseconds{n}; }
constexpr Duration microseconds(std::int64_t n) { return std::chrono::microseconds{n}; }
constexpr Duration milliseconds(std::int64_t n) { return std::chrono::milliseconds{n}; }
constexpr Duration seconds(std::int64_t n) { return std::chrono::seconds{n}; }

/// `at + span`, or the end of time if that lies behind it. Requires a span that is not negative.
constexpr Time later(Time at, Duration span) {
  return at > kEndOfTime - span ? kEndOfTime : at + span;
}

/// `origin` and `count` times `step`, or the end of time if that lies behind it. Requires that none
/// is negative, and a step.
constexpr Time after_steps(Time origin, Duration step, std::int64_t count) {
  return count > (kEndOfTime - origin) / step ? kEndOfTime : origin + count * step;
}

/// For output only: nanoseconds with their fraction.
constexpr double to_ns(Duration d) { return static_cast<double>(d.count()) / 1e3; }
constexpr double to_ns(Time t) { return to_ns(t.time_since_epoch()); }
/// For output and rates only: seconds with their fraction.
constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e12; }

/// The time that `bytes` take at `bytes_per_second`, rounded to the nearest picosecond.
/// Requires a positive rate.
constexpr Duration transfer_time(std::uint64_t bytes, double bytes_per_second) {
  return Duration{
      static_cast<std::int64_t>(static_cast<double>(bytes) / bytes_per_second * 1e12 + 0.5)};
}

}  // namespace faultpath::sim
