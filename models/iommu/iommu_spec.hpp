// What a scenario says about the IOMMU: its kind, caches, walkers and page request queue.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "models/address.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// In the order of the table in iommu_kinds.cpp.
enum class IommuKind { vtd, smmu_pri, smmu_stall, amd, riscv };

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

/// Depth of the page tables.
struct LevelsSpec {
  std::uint32_t stage1 = 4;  ///< 3 to 5
  std::uint32_t stage2 = 0;  ///< 0: one stage; 3 to 5: nested behind a second stage
};

/// The second stage, from guest-physical to host-physical addresses. A space has a guest of its
/// own.
struct SecondStageSpec {
  std::uint8_t leaf_bits = kPageBits;  ///< size of its leaves: 12, 21 or 30 (4 KiB: assumed)
  GuestCacheSpec cache;
};

/// Caches of configuration entries, and how deep the tables behind them are.
struct ConfigurationSpec {
  std::uint32_t entries = 1024;  ///< of the cache of contexts, and of that of processes (assumed)
  std::optional<std::uint32_t> device_levels;   ///< requester to context; absent: as the kind has
  std::optional<std::uint32_t> process_levels;  ///< PASID to first stage; absent: as the kind has
};

struct InvalidationSpec {
  /// From the descriptor to the status write of the wait descriptor: 2127 cycles at 3 GHz
  /// (rIOMMU, ASPLOS 2015).
  sim::DistributionSpec iotlb = sim::ConstantSpec{sim::nanoseconds(709)};
};

/// What only AMD's page request log has.
struct AmdSpec {
  /// PprAutoRspEn. Linux never enables it; then a device whose request is discarded waits for ever.
  bool auto_response = true;
  /// Entries from which requests are answered before the log is full; absent: only when it is.
  std::optional<std::uint32_t> early_threshold;
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

struct IommuSpec {
  IommuKind kind = IommuKind::vtd;
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
  InvalidationSpec invalidation;
  InterruptPolicySpec interrupt;
  AmdSpec amd;  ///< kind amd only
};

}  // namespace faultpath::models
