// Virtual CPUs: the processor of a guest.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/base/window.hpp"
#include "models/cpu/halt_polling.hpp"
#include "models/cpu/host_pool.hpp"
#include "models/cpu/host_time.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/virtual_cpus_spec.hpp"
#include "sim/gauge.hpp"
#include "sim/promise_base.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// How an interrupt finds a virtual CPU.
enum class VirtualCpuState : std::uint8_t {
  running,      ///< on a core of the host, perhaps in its idle loop
  polling,      ///< halted, and the host looks for an interrupt
  halted,       ///< its thread in the host sleeps
  descheduled,  ///< it wants to run, and has no core of the host
};

/// Counts within the window of the statistics. A halt that has not ended is not counted.
struct VirtualCpuStats {
  std::uint64_t halts = 0;            ///< that took any time
  std::uint64_t polls_succeeded = 0;  ///< halts that ended while the host polled
  std::uint64_t polls_failed = 0;     ///< halts that were polled in vain
  std::uint64_t wake_ups = 0;         ///< of the thread in the host
  std::uint64_t interrupts_running = 0;
  std::uint64_t interrupts_polling = 0;
  std::uint64_t interrupts_halted = 0;
  std::uint64_t interrupts_descheduled = 0;
  std::uint64_t kicks = 0;  ///< exits of virtual CPUs that run, to get an interrupt
};

/// VirtualCpuTimes in whole nanoseconds.
struct VirtualCpuTimeStats {
  std::uint64_t run_ns = 0;
  std::uint64_t stolen_ns = 0;
  std::uint64_t idle_ns = 0;
};

/// The virtual CPUs of one guest. To its kernel they are a processor like another. What it spends
/// on one is stretched by the time for which the host runs something else there, and goes on where
/// it was. A thread that finds all of them idle wakes one, as an interrupt does, and goes on when
/// that is awake.
///
/// A virtual CPU is taken by one thread at most. Of those that are free a thread gets the one that
/// was in use last, where an interrupt counts as use: what an interrupt wakes runs on its virtual
/// CPU (assumed; Linux prefers the waker's and the previous one). One that has nothing to run halts
/// at once, unless it gets something at the same moment. At the start of a run all are awake.
///
/// A thread that holds one and waits for something spins there. An idle virtual CPU causes no
/// events: for how long it was polled, and who had its core, is found out when somebody needs it.
class VirtualCpus final : public Processor, private sim::Grantor {
 public:
  /// Requires a spec without a problem_of(). `path` names their random streams and appears in
  /// reports. `pool` has the cores of the host where the spec overcommits them, and outlives the
  /// virtual CPUs.
  VirtualCpus(sim::Simulation& simulation, const VirtualCpusSpec& spec,
              const StatisticsWindow& window, std::string path, HostPool* pool = nullptr);

  class Interrupt;
  /// `VirtualCpuState met = co_await cpus.interrupt(cpu)`: an interrupt is injected now, and `cpu`,
  /// free or taken, has it when this goes on. The result says how it found it. The cost of the
  /// receipt passes on that virtual CPU, in addition to what its thread does. Who injects and does
  /// not wait for it starts a process of its own.
  Interrupt interrupt(CpuId cpu);
  /// `co_await cpus.exit(cost)`: the thread leaves the guest, and the VMM works for it in the
  /// thread of the host that runs its virtual CPU. The caller counts the exit.
  SpendHeld exit(sim::Duration cost) { return spend(cost); }

  void give_back(CpuId cpu) override;
  sim::Time now() const override { return simulation_.now(); }
  CpuId held_by(const sim::PromiseBase& thread) const override;

  std::uint32_t count() const { return static_cast<std::uint32_t>(cpus_.size()); }
  /// How an interrupt would find it now.
  VirtualCpuState state(CpuId cpu);
  const VirtualCpuStats& stats() const { return stats_; }
  VirtualCpuStats& stats() { return stats_; }
  /// Sums over all of them, of the time within the window of the statistics, up to now.
  VirtualCpuTimes times() const;
  VirtualCpuTimeStats time_stats() const;
  /// Virtual CPUs that are taken, over time.
  sim::Gauge& busy_gauge() { return busy_gauge_; }

 private:
  struct Cpu {
    const sim::PromiseBase* holder = nullptr;  // the process that has taken it
    const sim::PromiseBase* thread = nullptr;  // its coroutine that worked last
    sim::Duration awake_at{};                  // of its time on a core: no wake-up is owed then
    sim::Time idle_since{};                    // while it has nothing to run
    HaltPolling polling;
    std::list<std::uint32_t>::iterator place;  // in free_ or taken_
    std::uint32_t interrupts = 0;              // that are on their way to it
    bool taken = false;
  };
  static_assert(sizeof(Cpu) <= 128);  // an idle one costs little memory

  std::optional<CpuId> try_take() override { return std::nullopt; }
  bool wait_for_cpu(sim::PromiseBase& thread, sim::Priority priority, CpuId& cpu) override;
  void work(sim::PromiseBase& thread, CpuId cpu, sim::Duration work) override;
  void take_back(sim::PromiseBase& waiter) override;

  bool wants(const Cpu& cpu) const {
    return cpu.taken || cpu.interrupts > 0 || spec_.idle == IdleLoop::spin;
  }
  sim::Duration until_awake(std::uint32_t index);
  void use(std::uint32_t index);
  sim::Duration end_halt(std::uint32_t index);
  void occupy(std::uint32_t index);
  void grant(std::uint32_t index, sim::PromiseBase& thread, CpuId& cpu);
  void let_idle(std::uint32_t index);
  VirtualCpuState inject(sim::PromiseBase& waiter, std::uint32_t index);
  void received(std::uint32_t index);

  sim::Simulation& simulation_;
  const VirtualCpusSpec spec_;
  const StatisticsWindow& window_;
  const std::string path_;
  std::unique_ptr<HostTime> host_;
  RandomCost running_, polling_, halted_, kick_, deep_;
  std::vector<Cpu> cpus_;
  std::list<std::uint32_t> free_, taken_;  // free: the one that was in use last in front
  std::array<sim::WaitList, sim::kPriorities> waiting_;  // threads, each tagged with its CpuId
  sim::Duration idle_{};                                 // of halts that have ended
  VirtualCpuStats stats_;
  sim::Gauge busy_gauge_;
};

class [[nodiscard]] VirtualCpus::Interrupt {
 public:
  Interrupt(VirtualCpus& cpus, CpuId cpu) : cpus_(cpus), cpu_(static_cast<std::uint32_t>(cpu)) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    met_ = cpus_.inject(waiter.promise(), cpu_);
  }
  VirtualCpuState await_resume() {
    cpus_.received(cpu_);
    return met_;
  }

 private:
  VirtualCpus& cpus_;
  std::uint32_t cpu_;
  VirtualCpuState met_{};
};

inline VirtualCpus::Interrupt VirtualCpus::interrupt(CpuId cpu) { return {*this, cpu}; }

}  // namespace faultpath::models
