// Whole runs with base pages of 16 and 64 KiB.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::array kSizes{PageSize{}, PageSize::of_bytes(16 * kKiB),
                            PageSize::of_bytes(64 * kKiB)};

void set_size(SystemSpec& spec, PageSize size) {
  spec.host.page_size = size;
  spec.iommu.levels.stage1 = usual_levels(size);
}

SystemSpec with_pages(PageSize size, IommuKind kind = IommuKind::smmu_pri) {
  SystemSpec spec = small_system();
  spec.iommu.kind = kind;
  set_size(spec, size);
  return spec;
}

std::int64_t signed_bytes(std::uint64_t bytes) { return static_cast<std::int64_t>(bytes); }

// 16 MiB, written in operations of 4 KiB, one after the other.
SystemSpec writing_16m(PageSize size, IommuKind kind) {
  SystemSpec spec = with_pages(size, kind);
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].workload.footprint = 16 * kMiB;
  spec.devices[0].workload.reads = 0.0;
  spec.run.stop.operations = 16 * kMiB / (4 * kKiB);
  return spec;
}

TEST(PageSizeRuns, AFaultBringsOneBasePage) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    const std::uint64_t pages = 16 * kMiB / size.bytes();
    const Seen seen = checked_run(writing_16m(size, IommuKind::smmu_pri));
    EXPECT_EQ(seen.counters.page_accesses, 4096U);
    EXPECT_EQ(seen.counters.page_requests, pages);
    EXPECT_EQ(seen.counters.faults_minor, pages);
    EXPECT_EQ(seen.counters.pages_mapped, pages);
    EXPECT_EQ(seen.counters.atc_misses, pages);
    EXPECT_EQ(seen.counters.atc_hits, 4096U - pages);
    EXPECT_EQ(seen.gauge("resident_bytes").final, 16LL << 20);
    EXPECT_EQ(seen.gauge("mapped_bytes").final, 16LL << 20);
  }
}

// Each first access stalls, and is found when software resumes it.
TEST(PageSizeRuns, AStallIsForOneBasePage) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    const std::uint64_t pages = 16 * kMiB / size.bytes();
    const Seen seen = checked_run(writing_16m(size, IommuKind::smmu_stall));
    EXPECT_EQ(seen.counters.page_requests, pages);
    EXPECT_EQ(seen.counters.faults_minor, pages);
    EXPECT_EQ(seen.gauge("resident_bytes").final, 16LL << 20);
  }
}

// Without a walk cache each miss of the IOTLB reads one entry of every level.
TEST(PageSizeRuns, AWalkReadsAnEntryOfEachLevelOfTheGranule) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    SystemSpec spec = writing_16m(size, IommuKind::smmu_pri);
    spec.strategy = {"pin", PinSpec{}};
    spec.iommu.walk_cache.entries = 0;
    const Seen seen = checked_run(spec);
    const std::uint64_t pages = 16 * kMiB / size.bytes();
    EXPECT_EQ(seen.counters.iotlb_misses, pages);
    EXPECT_EQ(seen.counters.walk_reads, pages * (size == kSizes[2] ? 3U : 4U));
    EXPECT_EQ(seen.gauge("locked_bytes").final, 16LL << 20);
  }
}

// 1,024 pages lie below 2 tables of 512 entries, and below one of 2,048 or of 8,192. The walk to
// the first page reads every level, the first behind a new table of leaves 2, the others 1.
TEST(PageSizeRuns, AWalkCacheHoldsTheTablesOfTheGranule) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    SystemSpec spec = with_pages(size);
    spec.strategy = {"pin", PinSpec{}};
    spec.host.memory = 128 * kMiB;
    spec.devices[0].workload.footprint = size.bytes_of(1024);
    spec.devices[0].workload.kind = StrideSpec{size.bytes()};
    spec.run.stop.operations = 1024;
    const std::uint64_t tables = 1024 / std::min<std::uint64_t>(size.table_entries(), 1024);
    EXPECT_EQ(checked_run(spec).counters.walk_reads,
              1024 + (spec.iommu.levels.stage1 - 1) + (tables - 1));
  }
}

// From 32 KiB to 96 KiB.
TEST(PageSizeRuns, AnOperationTouchesTheBasePagesThatItLiesIn) {
  constexpr std::array kPages{16U, 4U, 2U};
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    SystemSpec spec = with_pages(kSizes[i]);
    auto trace = std::make_shared<TraceData>();
    trace->entries.push_back({{Iova{32 * kKiB}, 64 * kKiB, false}, {}, 0, 0});
    replay(spec, std::move(trace));
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.page_accesses, kPages[i]);
    EXPECT_EQ(seen.counters.page_requests, kPages[i]);
    EXPECT_EQ(seen.counters.dma_bytes, 64 * kKiB);
  }
}

