// Whole runs of recordings with holes: memory is what they touch.
#include <gtest/gtest.h>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kTop = (1ULL << 35) - 2;  // of 128 TiB

std::int64_t bytes(std::uint64_t pages) { return static_cast<std::int64_t>(pages * kPageBytes); }

// Two pages at the bottom and two at the top, twice, one after the other.
SystemSpec stack_and_heap(const StrategySpec& strategy) {
  SystemSpec spec = small_system();
  spec.strategy = strategy;
  replay(spec, trace_of_pages({0x600, 0x601, kTop, kTop + 1, 0x600, 0x601, kTop, kTop + 1}));
  return spec;
}

TEST(SparseRuns, PinTakesFramesForThePagesThatAreTouched) {
  const Seen seen = checked_run(stack_and_heap({"pin", PinSpec{}}));
  EXPECT_EQ(seen.gauge("locked_bytes").final, bytes(4));
  EXPECT_EQ(seen.gauge("resident_bytes").final, bytes(4));
  const MapCostSpec costs;
  EXPECT_EQ(seen.distribution("startup_ns").max,
            4 * (costs.populate_4k + costs.pin + costs.map_4k));
}

// Two ranges of 2 MiB hold a page.
TEST(SparseRuns, PinFillsTheHugePagesThatAreTouched) {
  SystemSpec spec = stack_and_heap({"pin", PinSpec{}});
  spec.devices[0].memory.huge_pages = true;
  const MapCostSpec costs;
  EXPECT_EQ(checked_run(spec).distribution("startup_ns").max,
            2 * (costs.populate_2m + costs.map_2m));
}

// Half of four pages: in a round over four each access faults.
TEST(SparseRuns, AShareIsOfThePagesThatAreTouched) {
  const Seen half = checked_run(stack_and_heap({"lru", LruLockedSpec{.limit = {0.5}}}));
  EXPECT_EQ(half.gauge("locked_bytes").max, bytes(2));
  EXPECT_EQ(half.counters.page_requests, 8U);
  const Seen all = checked_run(stack_and_heap({"lru", LruLockedSpec{.limit = {1.0}}}));
  EXPECT_EQ(all.counters.page_requests, 4U);
  EXPECT_EQ(all.counters.evictions, 0U);
}

TEST(SparseRuns, APremapDoesNotCrossAHole) {
  const Seen seen = checked_run(stack_and_heap({"iopf", IopfSpec{512}}));
  EXPECT_EQ(seen.counters.page_requests, 2U);
  EXPECT_EQ(seen.counters.pages_mapped, 4U);
}

TEST(SparseRuns, PopulatedMemoryIsWhatIsTouched) {
  SystemSpec spec = stack_and_heap({"sva", SvaSpec{}});
  spec.devices[0].memory.populated = true;
  EXPECT_EQ(checked_run(spec).gauge("resident_bytes").max, bytes(4));
}

// The four pages; tables of level 0, 1 and 2 for each end; their common root.
TEST(SparseRuns, GuestMemoryIsForWhatIsTouched) {
  SystemSpec spec = stack_and_heap({"iopf", IopfSpec{}});
  spec.iommu.levels = {4, 4};
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.gauge("resident_bytes").final, bytes(4 + 2 * 3 + 1));
  EXPECT_EQ(seen.counters.faults_stage2, 4U + 2U * 3U + 1U);
}

// Units of 64 KiB: 16 pages around each end, as one is asked for at least.
TEST(SparseRuns, AreasAreWholeUnitsOfTheDevice) {
  SystemSpec spec = stack_and_heap({"pin", PinSpec{}});
  spec.devices[0].memory.huge_pages = true;
  spec.devices[0].ats.stu = 16 * kPageBytes;
  EXPECT_EQ(checked_run(spec).gauge("locked_bytes").final, bytes(32));
}

// Of two pages from the second on, 0x601 is there. It takes one of three places; the three other
// pages take turns in the two that are left.
TEST(SparseRuns, WhatCannotFaultIsPinnedWhereItIsTouched) {
  SystemSpec spec = stack_and_heap({"lru", LruLockedSpec{.limit = {0.75}}});
  spec.devices[0].nonfaultable = {{kPageBytes, 2 * kPageBytes}};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_fatal, 0U);
  EXPECT_EQ(seen.counters.page_requests, 2U * 3U);
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(3));
}

// One space for a trace of four pages and a pattern of 64, whoever comes first.
TEST(SharedSpaceRuns, HoldThePagesOfAllWhoShareThem) {
  for (const bool pattern_first : {false, true}) {
    SystemSpec spec = stack_and_heap({"pin", PinSpec{}});
    spec.devices[0].address_space = "common";
    DeviceSpec pattern = small_system().devices[0];
    pattern.name = "pattern";
    pattern.address_space = "common";
    const auto at = static_cast<std::ptrdiff_t>(pattern_first ? 0 : 1);
    spec.devices.insert(spec.devices.begin() + at, pattern);
    spec.traces.insert(spec.traces.begin() + at, nullptr);
    spec.run.stop.operations = 50;
    EXPECT_EQ(checked_run(spec).gauge("locked_bytes").final, bytes(64 + 4));
  }
}

}  // namespace
}  // namespace faultpath::models
