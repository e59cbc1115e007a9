// Reclaim: from the inactive list to a free frame, by the background thread or by an allocation.
#pragma once

#include <cstddef>
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
#include "models/memory/page_store.hpp"
#include "models/memory/process_table.hpp"
#include "models/memory/swap.hpp"
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
};

/// What the memory cgroup of the processes has seen (Linux, memory.events).
struct CgroupStats {
  std::uint64_t cgroup_high = 0;  ///< threads of processes slowed down above the high bound
  std::uint64_t cgroup_max = 0;   ///< charges that met the maximum and had to reclaim
  std::uint64_t cgroup_oom = 0;   ///< of these, in vain
};

/// Below the low watermark the background thread (kswapd) reclaims up to the high one; at the
/// minimum an allocation reclaims for itself first. Populated pages that nobody has used are the
/// oldest of all, then comes the front of the inactive list; a page that was used since it was
/// looked at last gets a second chance. Before the frame of a reclaimed page is free, every
/// notifier of its process has seen to it that nobody reaches the page any more, and what is dirty
/// has been written.
class Reclaim {
 public:
  explicit Reclaim(const ReclaimSetting& setting);
  Reclaim(const Reclaim&) = delete;
  Reclaim& operator=(const Reclaim&) = delete;

  /// Takes pages of this process too.
  void add(ProcessMemory& process) { processes_.add(process); }
  /// Takes a frame, after reclaiming some if need be; false when nothing can be reclaimed. The
  /// worker is on a core.
  sim::Task<bool> take_frame(Worker& worker);
  /// Reclaims a batch; how many pages have been, or will be, freed.
  sim::Task<std::uint64_t> batch(Worker& worker);
  const CgroupStats& cgroup_stats() const { return cgroup_; }
  CgroupStats& cgroup_stats() { return cgroup_; }

 private:
  sim::Process background();
  sim::Task<> make_room_in_cgroup(Worker& worker, bool& full);
  sim::Task<> evict(PageId id, Worker& worker);
  sim::Process write_out(ProcessMemory& process, PageId id);
  void free_page(ProcessMemory& process, PageId id);
  PageId next_victim();
  PageId next_untouched();
  bool clear_young(PageId id);
  sim::Task<> age(PageId id, Worker& worker);

  ReclaimSetting setting_;
  std::string path_;
  ReclaimSpec spec_;
  ProcessTable processes_;
  std::uint64_t writing_ = 0;          // pages on their way to swap: frames that will be free
  std::size_t untouched_process_ = 0;  // populated pages that nobody has used, from here on
  std::uint64_t untouched_page_ = 0;
  RandomCost per_page_;
  CgroupStats cgroup_;
};

}  // namespace faultpath::models
