// Worker: a kernel thread on a core, with processor time that it owes and pays in one piece.
#pragma once

#include <utility>

#include "sim/core_pool.hpp"
#include "sim/ensure.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Between enter() and leave() the thread occupies a core. charge() adds up what it does;
/// `co_await pay()` lets that time pass, before something that others can see.
class Worker {
 public:
  Worker(sim::Simulation& simulation, sim::CorePool& cores,
         sim::Priority priority = sim::Priority::normal)
      : simulation_(simulation), cores_(cores), priority_(priority) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (on_core_) cores_.release();
  }

  /// `co_await worker.enter()`: takes a core, first come first served.
  auto enter() { return Enter{cores_.acquire(priority_), this}; }
  /// Gives the core to the next, as a thread that sleeps. Requires that nothing is owed.
  void leave() {
    ENSURE(on_core_ && debt_ == sim::Duration::zero(), "a thread sleeps when it has paid");
    on_core_ = false;
    cores_.release();
  }
  bool on_core() const { return on_core_; }

  /// Requires at most sim::kLongestStep, what is owed already included.
  void charge(sim::Duration cost) {
    debt_ += cost;
    ENSURE(debt_ <= sim::kLongestStep, "no thread works for a day without a pause");
  }
  /// When what it owes will have passed.
  sim::Time paid() const { return simulation_.now() + debt_; }
  auto pay() {
    return simulation_.delay(std::exchange(debt_, sim::Duration::zero()), {"work on a core", ""});
  }

 private:
  using Acquire = decltype(std::declval<sim::CorePool&>().acquire(sim::Priority::normal));
  struct Enter : Acquire {
    Enter(const Acquire& acquire, Worker* self) : Acquire(acquire), worker(self) {}
    Worker* worker;
    void await_resume() {
      Acquire::await_resume();
      worker->on_core_ = true;
    }
  };

  sim::Simulation& simulation_;
  sim::CorePool& cores_;
  sim::Priority priority_;
  sim::Duration debt_{};
  bool on_core_ = false;
};

}  // namespace faultpath::models
