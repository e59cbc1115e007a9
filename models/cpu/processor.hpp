// Processor: what the threads of one kernel run on.
#pragma once

#include <coroutine>

#include "sim/core_pool.hpp"
#include "sim/promise_base.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Some CPUs. A thread takes one, spends its time on it, and gives it back. Every thread of a
/// kernel does so through this interface, so that the CPUs of a guest can stretch what is spent
/// while they are descheduled.
class Processor {
 public:
  Processor() = default;
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  class Take;
  /// `co_await processor.take(priority)`: goes on with a CPU, first come first served within a
  /// priority.
  Take take(sim::Priority priority);
  class Spend;
  /// `co_await processor.spend(work)`: goes on when a CPU has done so much work for the thread.
  /// Requires work >= 0 and a CPU that has been taken. Zero does not suspend.
  Spend spend(sim::Duration work);
  /// Gives a CPU that has been taken to the next thread.
  virtual void give_back() = 0;

  virtual sim::Time now() const = 0;

 protected:
  ~Processor() = default;

 private:
  /// Takes a CPU if one is free.
  virtual bool try_take() = 0;
  /// Resumes `thread` with a CPU.
  virtual void wait_for_cpu(sim::PromiseBase& thread, sim::Priority priority) = 0;
  /// Resumes `thread` when the work has been done.
  virtual void work(sim::PromiseBase& thread, sim::Duration work) = 0;
};

class [[nodiscard]] Processor::Take {
 public:
  Take(Processor& processor, sim::Priority priority) : processor_(processor), priority_(priority) {}

  bool await_ready() { return processor_.try_take(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> thread) {
    processor_.wait_for_cpu(thread.promise(), priority_);
  }
  void await_resume() const noexcept {}

 private:
  Processor& processor_;
  sim::Priority priority_;
};

class [[nodiscard]] Processor::Spend {
 public:
  Spend(Processor& processor, sim::Duration work) : processor_(processor), work_(work) {}

  bool await_ready() const noexcept { return work_ == sim::Duration::zero(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> thread) {
    processor_.work(thread.promise(), work_);
  }
  void await_resume() const noexcept {}

 private:
  Processor& processor_;
  sim::Duration work_;
};

inline Processor::Take Processor::take(sim::Priority priority) { return {*this, priority}; }
inline Processor::Spend Processor::spend(sim::Duration work) { return {*this, work}; }

}  // namespace faultpath::models
