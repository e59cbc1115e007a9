// Whole runs of devices that cannot fault on some of their pages, or on any.
#include <gtest/gtest.h>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kRing = 8;  // pages at the start that hold descriptors

SystemSpec with_ring(StrategySpec strategy) {
  SystemSpec spec = small_system();
  spec.devices[0].nonfaultable = {{0, kRing * kPageBytes}};
  spec.strategy = std::move(strategy);
  return spec;
}
std::int64_t bytes(std::uint64_t pages) { return static_cast<std::int64_t>(pages * kPageBytes); }

// Semantics of S4: pinned at attach, the rest stays faultable.
TEST(Nonfaultable, PagesArePinnedAtAttachAndOnlyTheyAre) {
  const Seen seen = checked_run(with_ring({"iopf", IopfSpec{}}));
  EXPECT_EQ(seen.counters.page_requests, 64 - kRing);
  EXPECT_EQ(seen.counters.faults_fatal, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").final, bytes(kRing));
}

TEST(Nonfaultable, AttachTakesFaultPinAndMapOfEachPage) {
  const SystemSpec spec = with_ring({"iopf", IopfSpec{}});
  const MapCostSpec& cost = spec.host.map_cost;
  EXPECT_EQ(checked_run(spec).distribution("startup_ns").max,
            static_cast<int>(kRing) * (sim::nanoseconds(750) + cost.pin + cost.map_4k));
}

TEST(Nonfaultable, RangesThatOverlapPinTheirPagesOnce) {
  SystemSpec spec = with_ring({"iopf", IopfSpec{}});
  spec.devices[0].nonfaultable.push_back({4 * kPageBytes + 1, 4 * kPageBytes});  // pages 4 to 8
  EXPECT_EQ(checked_run(spec).gauge("locked_bytes").final, bytes(kRing + 1));
}

// They count first, and are never evicted: pages 0 to 7 hit in each of three rounds.
TEST(Nonfaultable, PagesStayUnderALockedLimit) {
  LruLockedSpec lru;
  lru.limit.value = (kRing + 4) * kPageBytes;
  SystemSpec spec = with_ring({"lru_locked", lru});
  spec.run.stop.operations = 3 * 64;
  spec.devices[0].ats.ways = 1;
  spec.devices[0].ats.entries = 1;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 3 * (64 - kRing));
  EXPECT_EQ(seen.counters.faults_fatal, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(kRing + 4));
}

// Nobody pins for a device that shares the page table of a process.
TEST(Nonfaultable, AnAbsentPageIsFatalWhereTheStrategyCannotPin) {
  const Seen seen = checked_run(with_ring({"sva", SvaSpec{}}));
  EXPECT_EQ(seen.counters.faults_fatal, kRing);
  EXPECT_EQ(seen.counters.dma_dropped, kRing);
  EXPECT_EQ(seen.counters.page_requests, 64 - kRing);
  EXPECT_EQ(seen.gauge("locked_bytes").max, 0);
}

TEST(Nonfaultable, PinningEverythingNeedsNoMore) {
  SystemSpec plain = small_system();
  plain.strategy = {"pin", PinSpec{}};
  const Seen with = checked_run(with_ring({"pin", PinSpec{}}));
  EXPECT_EQ(with.gauge("locked_bytes").final, run(plain).gauge("locked_bytes").final);
}

// VT-d 7.1.1: what misses is not recoverable, the access is aborted.
TEST(WithoutAts, WhatMissesFailsWithoutAPageRequest) {
  SystemSpec spec = small_system();
  spec.devices[0].ats.enabled = false;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.dma_dropped, 64U);
  EXPECT_EQ(c.faults_fatal, 64U);
  EXPECT_EQ(c.page_requests, 0U);
  EXPECT_EQ(c.ats_requests, 0U);
}

TEST(WithoutAts, ADeviceRunsOnPinnedMemory) {
  SystemSpec spec = small_system();
  spec.devices[0].ats.enabled = false;
  spec.strategy = {"pin", PinSpec{}};
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.dma_dropped + c.faults_fatal, 0U);
  EXPECT_EQ(c.iotlb_hits + c.iotlb_misses, 64U) << "each access is translated on its way";
}

// Arm: the access is held in the SMMU until its page is there.
TEST(WithoutAts, AnAccessStallsInAnSmmuThatCan) {
  SystemSpec spec = small_system();
  spec.devices[0].ats.enabled = false;
  spec.iommu.kind = IommuKind::smmu_stall;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.dma_dropped + c.faults_fatal, 0U);
  EXPECT_EQ(c.page_requests, 64U);
}

TEST(WithoutAts, AnEvictionInvalidatesNoDevice) {
  LruLockedSpec lru;
  lru.limit.value = 16 * kPageBytes;
  SystemSpec spec = small_system();
  spec.strategy = {"lru_locked", lru};
  DeviceSpec without = spec.devices[0];
  without.name = "without";
  without.ats.enabled = false;
  spec.devices[0].address_space = without.address_space = "common";
  spec.devices.push_back(without);
  spec.traces.emplace_back();
  spec.run.stop.operations = 1000;  // most of them fail, at once
  const Counters c = checked_run(spec).counters;
  EXPECT_GT(c.evictions, 0U);
  EXPECT_EQ(c.atc_invalidations, c.iotlb_invalidations) << "one device of two has a TLB";
}

}  // namespace
}  // namespace faultpath::models
