// Worker: a kernel thread on a processor, with time that it owes and pays in one piece.
#pragma once

#include <utility>

#include "models/cpu/processor.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

/// Who waits where a thread of the kernel may not: userfaultfd.
enum class ThreadKind { kernel, task };

/// Between enter() and leave() the thread occupies a CPU. charge() adds up what it does;
/// `co_await pay()` lets that time pass, before something that others can see.
class Worker {
 public:
  explicit Worker(Processor& processor, sim::Priority priority = sim::Priority::normal,
                  ThreadKind kind = ThreadKind::kernel)
      : processor_(processor), priority_(priority), kind_(kind) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (on_core_) give_back();
  }

  /// `co_await worker.enter()`: takes a CPU, first come first served.
  auto enter() { return Enter{processor_.take(priority_), this}; }
  /// Gives the CPU to the next, as a thread that sleeps. Requires that nothing is owed.
  void leave() {
    ENSURE(on_core_ && debt_ == sim::Duration::zero(), "a thread sleeps when it has paid");
    on_core_ = false;
    give_back();
  }
  bool on_core() const { return on_core_; }
  /// The CPU that it is on, or was on last.
  CpuId cpu() const { return cpu_; }
  /// A thread of a process, or one of the kernel, which belongs to none.
  bool is_task() const { return kind_ == ThreadKind::task; }

  /// Requires at most sim::kLongestStep, what is owed already included.
  void charge(sim::Duration cost) {
    debt_ += cost;
    ENSURE(debt_ <= sim::kLongestStep, "no thread works for a day without a pause");
  }
  /// When what it owes will have passed, unless its CPU is taken away.
  sim::Time paid() const { return processor_.now() + debt_; }
  auto pay() { return processor_.spend(cpu_, std::exchange(debt_, sim::Duration::zero())); }

 private:
  struct Enter : Processor::Take {
    Enter(const Processor::Take& take, Worker* self) : Take(take), worker(self) {}
    Worker* worker;
    void await_resume() {
      worker->cpu_ = Take::await_resume();
      worker->on_core_ = true;
      worker->since_ = worker->processor_.now();
      worker->processor_.times_held().begin(worker->since_);
    }
  };
  void give_back() {
    processor_.times_held().end(since_, processor_.now());
    processor_.give_back(cpu_);
  }

  Processor& processor_;
  sim::Priority priority_;
  ThreadKind kind_;
  sim::Duration debt_{};
  CpuId cpu_{};
  sim::Time since_{};  // it is on its core
  bool on_core_ = false;
};

}  // namespace faultpath::models
