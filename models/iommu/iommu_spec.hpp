// What a scenario says about the IOMMU: its kind, caches, walkers and page request queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/base/address.hpp"
#include "models/iommu/iommu_kind_spec.hpp"
#include "models/memory/levels_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// A set-associative cache of translations.
struct CacheSpec {
  std::uint32_t entries = 512;  ///< a multiple of `ways` (assumed)
  std::uint32_t ways = 8;
};

/// A paging-structure cache, for each level above the leaf (assumed).
struct WalkCacheSpec {
  std::uint32_t entries = 64;  ///< a multiple of `ways`; 0: every walk starts at the root
  std::uint32_t ways = 4;
};

/// Guest-physical pages whose host-physical address is kept (AMD: nested TLB). None unless asked
/// for, so that a cold walk reads what the published formula says.
struct GuestCacheSpec {
  std::uint32_t entries = 0;  ///< a multiple of `ways`
  std::uint32_t ways = 4;
};

/// Whether the IOMMU writes the dirty bit of the first stage.
enum class DirtyUpdate {
  hardware,  ///< before the completion of a request that wants to write (SMMUv3: HTTU = 2)
  software,  ///< that request gets no write permission, and a page request follows (HTTU = 1)
};
/// Accessed and dirty bits, where a table keeps them: in a first stage that a process shares (sva),
/// and in a second stage on demand.
struct AccessDirtySpec {
  DirtyUpdate dirty = DirtyUpdate::hardware;
  /// One atomic update of an entry, at the end of the walk that needs it; part of `memory_read`
  /// unless given (assumed).
  sim::DistributionSpec update = sim::ConstantSpec{};
};

enum class SecondStageBacking {
  pinned,     ///< every guest page has its frame from the start (Linux with nested domains)
  on_demand,  ///< the first access of the device brings it, and reclaim may take it
};
/// Who is told of a miss in the second stage.
enum class MissRoute {
  host,   ///< it brings the page
  guest,  ///< sees that nothing is missing in the tables that it has, and answers Success
};

/// What the host grants on a guest page that it brings.
enum class GuestGrant {
  read_write,  ///< whoever asks for it
  as_asked,    ///< reading, until somebody wants to write: another fault
};

/// The second stage, from guest-physical to host-physical addresses; each space has its own guest.
struct SecondStageSpec {
  std::uint8_t leaf_bits = kPageBits;  ///< size of its leaves: 12, 21 or 30 (4 KiB: assumed)
  GuestCacheSpec cache;
  /// Tables of the second stage on the way to a guest page, for each level above the leaf (VT-d
  /// 6.2.5, second-stage entries). None unless asked for.
  GuestCacheSpec walk_cache;
  SecondStageBacking backing = SecondStageBacking::pinned;
  MissRoute misses_go_to = MissRoute::host;   ///< on demand only
  GuestGrant grant = GuestGrant::read_write;  ///< on demand, with leaves of 4 KiB
  /// The host's read of a first-stage entry in guest memory, to find out which stage a page request
  /// is about (assumed). A stall record says it.
  sim::DistributionSpec software_walk = sim::ConstantSpec{sim::nanoseconds(100)};
};

/// Caches of configuration entries, and how deep the tables behind them are.
struct ConfigurationSpec {
  std::uint32_t entries = 1024;  ///< of the cache of contexts, and of that of processes (assumed)
  std::optional<std::uint32_t> device_levels;   ///< requester to context; absent: as the kind has
  std::optional<std::uint32_t> process_levels;  ///< PASID to first stage; absent: as the kind has
};

struct InvalidationSpec {
  /// Descriptors in the ring, from 2 (Linux, VT-d with descriptors of 128 bits; assumed).
  std::uint32_t queue_entries = 256;
  /// Reading a descriptor; part of `iotlb` unless given (assumed).
  sim::DistributionSpec fetch = sim::ConstantSpec{};
  /// From the descriptor to the status write of the wait descriptor: 2127 cycles at 3 GHz
  /// (rIOMMU, ASPLOS 2015).
  sim::DistributionSpec iotlb = sim::ConstantSpec{sim::nanoseconds(709)};
  /// Of a device TLB invalidation. Hardware may take up to half of it more (PCIe 10.3.1).
  sim::Duration timeout = sim::seconds(60);
};

