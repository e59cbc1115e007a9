// OOM killer: which process ends when no frame can be found, and how its memory comes back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class Memory;

struct OomStats {
  std::uint64_t oom_kills = 0;  ///< processes that were killed (Linux, memory.events)
};

/// Kills the process that takes up most memory and swap. Its faults fail from then on, those of
/// devices too. What it has in memory is given back, without its pages of files, which reclaim can
/// take, and those that a device has pinned, which stay. Spared are those with nothing to give back
/// and those that are not to be killed.
///
/// Source: Linux, oom_badness(), oom_kill_process().
class OomKiller {
 public:
  struct Setting {
    sim::Simulation& simulation;
    PageStore& store;
    Memory& memory;
    Processor& processor;
    const StatisticsWindow& window;
    const std::string& path;  ///< of the memory
    Journal& journal;
  };
  explicit OomKiller(const Setting& setting) : setting_(setting) {}
  OomKiller(const OomKiller&) = delete;
  OomKiller& operator=(const OomKiller&) = delete;

  /// May die from now on.
  void add(ProcessMemory& process) { processes_.push_back(&process); }
  /// A frame was asked for in vain. Kills a process unless one is ending already, and waits until
  /// that has given back what it can: ask again. False: no process can end. The worker is on a core
  /// before and after.
  sim::Task<bool> make_room(Worker& worker);
  const OomStats& stats() const { return stats_; }

 private:
  /// What a process would give back, and what it takes up.
  struct Share {
    std::uint64_t freed = 0;  // frames
    std::uint64_t taken = 0;  // frames, and pages in swap
  };
  Share share_of(ProcessMemory& process) const;
  ProcessMemory* victim() const;
  sim::Process end(ProcessMemory& process);
  sim::Task<> give_back(ProcessMemory& process, bool& all, Worker& worker);

  Setting setting_;
  std::vector<ProcessMemory*> processes_;
  std::uint64_t ending_ = 0;  // that have not given back yet what they can at once
  OomStats stats_;
};

}  // namespace faultpath::models
