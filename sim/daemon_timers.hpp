// Daemon timers: waits of services that do not keep a run alive.
#pragma once

#include <coroutine>
#include <cstdint>

#include "sim/calendar.hpp"
#include "sim/promise_base.hpp"

namespace faultpath::sim {

class DaemonTimers;
class Simulation;

/// The awaitable of Simulation::daemon_delay().
class DaemonDelay {
 public:
  DaemonDelay(DaemonTimers& timers, Time due, WaitReason reason)
      : timers_(timers), due_(due), reason_(reason) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    suspend(self.promise());
  }
  void await_resume() const noexcept {}

 private:
  friend class DaemonTimers;
  void suspend(PromiseBase& promise);

  DaemonTimers& timers_;
  Time due_;
  WaitReason reason_;
  std::uint64_t registered_ = 0;  // ticks until then
};

/// A service that only serves others (a polling thread, a page scanner, a lease timer) waits here
/// between two looks. While anything else is alive, a timer fires when it is due; timers of one
/// time fire in the order in which their services began to wait. Once nothing but services is left,
/// no timer fires any more, and the run ends. Alive are: processes that are no services; events
/// that are not a service's own; operations of the platform.
///
/// Where processes wait and only services could help them, timers go on firing: a polling thread
/// may find what they wait for. If every timer has fired kRounds times while no service was at work
/// and none of these processes has gone on, they are stuck.
class DaemonTimers {
 public:
  static constexpr unsigned kRounds = 8;  ///< (assumed)

  explicit DaemonTimers(Simulation& simulation) : simulation_(simulation) {}
  DaemonTimers(const DaemonTimers&) = delete;
  DaemonTimers& operator=(const DaemonTimers&) = delete;

  /// Services that wait here.
  std::size_t waiting() const { return waiting_.size(); }
  /// Events of the calendar that stand for these timers: 0 or 1.
  std::size_t events() const { return armed_ ? 1 : 0; }

 private:
  friend class DaemonDelay;
  static DaemonDelay& delay_of(const PromiseBase& waiter);
  void add(DaemonDelay& delay, PromiseBase& waiter);
  void arm(Time due);
  void tick();
  bool may_go_on();
  bool round_is_over();
  void fire_those_due();
  template <class Visit>
  void for_each(Visit visit);

  Simulation& simulation_;
  WaitList waiting_;  // in the order of add(); the tag of each is its DaemonDelay
  bool armed_ = false;
  EventId event_{};
  Time armed_for_{};
  std::uint64_t ticks_ = 0;
  Time progress_{};               // when a process that is no service went on last
  std::uint64_t round_from_ = 0;  // ticks at the beginning of this round
  unsigned rounds_ = 0;           // that were over without progress
};

}  // namespace faultpath::sim
