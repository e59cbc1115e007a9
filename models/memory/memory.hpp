// Memory of a machine: frames, the faults of its processes, pins, reclaim and swap.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/area_faults.hpp"
#include "models/memory/fault_costs.hpp"
#include "models/memory/free_frames.hpp"
#include "models/memory/lruvec.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/mm_faults.hpp"
#include "models/memory/oom_killer.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "models/memory/reclaim.hpp"
#include "models/memory/swap.hpp"
#include "sim/gauge.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct MemoryStats {
  std::uint64_t evictions = 0;  ///< reclaimed pages that a device could reach
  sim::Gauge resident_bytes;
};

/// A page that is resident and not pinned is on a list of reclaim.
class Memory final : public MmFaults {
 public:
  /// `path` names the memory in streams and journal, and its swap disk in SimGrid: no two memories
  /// of a simulation have the same.
  Memory(sim::Simulation& simulation, const MemorySpec& spec, PageStore& store,
         Processor& processor, const StatisticsWindow& window, std::string path);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// The process has its frames here from now on. A populated one takes them at once.
  void add(ProcessMemory& process);
  sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker,
                                     FaultAccess access = {}) override;

  /// A page is being pinned: it leaves the lists of reclaim, unless these keep pinned pages.
  void leave_lists(ProcessMemory& process, IovaPage page) {
    if (!spec_.reclaim.scan_pinned) unlist(process, page);
  }
  /// Takes a page off the lists of reclaim because it goes away, or is being changed.
  void unlist(ProcessMemory& process, IovaPage page);
  /// A page is about to lose a pin: faults on it wait until end_release(), which puts it on a list
  /// unless somebody else has pinned it too. Waits while another does the same.
  sim::Task<> begin_release(ProcessMemory& process, IovaPage page, Worker& worker);
  void end_release(ProcessMemory& process, IovaPage page);
  /// A page has lost a pin and stays where it is: it is put on a list unless somebody else has
  /// pinned it too, or is about to release it.
  void list_again(ProcessMemory& process, IovaPage page);
  /// All frames of a process at once, for one that is pinned as a whole. They stay.
  void take_all(ProcessMemory& process);

  /// Can reclaim start with processes of so many pages? Else the devices keep what they cache.
  static bool may_reclaim(const MemorySpec& spec, std::uint64_t pages) {
    return FreeFrames::may_get_low(spec, pages);
  }
  /// Nor does anybody else take a page, or a permission, from a device.
  bool never_reclaims() const { return !may_reclaim(spec_, reachable_) && !changes_pages_; }

  std::uint64_t frames() const { return pool_.total(); }
  std::uint64_t free_frames() const { return pool_.free(); }
  const MemoryStats& stats() const { return stats_; }
  MemoryStats& stats() { return stats_; }

  // For declared areas, and those who change their pages.
  /// Takes a frame, after reclaiming some if need be; false when nothing can be reclaimed.
  sim::Task<bool> take_frame(Worker& worker) { return reclaim_.take_frame(worker); }
  /// Reclaims a batch; how many pages have been, or will be, freed.
  sim::Task<std::uint64_t> reclaim_batch(Worker& worker) { return reclaim_.batch(worker); }
  /// A used page is on a list of reclaim, unless it is pinned, or locked by mlock().
  void keep(ProcessMemory& process, PageId id);
  /// Gives a page back: as if nobody had ever touched it. Requires that no device can reach it, and
  /// that it is not pinned.
  void forget(ProcessMemory& process, IovaPage page);
  AreaFaults& area_faults() { return area_faults_; }
  const AreaFaultStats& area_stats() const { return area_stats_; }
  const UserfaultStats& userfault_stats() const { return area_faults_.userfault_stats(); }
  const ReclaimStats& reclaim_stats() const { return reclaim_.stats(); }
  const WorkingsetStats& workingset_stats() const { return reclaim_.workingset_stats(); }
  const CgroupStats& cgroup_stats() const { return reclaim_.cgroup_stats(); }
  const OomStats& oom_stats() const { return oom_.stats(); }
  /// A thread of a process is slowed down above memory.high.
  void count_high(bool counted) { reclaim_.cgroup_stats().cgroup_high += counted; }

  // For the kernel of a guest, whose faults the cores of this machine serve (GuestFaults).
  FaultCosts& costs() { return costs_; }
  FreeFrames& pool() { return pool_; }
  Swap& swap() { return swap_; }

 private:
  const std::string path_;
  sim::Simulation& simulation_;
  MemorySpec spec_;
  PageStore& store_;
  MemoryStats stats_;
  FreeFrames pool_;
  Lruvec lru_;
  Swap swap_;
  FaultCosts costs_;
  Journal journal_;
  AreaFaultStats area_stats_;
  OomKiller oom_;
  Reclaim reclaim_;
  AreaFaults area_faults_;
  std::uint64_t reachable_ = 0;  // pages of all processes
  bool changes_pages_ = false;   // some process has declared areas
};

}  // namespace faultpath::models