TEST(PageSizeRuns, LimitsOfLockedMemoryAreBytes) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    SystemSpec spec = writing_16m(size, IommuKind::smmu_pri);
    spec.strategy = {"lru", LruLockedSpec{.limit = {1 * kMiB}}};
    const Seen limited = checked_run(spec);
    EXPECT_EQ(limited.gauge("locked_bytes").max, 1 << 20);
    EXPECT_EQ(limited.counters.evictions, 15 * kMiB / size.bytes());
    spec.strategy = {"iopf_grow", IopfGrowSpec{}};
    spec.host.mapping.memlock = 1 * kMiB;
    const Seen refused = checked_run(spec);
    EXPECT_EQ(refused.gauge("locked_bytes").max, 1 << 20);
    EXPECT_GT(refused.counters.pins_refused, 0U);
  }
}

// A cgroup of 4 MiB: what is over it is reclaimed by who faults.
TEST(PageSizeRuns, BoundsOfMemoryAreBytes) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    SystemSpec spec = writing_16m(size, IommuKind::smmu_pri);
    spec.host.memory_cgroup.max = 4 * kMiB;
    EXPECT_EQ(checked_run(spec).gauge("resident_bytes").max, 4LL << 20);
  }
}

// In a cached file a read fault maps 64 KiB of neighbours: one base page of 64 KiB has none.
TEST(PageSizeRuns, FaultAroundIsBytes) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    AreaSpec area = area_of(0, Backing::file);
    area.size = 1 * kMiB;
    SystemSpec spec = with_areas({area});
    spec.iommu.kind = IommuKind::smmu_pri;
    set_size(spec, size);
    access_in_rounds(spec, 1 * kMiB / kPageBytes, 1, 1.0);
    spec.host.page_cache.read_ahead = 1 * kMiB;  // the first miss reads all of the file
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.gauge("mapped_bytes").final, 1 << 20);
    if (size.bytes() == 64 * kKiB) EXPECT_EQ(seen.counters.fault_around_pages, 0U);
    if (size.bytes() < 64 * kKiB) EXPECT_GT(seen.counters.fault_around_pages, 0U);
  }
}

// A folio is zeroed by the byte, as a huge page of 2 MiB in 101 us.
TEST(PageSizeRuns, ZeroingAFolioTakesItsBytes) {
  for (const PageSize size : kSizes) {
    SCOPED_TRACE(size.bytes());
    AreaSpec area = area_of(0);
    area.size = size.bytes_of(64);
    area.folios = {size.bytes_of(4)};
    SystemSpec spec = with_areas({area});
    spec.iommu.kind = IommuKind::smmu_pri;
    set_size(spec, size);
    spec.host.page_fault.huge = constant(sim::nanoseconds(2048));  // 1 ns for 1 KiB
    spec.devices[0].workload.kind = StrideSpec{size.bytes()};
    spec.devices[0].workload.footprint = area.size;
    spec.devices[0].workload.reads = 0.0;
    spec.run.stop.operations = 64;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.folio_faults, 16U);
    EXPECT_EQ(seen.counters.folio_pages, 64U);
    EXPECT_EQ(seen.gauge("resident_bytes").final, signed_bytes(area.size));
    const sim::Duration zeroing = sim::nanoseconds(signed_bytes(3 * size.bytes() / kKiB));
    SystemSpec alone = spec;
    alone.host.page_fault.huge = constant(sim::Duration{});
    const Seen without = checked_run(alone);
    EXPECT_EQ(seen.distribution("fault_latency_ns").max,
              without.distribution("fault_latency_ns").max + zeroing);
  }
}

// A thread pins as many pages at a time as a page holds pointers: 512 or 8,192 (VFIO). Of 1,024
// pages two threads have a batch each, or one of them has all.
TEST(PageSizeRuns, ABatchOfPinningIsAPageOfPointers) {
  const auto startup = [](PageSize size) {
    SystemSpec spec = with_pages(size);
    spec.strategy = {"pin", PinSpec{}};
    spec.host.memory = 128 * kMiB;
    spec.host.mapping.pinning.threads = 2;
    spec.host.mapping.pinning.slowdown = 0.0;
    spec.host.mapping.pinning.hand_over_per_waiter = sim::Duration{};
    spec.devices[0].workload.footprint = size.bytes_of(1024);
    return checked_run(spec).distribution("startup_ns").max;
  };
  const MapCostSpec costs;
  const sim::Duration page = costs.populate_4k + costs.pin + costs.map_4k;
  EXPECT_EQ(startup(kSizes[0]), 512 * page);
  EXPECT_EQ(startup(kSizes[2]), 1024 * page);
}

