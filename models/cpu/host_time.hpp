// HostTime: when the host lets the virtual CPUs of a guest run.
#pragma once

#include <cstdint>

#include "models/base/window.hpp"
#include "sim/promise_base.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What became of the time of virtual CPUs: the three add up to the time that has passed, times
/// their number.
struct VirtualCpuTimes {
  sim::Duration run{};     ///< on a core of the host
  sim::Duration stolen{};  ///< with something to run, and without a core
  sim::Duration idle{};    ///< with nothing to run, polled or halted
  bool operator==(const VirtualCpuTimes&) const = default;
};
inline VirtualCpuTimes operator+(const VirtualCpuTimes& a, const VirtualCpuTimes& b) {
  return {a.run + b.run, a.stolen + b.stolen, a.idle + b.idle};
}

/// One policy of the host, for the virtual CPUs of one guest, which are numbered from 0. A virtual
/// CPU that has something to run wants a core; the policy says when it has one.
class HostTime {
 public:
  HostTime() = default;
  HostTime(const HostTime&) = delete;
  HostTime& operator=(const HostTime&) = delete;
  virtual ~HostTime() = default;

  /// From now on until rest(), virtual CPU `cpu` wants a core.
  virtual void want(unsigned cpu) = 0;
  /// The host polls until `polled_until`, unless somebody else needs the core before.
  virtual void rest(unsigned cpu, sim::Time polled_until) = 0;

  /// Resumes `waiter` at the first moment at which `cpu` is on a core and has been for `work` in
  /// all, counted from now. Requires work >= 0, and that it wants a core until then.
  virtual void wait(unsigned cpu, sim::PromiseBase& waiter, sim::Duration work,
                    sim::WaitReason reason) = 0;
  /// `waiter` has gone, perhaps before it was resumed. It is not looked at.
  virtual void forget(unsigned cpu, const sim::PromiseBase* waiter) = 0;

  /// Whether it has a core now. Requires that it wants one.
  virtual bool runs(unsigned cpu) = 0;
  /// How long it has been on a core so far.
  virtual sim::Duration ran(unsigned cpu) = 0;
  /// The same for all of them, within the window of the statistics, and how long they wanted one in
  /// vain. `idle` is zero.
  virtual VirtualCpuTimes times() = 0;
  /// Until when it has been polled, or will be if nothing happens, since the last rest().
  virtual sim::Time polled_until(unsigned cpu) = 0;
};

/// The part of [from, to) that the statistics cover. Requires that `to` is now or earlier.
inline sim::Duration covered(const StatisticsWindow& window, sim::Time from, sim::Time to) {
  const sim::Time begin = from < window.from ? window.from : from;
  return begin < to ? to - begin : sim::Duration::zero();
}

}  // namespace faultpath::models
