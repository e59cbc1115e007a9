// Processor: what the threads of one kernel run on.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>

#include "sim/core_pool.hpp"
#include "sim/promise_base.hpp"
#include "sim/time.hpp"
#include "sim/times_held.hpp"

namespace faultpath::models {

/// Names one CPU of a processor, from the moment at which it is taken until it is given back.
enum class CpuId : std::uint32_t {};

/// Some CPUs. A thread takes one, spends its time on it, and gives it back. Every thread of a
/// kernel does so through this interface, so that the CPUs of a guest can stretch what is spent
/// while they are descheduled.
class Processor {
 public:
  Processor() = default;
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  class Take;
  /// `CpuId cpu = co_await processor.take(priority)`: goes on with a CPU, first come first served
  /// within a priority.
  Take take(sim::Priority priority);
  class Spend;
  class SpendHeld;
  /// `co_await processor.spend(cpu, work)`: goes on when the CPU has done so much work for the
  /// thread, which has taken it. Requires work >= 0. Zero does not suspend.
  Spend spend(CpuId cpu, sim::Duration work);
  /// The same for who has no Worker at hand: on the CPU that its process has taken.
  SpendHeld spend(sim::Duration work);
  /// Gives a CPU that has been taken to the next thread.
  virtual void give_back(CpuId cpu) = 0;

  virtual sim::Time now() const = 0;
  /// The CPU that the process of `thread` has taken last, and not given back.
  virtual CpuId held_by(const sim::PromiseBase& thread) const = 0;
  /// How long each thread has a CPU.
  sim::TimesHeld& times_held() { return times_held_; }

 protected:
  ~Processor() = default;

 private:
  friend class HeldCpu;
  /// Takes a CPU if one is free, and it makes no difference who has it.
  virtual std::optional<CpuId> try_take() = 0;
  /// Puts the name of a CPU into `cpu`, which is part of the thread. False: it is there now, and
  /// the thread goes on. True: it is there when the thread is resumed.
  virtual bool wait_for_cpu(sim::PromiseBase& thread, sim::Priority priority, CpuId& cpu) = 0;
  /// Resumes `thread` when the work has been done.
  virtual void work(sim::PromiseBase& thread, CpuId cpu, sim::Duration work) = 0;

  sim::TimesHeld times_held_;
};

class [[nodiscard]] Processor::Take {
 public:
  Take(Processor& processor, sim::Priority priority) : processor_(processor), priority_(priority) {}

  bool await_ready() {
    const std::optional<CpuId> cpu = processor_.try_take();
    if (cpu) cpu_ = *cpu;
    return cpu.has_value();
  }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> thread) {
    return processor_.wait_for_cpu(thread.promise(), priority_, cpu_);
  }
  CpuId await_resume() const noexcept { return cpu_; }

 private:
  Processor& processor_;
  sim::Priority priority_;
  CpuId cpu_{};
};

class [[nodiscard]] Processor::Spend {
 public:
  Spend(Processor& processor, CpuId cpu, sim::Duration work)
      : processor_(processor), cpu_(cpu), work_(work) {}

  bool await_ready() const noexcept { return work_ == sim::Duration::zero(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> thread) {
    processor_.work(thread.promise(), cpu_, work_);
  }
  void await_resume() const noexcept {}

 private:
  Processor& processor_;
  CpuId cpu_;
  sim::Duration work_;
};

class [[nodiscard]] Processor::SpendHeld {
 public:
  SpendHeld(Processor& processor, sim::Duration work) : processor_(processor), work_(work) {}

  bool await_ready() const noexcept { return work_ == sim::Duration::zero(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> thread) {
    processor_.work(thread.promise(), processor_.held_by(thread.promise()), work_);
  }
  void await_resume() const noexcept {}

 private:
  Processor& processor_;
  sim::Duration work_;
};

inline Processor::Take Processor::take(sim::Priority priority) { return {*this, priority}; }
inline Processor::Spend Processor::spend(CpuId cpu, sim::Duration work) {
  return {*this, cpu, work};
}
inline Processor::SpendHeld Processor::spend(sim::Duration work) { return {*this, work}; }

}  // namespace faultpath::models
