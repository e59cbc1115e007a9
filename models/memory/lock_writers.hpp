// Lock writers: others who change the memory of a process, and hold back faults while they do.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/window.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/distribution.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct LockWriterStats {
  std::uint64_t sections = 0;  ///< that have begun in the window
};

/// Write sections on the mmap lock of each process. They arrive as a Poisson stream of the rate
/// that is written, whatever the lock does meanwhile, and queue for it together with the faults,
/// first come first served. So a fault waits as a customer of M/D/1 does: rho * hold / (2 (1 -
/// rho)) on the average for a constant hold, rho = rate * hold, if faults are too rare to delay a
/// writer. Writers only disturb others: they do not keep a run alive.
class LockWriters {
 public:
  LockWriters(sim::Simulation& simulation, const MmapLockSpec& spec, const StatisticsWindow& window,
              const std::string& path);
  LockWriters(const LockWriters&) = delete;
  LockWriters& operator=(const LockWriters&) = delete;

  /// Sections on this process arrive from now on until stop(). Throws sim::StuckError when sections
  /// alone take all the time there is (rho >= 1), now, or when kMostWaiting of them wait.
  void start(ProcessMemory& process);
  /// No section arrives any more; those that wait are not counted.
  void stop() { stopped_ = true; }

  const LockWriterStats& stats() const { return stats_; }

  /// A backlog beyond any queue of a stable lock: at rho = 0.999 the mean is 500.
  static constexpr std::size_t kMostWaiting = 100'000;

 private:
  sim::Process arrivals(ProcessMemory& process);
  sim::Process section(ProcessMemory& process, sim::Duration length);
  double load() const;
  [[noreturn]] void saturated(const ProcessMemory& process, const std::string& why) const;

  const std::string arrivals_name_, section_name_;  // of processes
  sim::Simulation& simulation_;
  MmapLockSpec spec_;
  const StatisticsWindow& window_;
  bool stopped_ = false;
  LockWriterStats stats_;
};

}  // namespace faultpath::models
