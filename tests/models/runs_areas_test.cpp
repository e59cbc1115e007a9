// Whole runs of a device on the declared areas of a process: every case of a fault.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

TEST(ZeroPageRuns, ReadingFirstThenWritingIsTwoFaultsAndOneFrame) {
  SystemSpec spec = with_areas({area_of(1)});
  access_in_turn(spec, {{0}, {0, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 2U);
  EXPECT_EQ(seen.counters.page_requests, 2U);
  EXPECT_EQ(seen.counters.zero_page_maps, 1U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1));
}

// The translation for reading leaves the device before the page has its frame.
TEST(ZeroPageRuns, AWriteInvalidatesTheZeroPage) {
  SystemSpec spec = with_areas({area_of(1)});
  access_in_turn(spec, {{0}, {0, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.iotlb_invalidations, 1U);
  EXPECT_EQ(seen.counters.atc_invalidations, 1U);
}

TEST(ZeroPageRuns, WritingFirstIsOneFault) {
  SystemSpec spec = with_areas({area_of(1)});
  access_in_turn(spec, {{0, true}, {0}, {0, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 1U);
  EXPECT_EQ(seen.counters.zero_page_maps, 0U);
}

// 16 MiB four times in 8 MiB.
TEST(ZeroPageRuns, ReadingMoreThanThereIsTakesNoFrames) {
  SystemSpec spec = with_areas({area_of(4096)});
  spec.host.memory = 8 * kMiB;
  access_in_rounds(spec, 4096, 4, 1.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 4096U);
  EXPECT_EQ(seen.counters.faults_spurious, 0U);
  EXPECT_EQ(seen.counters.evictions, 0U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, 0);
}

// Memory that a scenario calls anonymous is an area, though it declares none. One page is read and
// then written, one read only, one written only.
TEST(ZeroPageRuns, AnonymousMemoryOfADeviceHasTheZeroPageWithoutAreas) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].memory.kind = Backing::anonymous;
  access_in_turn(spec, {{1}, {1, true}, {2}, {3, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 4U);
  EXPECT_EQ(seen.counters.zero_page_maps, 2U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(2));
  spec.devices[0].memory.populated = true;
  EXPECT_EQ(checked_run(spec).counters.zero_page_maps, 0U);
}

TEST(ZeroPageRuns, ScatteredAnonymousMemoryIsAnAreaForEachRunOfPages) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].memory.kind = Backing::anonymous;
  access_in_turn(spec, {{5}, {1 << 20, true}, {5}, {1 << 20}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 2U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1));
}

// Software that acts around DMA makes pages present itself.
TEST(ZeroPageRuns, OtherStrategiesBringFramesOfAnonymousMemory) {
  for (const StrategySpec& strategy : {StrategySpec{"iopf", IopfSpec{}}, {"snoop", SnoopSpec{}}}) {
    SystemSpec spec = small_system();
    spec.strategy = strategy;
    spec.devices[0].memory.kind = Backing::anonymous;
    access_in_rounds(spec, 64, 1, 1.0);
    EXPECT_EQ(checked_run(spec).counters.zero_page_maps, 0U) << strategy.name;
  }
}

// Pinning asks to write (get_user_pages), and so does the IOPF series.
TEST(ZeroPageRuns, NoStrategyOfVfioMapsIt) {
  for (const StrategySpec& strategy : {StrategySpec{"iopf", IopfSpec{}},
                                       {"iopf_grow", IopfGrowSpec{}},
                                       {"pin", PinSpec{}},
                                       {"lru_locked", LruLockedSpec{.limit = {0.5}}}}) {
    SCOPED_TRACE(strategy.name);
    SystemSpec spec = with_areas({area_of(64)});
    spec.strategy = strategy;
    access_in_rounds(spec, 64, 1, 1.0);
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.zero_page_maps, 0U);
    EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(64));
  }
}

TEST(SharedAreaRuns, HaveNoZeroPage) {
  SystemSpec spec = with_areas({area_of(1, Backing::shared)});
  access_in_turn(spec, {{0}, {0, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 1U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1));
}

// Outside, before and behind: answered Invalid. So is a write where only reading is permitted.
TEST(InvalidAddresses, AreAnsweredInvalid) {
  for (const StrategySpec& strategy : {StrategySpec{"sva", SvaSpec{}}, {"iopf", IopfSpec{8}}}) {
    SCOPED_TRACE(strategy.name);
    AreaSpec readable = area_of(4);
    readable.at = 10 * kPageBytes;
    readable.access = AreaSpec::Access::read_only;
    AreaSpec writable = area_of(4);
    writable.name = "writable";
    writable.at = 20 * kPageBytes;
    SystemSpec spec = with_areas({readable, writable});
    spec.strategy = strategy;
    access_in_turn(spec, {{10}, {9}, {14}, {24}, {10, true}, {11, true}, {20, true}, {11}});
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.responses_invalid, 5U);
    EXPECT_EQ(seen.counters.faults_fatal, 5U);
    EXPECT_EQ(seen.counters.dma_dropped, 5U);
    EXPECT_EQ(seen.counters.dma_operations, 3U);
  }
}

// An event of on-demand paging that may not be served ends in an error: the device does not ask
// again.
TEST(InvalidAddresses, EndAnEventOfOnDemandPaging) {
  AreaSpec readable = area_of(4);
  readable.access = AreaSpec::Access::read_only;
  SystemSpec spec = with_areas({readable});
  spec.strategy = {"odp", OdpSpec{}};
  access_in_turn(spec, {{0}, {0, true}, {1, true}, {9}, {2}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_fatal, 3U);
  EXPECT_EQ(seen.counters.dma_dropped, 3U);
  EXPECT_EQ(seen.counters.dma_operations, 2U);
  EXPECT_LT(seen.simulated, sim::milliseconds(10));
}

// Every other one is for reading.
TEST(InvalidAddresses, OfAThousandAreasEachHasItsOwnRule) {
  std::vector<AreaSpec> areas;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    areas.push_back(area_of(1));
    areas.back().name = "area_" + std::to_string(i);
    areas.back().at = 3 * i * kPageBytes;
    if (i % 2 == 1) areas.back().access = AreaSpec::Access::read_only;
  }
  SystemSpec spec = with_areas(areas);
  std::vector<PageAccess> accesses;
  for (std::uint64_t i = 0; i < 1000; ++i) accesses.push_back({3 * i, true});
  access_in_turn(spec, accesses);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 500U);
  EXPECT_EQ(seen.counters.responses_invalid, 500U);
}

