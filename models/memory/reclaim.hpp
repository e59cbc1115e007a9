// Reclaim: from the inactive list to a free frame, by the background thread or by an allocation.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/free_frames.hpp"
#include "models/memory/lruvec.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/oom_killer.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_table.hpp"
#include "models/memory/swap.hpp"
#include "models/memory/untouched_pages.hpp"
#include "models/memory/workingset.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What reclaim works on; all outlive it.
struct ReclaimSetting {
  sim::Simulation& simulation;
  const ReclaimSpec& spec;
  PageStore& store;
  FreeFrames& pool;
  Lruvec& lru;
  Swap& swap;
  Processor& processor;
  const StatisticsWindow& window;
  const std::string& path;     ///< of the memory
  std::uint64_t& evictions;    ///< counts reclaimed pages that a device could reach
  std::uint64_t& huge_splits;  ///< counts huge pages of which it takes the first
  Journal& journal;
  OomKiller& oom;
};

/// Pages that were brought again.
struct WorkingsetStats {
  std::uint64_t workingset_refaults = 0;     ///< after reclaim had taken them
  std::uint64_t workingset_activations = 0;  ///< of these, so soon that they became active
};

/// What reclaim has cost beside its scans.
struct ReclaimStats {
  std::uint64_t reclaim_sleeps = 0;  ///< of faults, until a page had been written or unmapped
  std::uint64_t reclaim_spins = 0;   ///< rounds of threads of the kernel that may not sleep
  std::uint64_t pinned_scans = 0;    ///< pages that were looked at, and were pinned
};

/// What the memory cgroup of the processes has seen (Linux, memory.events).
struct CgroupStats {
  std::uint64_t cgroup_high = 0;  ///< threads of processes slowed down above the high bound
  std::uint64_t cgroup_max = 0;   ///< charges that met the maximum and had to reclaim
  std::uint64_t cgroup_oom = 0;   ///< of these, in vain: a process was killed, if one could be
};

/// Below the low watermark the background thread (kswapd) reclaims up to the high one; at the
/// minimum an allocation reclaims for itself first. Populated pages that nobody has used are the
/// oldest of all, then comes the front of an inactive list; a page that was used since it was
/// looked at last gets a second chance. Before the frame of a reclaimed page is free, every
/// notifier of its process has seen to it that nobody reaches the page any more, and what is dirty
/// has been written. When nothing can be reclaimed a process is killed.
class Reclaim {
 public:
  explicit Reclaim(const ReclaimSetting& setting);
  Reclaim(const Reclaim&) = delete;
  Reclaim& operator=(const Reclaim&) = delete;

  /// Takes pages of this process too.
  void add(ProcessMemory& process) {
    processes_.add(process);
    has_files_ |= process.has_files();
  }
  /// Takes a frame, after reclaiming some if need be; false when nothing can be reclaimed. The
  /// worker is on a core.
  sim::Task<bool> take_frame(Worker& worker);
  /// Reclaims a batch; how many pages have been, or will be, freed.
  sim::Task<std::uint64_t> batch(Worker& worker);
  /// Puts a resident page on a list: an active one if it has come back soon; on none if its area is
  /// locked. Requires that it is on none, and not pinned.
  void list(ProcessMemory& process, PageId id);
  /// Nobody will miss the page.
  void forget(PageId id) { workingset_.forget(id); }
  /// Nothing can be taken now, but a page is on its way: sleeps until something has changed, or
  /// scans once more, as the `round`th time, where threads of the kernel do not sleep.
  sim::Task<> wait_for_others(Worker& worker, unsigned round);
  const ReclaimStats& stats() const { return stats_; }
  const WorkingsetStats& workingset_stats() const { return workingset_stats_; }
  const CgroupStats& cgroup_stats() const { return cgroup_; }
  CgroupStats& cgroup_stats() { return cgroup_; }

 private:
  sim::Process background();
  sim::Task<> make_room_in_cgroup(Worker& worker, bool& full);
  sim::Task<> evict(PageId id, Worker& worker);
  sim::Process write_out(ProcessMemory& process, PageId id);
  void free_page(ProcessMemory& process, PageId id);
  PageId next_victim();
  bool clear_young(PageId id);
  sim::Task<> age(PageId id, Worker& worker);
  bool passes_pinned(PageId id);
  bool passes_without_swap(PageId id);
  bool stays(PageId id, bool young);
  bool has_copy(ProcessMemory& process, PageId id) const;

  ReclaimSetting setting_;
  std::string path_;
  ReclaimSpec spec_;
  ProcessTable processes_;
  bool has_files_ = false;  // some process has
  UntouchedPages untouched_;
  std::uint64_t writing_ = 0;  // pages on their way to swap: frames that will be free
  RandomCost per_page_;
  Workingset workingset_;
  WorkingsetStats workingset_stats_;
  ReclaimStats stats_;
  CgroupStats cgroup_;
};

}  // namespace faultpath::models