/// When the interrupt of the page request queue is sent. An overflow that begins always sends one,
/// but to a polling driver.
struct InterruptPerKind {};         ///< by the rule of the kind, as its hardware does
struct InterruptPerMessage {};      ///< for each request that is stored
struct InterruptFirstIntoEmpty {};  ///< for a request that finds the queue empty
struct InterruptLastOnly {};        ///< for the last request of a group
struct InterruptCoalesced {
  std::uint32_t count = 8;                     ///< requests, from 1 (assumed)
  sim::Duration time = sim::microseconds(10);  ///< since the first of them, > 0 (assumed)
};
/// No message: the driver's thread wakes by a timer and looks.
struct InterruptPolled {
  sim::Duration period = sim::microseconds(10);  ///< > 0 (assumed)
};
using InterruptPolicySpec =
    std::variant<InterruptPerKind, InterruptPerMessage, InterruptFirstIntoEmpty, InterruptLastOnly,
                 InterruptCoalesced, InterruptPolled>;

/// A change of what software has set up, in the middle of a run; each is undone by the one after
/// it. What a kind answers then is in iommu_events.hpp.
enum class IommuAction : std::uint8_t {
  /// Root, context, stream or device entry of the function: not present. An SMMU that stalls gets
  /// CMD_STALL_TERM behind it.
  remove_context,
  restore_context,
  remove_pasid,  ///< every PASID entry of the function: not present
  restore_pasid,
  disable_page_requests,  ///< PRE, EN_PRI or CD.S of the function: 0
  enable_page_requests,
  legacy_mode,  ///< RTADDR.TTM: no page requests at all
  scalable_mode,
  disable_queue,  ///< PRIQEN or pqen: 0
  enable_queue,
  break_memory,   ///< writes to the queue's memory abort: PRIQ_ABT_ERR, pqmf
  repair_memory,  ///< and the error is acknowledged
  disable_iommu,  ///< SMMUEN = 0, ddtp.mode = Off
  enable_iommu,
};
struct IommuEventSpec {
  sim::Duration at{};  ///< since the devices started
  IommuAction action = IommuAction::remove_pasid;
  std::optional<std::string> device;  ///< name; absent: every device
};

/// Where faults that cannot be recovered are recorded, and what reading a record takes.
struct FaultQueueSpec {
  std::optional<std::uint32_t> entries;  ///< absent: as many as the kind has (fault_queues.cpp)
  /// Reading a record, and the line of the kernel's log (assumed).
  sim::DistributionSpec per_record = sim::ConstantSpec{sim::microseconds(2)};
};

struct IommuSpec {
  IommuKindSpec kind;                  ///< with what only it has
  std::uint32_t queue_entries = 2048;  ///< page request queue; a power of two from 2 (Linux: 2048)
  CacheSpec iotlb;
  WalkCacheSpec walk_cache;
  std::uint32_t walkers = 8;  ///< page-table walks at a time (assumed)
  LevelsSpec levels;
  SecondStageSpec second_stage;  ///< with levels.stage2 only
  ConfigurationSpec configuration;
  sim::DistributionSpec lookup = sim::ConstantSpec{sim::nanoseconds(10)};  ///< IOTLB (assumed)
  /// One read of a page-table entry: a quarter of miss less hit, 693 - 413 ns (Neugebauer et al.,
  /// SIGCOMM 2018).
  sim::DistributionSpec memory_read = sim::ConstantSpec{sim::nanoseconds(70)};
  AccessDirtySpec access_dirty;
  InvalidationSpec invalidation;
  InterruptPolicySpec interrupt;
  /// Absent: every record finds room, and nobody reads it. Not where faults stall: their queue has
  /// the records.
  std::optional<FaultQueueSpec> fault_queue;
  std::vector<IommuEventSpec> events;
};

}  // namespace faultpath::models