TEST(InvalidAddresses, PinnedReadOnlyMemoryIsStillReadOnly) {
  AreaSpec readable = area_of(4);
  readable.access = AreaSpec::Access::read_only;
  SystemSpec spec = with_areas({readable});
  spec.strategy = {"pin", PinSpec{}};
  access_in_turn(spec, {{0}, {1, true}});
  const Seen seen = run(spec);  // a device under pin asks for nothing otherwise
  EXPECT_EQ(seen.counters.responses_invalid, 1U);
  EXPECT_EQ(seen.counters.dma_operations, 1U);
}

TEST(InvalidAddresses, BeyondTheEndOfAFileAreAnsweredInvalid) {
  AreaSpec file = area_of(8, Backing::file);
  file.file_size = 3 * kPageBytes - 1;
  SystemSpec spec = with_areas({file});
  access_in_turn(spec, {{2}, {3}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.responses_invalid, 1U);
  EXPECT_EQ(seen.counters.dma_operations, 1U);
}

// 600 pages in 400 frames, written in order: what comes back comes from swap, 8 at a time.
TEST(SwapWindowRuns, AWalkIsOneReadAndSevenHits) {
  SystemSpec spec = with_areas({area_of(600)});
  spec.host.memory = 400 * kPageBytes;
  spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
  access_in_rounds(spec, 600, 4, 0.0);
  const Seen seen = checked_run(spec);
  const double majors = static_cast<double>(seen.counters.faults_major);
  EXPECT_GT(majors, 3.0 * 600.0 / 8.0 * 0.9);
  EXPECT_NEAR(static_cast<double>(seen.counters.readahead_hits) / majors, 7.0, 1.0);
  spec.host.swap.page_cluster = 0;
  const Seen single = checked_run(spec);
  EXPECT_EQ(single.counters.readahead_pages, 0U);
  EXPECT_GT(static_cast<double>(single.counters.faults_major), 4.0 * majors);
}

// zram and the like: nothing comes along, and no request waits in a disk.
TEST(SwapWindowRuns, SynchronousSwapHasNoWindow) {
  SystemSpec spec = with_areas({area_of(600)});
  spec.host.memory = 400 * kPageBytes;
  spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
  spec.host.swap.synchronous = true;
  access_in_rounds(spec, 600, 4, 0.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.readahead_pages, 0U);
  EXPECT_GT(seen.counters.faults_major, 600U);
}

SystemSpec with_huge_pages(AreaSpec::Huge huge, std::uint64_t pages) {
  AreaSpec area = area_of(pages);
  area.huge = huge;
  return with_areas({area});
}

TEST(HugePageRuns, AFaultBringsTwoMebibytes) {
  SystemSpec spec = with_huge_pages(AreaSpec::Huge::always, 1024);
  access_in_rounds(spec, 1024, 1, 0.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 2U);
  EXPECT_EQ(seen.counters.huge_faults, 2U);
  EXPECT_EQ(seen.counters.atc_misses, 2U) << "a translation covers 2 MiB";
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(1024));
}

TEST(HugePageRuns, OnlyWholeRangesOfTheAreaAreHuge) {
  SystemSpec spec = with_huge_pages(AreaSpec::Huge::always, 512 + 100);
  access_in_rounds(spec, 612, 1, 0.0);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.huge_faults, 1U);
  EXPECT_EQ(seen.counters.faults_minor, 1U + 100U);
}

TEST(HugePageRuns, ReadingFirstMapsTheHugeZeroPageAndWritingItWholly) {
  SystemSpec spec = with_huge_pages(AreaSpec::Huge::always, 512);
  access_in_turn(spec, {{3}, {400}, {5, true}, {200, true}});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 2U);
  EXPECT_EQ(seen.counters.zero_page_maps, 512U);
  EXPECT_EQ(seen.counters.huge_faults, 1U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(512));
}

// 1024 pages in 800 frames: the second huge page is not free. Who asked for huge pages reclaims.
TEST(HugePageRuns, WithoutFreeFramesOnlyAnAreaThatAskedForThemGetsThem) {
  for (const AreaSpec::Huge huge : {AreaSpec::Huge::always, AreaSpec::Huge::madvise}) {
    SystemSpec spec = with_huge_pages(huge, 1024);
    spec.host.memory = 800 * kPageBytes;
    access_in_rounds(spec, 1024, 1, 0.0);
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.huge_faults, huge == AreaSpec::Huge::always ? 1U : 2U);
    EXPECT_EQ(seen.counters.huge_splits, 1U);
    EXPECT_GT(seen.counters.evictions, 0U);
  }
}

}  // namespace
}  // namespace faultpath::models
