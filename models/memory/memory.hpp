// Host memory: frames, faults with and without I/O, the two page lists, reclaim and swap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/journal.hpp"
#include "models/base/window.hpp"
#include "models/cpu/worker.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "sim/event.hpp"
#include "sim/gauge.hpp"
#include "sim/platform.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct MemoryStats {
  std::uint64_t evictions = 0;  ///< reclaimed pages that a device could reach
  sim::Gauge resident_bytes;
};

/// How a page was made resident.
enum class Residency {
  present,        ///< it was there
  minor,          ///< without I/O
  major,          ///< read from swap or file
  out_of_memory,  ///< nothing can be reclaimed
};

/// Frames are counted, not numbered. A page that is resident and not pinned is on the inactive or
/// the active list. Below `low` free frames the background thread reclaims up to `high`; at `min`
/// an allocation reclaims for itself first. Before the frame of a reclaimed page is free, every
/// notifier of its process has seen to it that nobody reaches the page any more.
class Memory {
 public:
  /// `path` names the memory in streams and journal, and its swap disk in SimGrid: no two memories
  /// of a simulation have the same.
  Memory(sim::Simulation& simulation, const MemorySpec& spec, PageStore& store, Processor& cores,
         const StatisticsWindow& window, std::string path);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// Processes are added in the order in which they were made. A populated one takes its frames.
  void add(ProcessMemory& process);

  /// Makes a page resident, as handle_mm_fault() and get_user_pages() do. The worker is on a core,
  /// is charged, and sleeps during I/O. The page goes to the inactive list. Where frames are the
  /// guest's, it is the guest's fault: it takes the same time, but no frame.
  sim::Task<Residency> make_resident(ProcessMemory& process, IovaPage page, Worker& worker);

  /// Takes a page off the lists of reclaim because it is being pinned.
  void unlist(ProcessMemory& process, IovaPage page);
  /// A page is about to lose a pin: faults on it wait until end_release(), which puts it on a list
  /// unless somebody else has pinned it too. Waits while another does the same.
  sim::Task<> begin_release(ProcessMemory& process, IovaPage page, Worker& worker);
  void end_release(ProcessMemory& process, IovaPage page);

  /// All frames of a process at once, for one that is pinned as a whole.
  void take_all(ProcessMemory& process);

  /// Can reclaim start with processes of so many pages? Else the devices keep what they cache.
  static bool may_reclaim(const MemorySpec& spec, std::uint64_t pages);
  bool never_reclaims() const { return !may_reclaim(spec_, reachable_); }

  std::uint64_t frames() const { return frames_; }
  std::uint64_t free_frames() const { return free_; }
  const MemoryStats& stats() const { return stats_; }
  MemoryStats& stats() { return stats_; }

 private:
  sim::Process background();
  sim::Task<bool> take_frame_slowly(Worker& worker);
  sim::Task<std::uint64_t> reclaim_batch(Worker& worker);
  sim::Task<> evict(PageId id, Worker& worker);
  sim::Process write_out(ProcessMemory& process, PageId id);
  sim::Task<Residency> fault_in_guest(ProcessMemory& process, IovaPage page, Worker& worker);
  sim::Task<> read(PageState& state, Worker& worker);
  sim::Task<> wait_until_idle(PageState& state, Worker& worker);

  bool take_frame();
  void give_frames(std::uint64_t count);
  void free_page(ProcessMemory& process, PageId id);
  void account();
  PageId next_victim();
  PageId next_untouched();
  void balance_lists();
  bool needs_read(const ProcessMemory& process, const PageState& state) const;
  void touch(PageState& state, PageId id);
  ProcessMemory& process_of(PageId id);

  const std::string path_;
  sim::Simulation& simulation_;
  MemorySpec spec_;
  PageStore& store_;
  Processor& cores_;
  const StatisticsWindow& window_;
  std::vector<ProcessMemory*> processes_;
  std::uint64_t frames_, min_, low_, high_;
  std::uint64_t free_;
  std::uint64_t writing_ = 0;    // pages on their way to swap: frames that will be free
  std::uint64_t moving_ = 0;     // frames on their way to a page or back: nobody gives up meanwhile
  std::uint64_t reachable_ = 0;  // pages of all processes
  PageList inactive_, active_;
  std::size_t untouched_process_ = 0;  // populated pages that nobody has used: the oldest of all
  std::uint64_t untouched_page_ = 0;
  sim::PlatformDisk* swap_ = nullptr;
  sim::Event low_event_{"low watermark"};
  sim::Event changed_{"frames and busy pages"};
  struct Costs {
    sim::Distribution minor, major, spurious;
  } fault_;
  sim::Distribution per_page_;
  sim::RandomStream fault_stream_, reclaim_stream_;
  MemoryStats stats_;
  Journal journal_;
};

}  // namespace faultpath::models
