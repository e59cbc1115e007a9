// Userfaults: pages that a thread of user space brings, because nobody else may.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct UserfaultStats {
  std::uint64_t userfaults = 0;          ///< that waited for a thread of user space
  std::uint64_t userfaults_refused = 0;  ///< of threads of the kernel, which may not wait
};

/// A thread for each process reads the messages of its userfaultfd, one at a time in the order of
/// their arrival, and copies a page for each (UFFDIO_COPY). It runs on a CPU of its own. Source:
/// Linux, fs/userfaultfd.c, handle_userfault().
class Userfaults {
 public:
  Userfaults(sim::Simulation& simulation, const UserfaultSpec& spec, const std::string& path);
  Userfaults(const Userfaults&) = delete;
  Userfaults& operator=(const Userfaults&) = delete;

  /// Sends a message and sleeps until the thread has served it. The worker is on a core, pays, and
  /// is on a core again on return.
  sim::Task<> wait(ProcessMemory& process, Worker& worker);

  UserfaultStats& stats() { return stats_; }
  const UserfaultStats& stats() const { return stats_; }

 private:
  sim::Simulation& simulation_;
  RandomCost service_;
  std::map<std::string, sim::Time> idle_from_;  // the thread of each process, by its name
  UserfaultStats stats_;
};

}  // namespace faultpath::models
