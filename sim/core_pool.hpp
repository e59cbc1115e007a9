// CorePool: processor cores that run work to completion, first come first served by priority.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/gauge.hpp"
#include "sim/promise_base.hpp"
#include "sim/simulation.hpp"

namespace faultpath::sim {

/// Lower runs first; within a priority the first to come is the first served. Nothing is preempted.
enum class Priority : std::uint8_t { interrupt, normal, background };
inline constexpr std::size_t kPriorities = 3;

/// When a piece of work ran: for stages and for accounting.
struct CoreRun {
  Time started;  ///< when a core was taken, before the wake-up
};

/// c identical cores. A thread that has slept pays its wake-up latency, which occupies the core it
/// wakes on. At the scale of microseconds a kernel thread is not time-sliced; millisecond load
/// belongs to the platform's hosts.
class CorePool final : private Grantor {
 public:
  /// Requires cores >= 1. `name` is the component path in reports.
  CorePool(Simulation& simulation, unsigned cores, std::string name);

  /// `CoreRun run = co_await cores.run(cost, wake_up, priority)`: waits for a core, holds it for
  /// wake_up + cost, and releases it.
  auto run(Duration cost, Duration wake_up = Duration::zero(),
           Priority priority = Priority::normal) {
    return Run{*this, wake_up + cost, priority};
  }
  /// `co_await cores.acquire()`: takes a core until release(), for work whose length is not known
  /// before, as a thread that spins on a completion.
  auto acquire(Priority priority = Priority::normal) { return Acquire{*this, priority}; }
  void release();
  /// The two halves of acquire(), for who has an awaitable of its own: takes a core if one is free;
  /// else lets `waiter` wait for one, which it has when it is resumed.
  bool try_acquire();
  void wait(PromiseBase& waiter, Priority priority);

  unsigned cores() const { return cores_; }
  unsigned busy() const { return busy_; }
  std::size_t waiting() const;
  /// Cores in use over time.
  const Gauge& busy_gauge() const { return busy_gauge_; }
  Gauge& busy_gauge() { return busy_gauge_; }

 private:
  static constexpr std::size_t kFrameBytes = 512;  // a coroutine's, behind its promise

  struct Run {
    CorePool& pool;
    Duration length;
    Priority priority;
    Time started{};
    PromiseBase* promise = nullptr;

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      promise = &self.promise();
      pool.admit(*this);
    }
    CoreRun await_resume() {
      pool.release();
      return {started};
    }
  };
  struct Acquire {
    CorePool& pool;
    Priority priority;

    bool await_ready() { return pool.try_acquire(); }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      pool.wait(self.promise(), priority);
    }
    void await_resume() const noexcept {}
  };

  static constexpr std::int64_t kHolds = 0;  // tag of a waiter that is no Run

  void admit(Run& run);
  void queue(PromiseBase& waiter, Priority priority);
  void grant(PromiseBase& waiter);
  void start(Run& run);
  void begin();
  void take_back(PromiseBase& waiter) override;

  Simulation& simulation_;
  unsigned cores_;
  std::string name_;
  unsigned busy_ = 0;
  std::array<WaitList, kPriorities> waiting_;
  Gauge busy_gauge_;
};

}  // namespace faultpath::sim
