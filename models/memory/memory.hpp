// Host memory: frames, faults with and without I/O, the two page lists, reclaim and swap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/window.hpp"
#include "models/cpu/worker.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/memory/address_space.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/page_store.hpp"
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
/// an allocation reclaims for itself first. A reclaimed page leaves the I/O page table, and its
/// invalidation in IOTLB and devices completes before its frame is free.
class Memory {
 public:
  /// `path` names the memory in streams and journal, and its swap disk in SimGrid: no two memories
  /// of a simulation have the same.
  Memory(sim::Simulation& simulation, const MemorySpec& spec, PageStore& store, IoMapping& mapping,
         IommuPort& iommu, Processor& cores, const StatisticsWindow& window, std::string path);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// Spaces are added in the order in which they were made. A populated space takes its frames.
  void add(AddressSpace& space);

  /// Makes a page resident, as handle_mm_fault() and get_user_pages() do. The worker is on a core,
  /// is charged, and sleeps during I/O. The page goes to the inactive list. Where frames are the
  /// guest's, it is the guest's fault: it takes the same time, but no frame.
  sim::Task<Residency> make_resident(AddressSpace& space, IovaPage page, Worker& worker);
  bool is_resident(const AddressSpace& space, IovaPage page) const;

  /// Takes a page off the lists because it is being pinned.
  void unlist(AddressSpace& space, IovaPage page);
  /// A pinned page is being released: faults on it wait until end_release() puts it on a list.
  void begin_release(AddressSpace& space, IovaPage page);
  void end_release(AddressSpace& space, IovaPage page);

  /// All frames of a space at once, for one that is pinned as a whole.
  void take_all(AddressSpace& space);

  /// Can reclaim start with spaces of so many pages? Else the devices keep what they cache.
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
  sim::Process write_out(AddressSpace& space, PageId id);
  sim::Task<Residency> fault_in_guest(AddressSpace& space, IovaPage page, Worker& worker);
  sim::Task<> read(PageState& state, Worker& worker);
  sim::Task<> wait_until_idle(PageState& state, Worker& worker);

  bool take_frame();
  void give_frames(std::uint64_t count);
  void free_page(AddressSpace& space, PageId id);
  void account();
  PageId next_victim();
  PageId next_untouched();
  void balance_lists();
  bool needs_read(const AddressSpace& space, const PageState& state) const;
  void touch(PageState& state, PageId id);
  AddressSpace& space_of(PageId id);

  const std::string path_;
  sim::Simulation& simulation_;
  MemorySpec spec_;
  PageStore& store_;
  IoMapping& mapping_;
  IommuPort& iommu_;
  Processor& cores_;
  const StatisticsWindow& window_;
  std::vector<AddressSpace*> spaces_;
  std::uint64_t frames_, min_, low_, high_;
  std::uint64_t free_;
  std::uint64_t writing_ = 0;    // pages on their way to swap: frames that will be free
  std::uint64_t moving_ = 0;     // frames on their way to a page or back: nobody gives up meanwhile
  std::uint64_t reachable_ = 0;  // pages of all spaces
  PageList inactive_, active_;
  std::size_t untouched_space_ = 0;  // populated pages that nobody has used: the oldest of all
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
