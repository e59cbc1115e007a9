// What a scenario says about the memory of a machine: its size, costs, reclaim and swap.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/address.hpp"
#include "models/memory/lists_spec.hpp"
#include "models/memory/mapping_spec.hpp"
#include "models/memory/notifier_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Processor time of handle_mm_fault().
struct PageFaultSpec {
  /// A page that needs no I/O: 0.75 us for anonymous 4 KiB memory (Linux 6.17, second-hand).
  sim::DistributionSpec minor = sim::LognormalSpec{sim::nanoseconds(750), sim::microseconds(3)};
  /// Processor time of a page that comes from swap or file, besides the I/O (assumed).
  sim::DistributionSpec major = sim::ConstantSpec{sim::microseconds(2)};
  /// A page that is there already (assumed).
  sim::DistributionSpec spurious = sim::ConstantSpec{sim::nanoseconds(250)};
  // In declared areas only.
  /// A page that needs no new frame: the zero page, or one in the page or swap cache (assumed).
  sim::DistributionSpec hit = sim::ConstantSpec{sim::nanoseconds(500)};
  /// A copy on write, and a write to a page that has no other user any more: 1.5 and 0.42 us
  /// (second-hand).
  sim::DistributionSpec copy = sim::ConstantSpec{sim::nanoseconds(1500)};
  sim::DistributionSpec reuse = sim::ConstantSpec{sim::nanoseconds(420)};
  /// A huge page, zeroed: 2 MiB at 20.7 GB/s (Raghavendra K T, folio_zero_user tests, 2025).
  sim::DistributionSpec huge = sim::ConstantSpec{sim::microseconds(101)};
};

/// The device behind swap and files: 60 to 120 us a page from local NVMe (assumed).
struct SwapSpec {
  std::optional<std::uint64_t> size;  ///< bytes of swap; absent: as much as is needed
  sim::Duration latency = sim::microseconds(80);
  double bandwidth = 3e9;          ///< bytes/s each way
  std::uint32_t queue_depth = 64;  ///< requests in flight
  /// log2 of the most pages that a fault in a declared area reads (Linux, vm.page-cluster).
  std::uint32_t page_cluster = 3;
  /// Of swap: the processor itself copies, and nothing is read ahead (Linux, SWP_SYNCHRONOUS_IO).
  bool synchronous = false;
};

/// Pages of files around a fault, in declared areas.
struct PageCacheSpec {
  /// Cached neighbours that a read fault maps, itself included (Linux, fault_around_bytes).
  std::uint64_t fault_around = 64ULL << 10;
  /// Bytes that a miss reads around it (Linux, read_ahead_kb of a disk).
  std::uint64_t read_ahead = 128ULL << 10;
  /// A read leaves a mark; whoever uses the marked page reads what follows, without waiting (Linux,
  /// page_cache_async_ra()).
  bool async = false;
};

/// The threads of user space behind userfaultfd.
struct UserfaultSpec {
  /// From a message to the page, by a thread that has no other: 150,000 pages/s of one vCPU through
  /// one userfaultfd (Linux, KVM Userfault series, shared memory).
  sim::DistributionSpec service = sim::ConstantSpec{sim::nanoseconds(6667)};
};

/// Bounds of the memory of all processes together, in bytes (Linux, memory.high and memory.max).
struct MemoryCgroupSpec {
  std::optional<std::uint64_t> high;  ///< threads of the processes are slowed down above it
  std::optional<std::uint64_t> max;   ///< above: reclaim by who faults, then out of memory
};

/// Other users of the address space's lock.
struct MmapLockSpec {
  double writers = 0.0;  ///< write sections a second, Poisson, in each address space
  sim::DistributionSpec hold =
      sim::ConstantSpec{sim::microseconds(5)};  ///< length of one (assumed)
};

/// Page-table and pinning work of the host, a page of 4 KiB or 2 MiB at a time.
/// Source: Linux 6.16-rc4, 16 GiB populated: map 66.8 ns and 6.35 us, unmap 74.4 ns and 16.6 us;
/// filling memory: T5 of Jordan, RFC vfio/type1, 2022: 3.3 s less 0.6 s for 16 GiB.
struct MapCostSpec {
  sim::Duration pin = sim::nanoseconds(60);  ///< get_user_pages, each 4 KiB (assumed)
  sim::Duration map_4k = sim::picoseconds(66'800);
  sim::Duration map_2m = sim::nanoseconds(6'350);
  sim::Duration unmap_4k = sim::picoseconds(74'400);
  sim::Duration unmap_2m = sim::nanoseconds(16'600);
  sim::Duration populate_4k = sim::nanoseconds(644);   ///< fault in and zero, in bulk
  sim::Duration populate_2m = sim::microseconds(330);  ///< the same of a huge page
};

/// shares: those of ReclaimSpec. linux: from the size of the memory, as a zone has them.
enum class WatermarkRule { shares, linux_zone };

/// Page reclaim: shares of memory that are free.
struct ReclaimSpec {
  WatermarkRule watermarks = WatermarkRule::shares;
  std::uint32_t scale = 10;  ///< 1/10000 of memory between two (Linux, watermark_scale_factor)
  double min = 0.005;  ///< below: allocations reclaim for themselves (direct reclaim) (assumed)
  double low = 0.01;   ///< below: the background thread starts (assumed)
  double high = 0.02;  ///< the background thread stops here (assumed)
  std::uint32_t batch = 32;  ///< pages isolated at a time (Linux: SWAP_CLUSTER_MAX)
  sim::DistributionSpec per_page = sim::ConstantSpec{sim::nanoseconds(200)};  ///< scan (assumed)
  ListsSpec lists{};
  /// Threads of the kernel, which serve devices, do not sleep until pages have been written or
  /// unmapped, but scan again (Linux, reclaim_throttle() leaves kernel threads alone).
  bool spin = false;
  /// Pinned pages stay on the lists, where reclaim looks at them in vain.
  bool scan_pinned = false;
};

struct MemorySpec {
  PageSize page_size;                  ///< of its kernel: 4, 16 or 64 KiB
  std::uint64_t memory = 16ULL << 30;  ///< bytes of frames for the address spaces
  PageFaultSpec page_fault;
  SwapSpec swap;
  PageCacheSpec page_cache;
  UserfaultSpec userfaultfd;
  MemoryCgroupSpec memory_cgroup;
  std::vector<NotifierSpec> notifiers;
  MmapLockSpec mmap_lock;
  MapCostSpec map_cost;
  ReclaimSpec reclaim;
  MappingSpec mapping;

  /// Does anybody but a fault take the mmap lock of a process?
  bool others_lock() const {
    if (mmap_lock.writers > 0.0) return true;
    for (const NotifierSpec& source : notifiers) {
      if (traits_of(source.kind).writes_lock) return true;
    }
    return false;
  }
};

}  // namespace faultpath::models
