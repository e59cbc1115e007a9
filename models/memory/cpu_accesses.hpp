// CPU accesses: what a process does to its own memory beside its devices.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "models/base/window.hpp"
#include "models/cpu/cores.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct CpuAccessStats {
  std::uint64_t cpu_accesses = 0;  ///< pages touched
  std::uint64_t cpu_faults = 0;    ///< of these, that faulted
};

/// A thread for each process, on a CPU of its own. An access that needs no fault takes no time; a
/// fault holds the thread. It takes no mmap lock, because a fault of a task begins with that of its
/// area alone. Where devices walk the page table of the process, what the thread faults in is there
/// for them. The thread does not keep a run alive.
class CpuAccesses {
 public:
  struct Access {
    IovaPage first;
    std::uint64_t pages = 1;
    bool write = false;
  };
  using Source = std::function<Access()>;

  CpuAccesses(sim::Simulation& simulation, Memory& memory, const StatisticsWindow& window);
  CpuAccesses(const CpuAccesses&) = delete;
  CpuAccesses& operator=(const CpuAccesses&) = delete;

  /// From now on the process makes the accesses of `source`, at times of a Poisson stream of `rate`
  /// a second. Requires declared areas.
  void start(ProcessMemory& process, double rate, Source source);
  const CpuAccessStats& stats() const { return stats_; }

  /// How long a thread that has brought `pages` pages over memory.high has to wait, with `used`
  /// frames against a bound of `high`. Source: Linux, calculate_high_delay().
  static sim::Duration delay_above_high(std::uint64_t used, std::uint64_t high,
                                        std::uint64_t pages);

 private:
  struct Thread {
    Thread(sim::Simulation& simulation, ProcessMemory& memory, double accesses, Source of)
        : process(memory),
          rate(accesses),
          source(std::move(of)),
          name(memory.name() + "/cpu"),
          cpu(simulation, 1, name) {}
    ProcessMemory& process;
    double rate;
    Source source;
    std::string name;
    Cores cpu;
    std::uint64_t brought_above_high = 0;  // pages, since it was last slowed down
  };
  sim::Process run(Thread& thread);
  sim::Task<> touch(Thread& thread, IovaPage page, bool write, Worker& worker);
  sim::Task<> slow_down(Thread& thread, std::uint64_t brought, Worker& worker);
  bool counted() const { return window_.counts(simulation_.now()); }

  sim::Simulation& simulation_;
  Memory& memory_;
  const StatisticsWindow& window_;
  std::deque<Thread> threads_;
  CpuAccessStats stats_;
};

}  // namespace faultpath::models
