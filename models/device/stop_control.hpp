// When the devices of a run stop issuing operations, to the operation and to the picosecond.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/device/stop_spec.hpp"
#include "sim/ensure.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Counts over all devices. Because a device may run ahead of the clock, it asks how far ahead it
/// may go so that the last operation before the stop is the same as without running ahead.
class StopControl {
 public:
  explicit StopControl(const StopSpec& spec) : spec_(spec) {}

  /// A device that can issue at most `burst` operations at once and one more each `interval`, and
  /// begin at most `burst` faults within `round_trip`. Without a bound: interval zero.
  void add_device(std::uint64_t burst, sim::Duration interval, sim::Duration round_trip);
  /// The devices start at `epoch`.
  void start(sim::Time epoch);

  /// May an operation be issued at `at`? Counts it if so. Once the answer is no, the run has ended
  /// for everybody. Aborts the run when an operation later than `at` has been counted although a
  /// limit is reached at `at`: some device has been farther ahead than horizon().
  bool issue(sim::Time at) {
    if (at >= end_ || issued_ >= most_operations_) return refuse(at);
    if (gave_up()) return false;
    ++issued_;
    latest_ = std::max(latest_, at);
    faultless_ += only_faults_;
    return true;
  }
  /// Nothing will be issued at `at`, whatever happens until then.
  bool over(sim::Time at) const { return at >= end_; }
  void fault_begun(sim::Time now);
  /// Only a number of faults ends the run, but so many operations have gone by without one that it
  /// will hardly be reached.
  bool gave_up() const { return faultless_ > kPatience; }

  /// No operation later than this may be issued while the clock stands at `now`.
  sim::Time horizon(sim::Time now) {
    if (!counts_) return sim::kEndOfTime;
    if (now >= window_end_) window_end_ = next_window(now);
    return window_end_;
  }

  /// One that was issued has completed, or has been given up.
  void operation_ended() { ++ended_; }

  std::uint64_t issued() const { return issued_; }
  std::uint64_t ended() const { return ended_; }
  std::uint64_t faults() const { return faults_; }
  double progress(sim::Time now) const;

 private:
  static constexpr std::uint64_t kPatience = 20'000'000;  // operations without a fault

  sim::Time next_window(sim::Time now) const;
  bool refuse(sim::Time at) const {
    ENSURE(at >= latest_, "a device has issued operations beyond the end of the run");
    return false;
  }

  StopSpec spec_;
  std::uint64_t most_operations_ = ~0ULL;
  bool counts_ = false;  // a limit on operations or faults
  bool bounded_ = true;  // every device has an interval
  std::uint64_t burst_ = 0;
  double rate_ = 0.0;  // operations per picosecond, at most
  sim::Duration round_trip_ = sim::Duration::max();
  sim::Time epoch_{};
  sim::Time end_ = sim::kEndOfTime;
  sim::Time window_end_{};
  std::uint64_t issued_ = 0, ended_ = 0;
  sim::Time latest_{};  // operation that was issued
  std::uint64_t faults_ = 0;
  bool only_faults_ = false;
  std::uint64_t faultless_ = 0;  // operations since the last fault
};

}  // namespace faultpath::models