constexpr std::uint64_t kFew = 40;  // frames, for 51 pages

/// A system whose pages are as large, with all that is told in bytes: the same pages are asked for
/// at the same times.
struct Alike {
  std::string name;
  decltype(StrategySpec::kind) strategy;
  IommuKind kind = IommuKind::smmu_pri;
  std::uint64_t frames = 4096;
  Backing backing = Backing::written;
};

// 300 accesses of 4 KiB at the starts of 51 pages, in no order; a third writes. The fingerprint is
// that of times, not of addresses.
SystemSpec alike(const Alike& how, PageSize size) {
  const std::uint64_t larger = size.bytes() / kPageBytes;
  SystemSpec spec = with_pages(size, how.kind);
  spec.iommu.levels.stage1 = 3;
  spec.strategy = {"strategy", how.strategy};
  if (auto* const lru = std::get_if<LruLockedSpec>(&spec.strategy.kind)) {
    lru->limit.value = size.bytes_of(20);
  }
  if (auto* const selective = std::get_if<SelectiveSpec>(&spec.strategy.kind)) {
    selective->pinned.ranges = {{size.bytes_of(3), size.bytes_of(5)}};
  }
  spec.host.memory = size.bytes_of(how.frames);
  spec.host.swap.synchronous = true;
  spec.host.swap.bandwidth = 3e9 * static_cast<double>(larger);
  spec.devices[0].memory.kind = how.backing;
  spec.devices[0].nonfaultable = {{size.bytes_of(1), size.bytes_of(2)}};
  spec.devices[0].workload.queue_depth = 4;
  auto trace = std::make_shared<TraceData>();
  for (std::uint64_t i = 0; i < 300; ++i) {
    const IovaPage page{i * i * 7 % 101};
    trace->entries.push_back({{start_of(page, size), 4096, i % 3 == 0}, {}, 0, 0});
  }
  replay(spec, std::move(trace));
  spec.run.fingerprint.key = false;
  return spec;
}

TEST(PageSizeRuns, PagesOfAnySizeAreServedAlike) {
  const Alike cases[] = {
      {"iopf", IopfSpec{4}},
      {"sva", SvaSpec{}},
      {"sva, stall", SvaSpec{}, IommuKind::smmu_stall},
      {"sva, reclaim", SvaSpec{}, IommuKind::smmu_pri, kFew},
      {"sva, reclaim of zero pages", SvaSpec{}, IommuKind::smmu_pri, kFew, Backing::anonymous},
      {"iopf, file", IopfSpec{}, IommuKind::smmu_pri, kFew, Backing::file},
      {"lru_locked", LruLockedSpec{}},
      {"lru_locked, reclaim", LruLockedSpec{}, IommuKind::smmu_pri, kFew, Backing::shared},
      {"selective", SelectiveSpec{}},
      {"iopf_grow", IopfGrowSpec{}},
      {"pin", PinSpec{}},
      {"odp", OdpSpec{}},
  };
  for (const Alike& how : cases) {
    const Seen small = checked_run(alike(how, {}));
    if (how.frames == kFew) EXPECT_GT(small.counters.evictions, 0U) << how.name;
    for (const PageSize size : {kSizes[1], kSizes[2]}) {
      SCOPED_TRACE(how.name + ", " + std::to_string(size.bytes()));
      const Seen large = checked_run(alike(how, size));
      const auto larger = static_cast<std::int64_t>(size.bytes() / kPageBytes);
      if (how.backing != Backing::file) {
        EXPECT_EQ(large.fingerprint, small.fingerprint) << "the trajectory";
        EXPECT_EQ(large.simulated, small.simulated);
        EXPECT_TRUE(large.distributions == small.distributions);
      }
      EXPECT_NEAR(sim::to_seconds(large.simulated) / sim::to_seconds(small.simulated), 1.0, 1e-5)
          << "SimGrid rounds the times of its disk";
      EXPECT_EQ(large.counters.page_requests, small.counters.page_requests);
      EXPECT_EQ(large.counters.faults_major, small.counters.faults_major);
      EXPECT_EQ(large.counters.walk_reads, small.counters.walk_reads);
      EXPECT_EQ(large.counters.evictions, small.counters.evictions);
      for (const char* const gauge : {"locked_bytes", "mapped_bytes", "resident_bytes"}) {
        EXPECT_EQ(large.gauge(gauge).max, larger * small.gauge(gauge).max) << gauge;
        EXPECT_EQ(large.gauge(gauge).final, larger * small.gauge(gauge).final) << gauge;
      }
    }
  }
}

}  // namespace
}  // namespace faultpath::models
