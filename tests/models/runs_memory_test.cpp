// Whole runs with less memory than the devices reach, and with memory that they share.
#include <gtest/gtest.h>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

std::int64_t bytes(std::uint64_t pages) { return static_cast<std::int64_t>(pages * kPageBytes); }

// 600 pages in 400 frames.
SystemSpec overcommitted(const StrategySpec& strategy) {
  SystemSpec spec = small_system();
  spec.host.memory = 400 * kPageBytes;
  spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
  spec.devices[0].workload.kind = WorkloadKind::uniform;
  spec.devices[0].workload.footprint = 600 * kPageBytes;
  spec.devices[0].workload.queue_depth = 8;
  spec.run.stop.operations = 4000;
  spec.strategy = strategy;
  return spec;
}

TEST(SwappingRuns, ConserveEverythingAndLoseNothing) {
  for (const StrategySpec& strategy : {StrategySpec{"iopf", IopfSpec{}},
                                       {"iopf", IopfSpec{8}},
                                       {"sva", SvaSpec{}},
                                       {"lru_locked", LruLockedSpec{.limit = {0.3}}}}) {
    SCOPED_TRACE(strategy.name);
    const Seen seen = checked_run(overcommitted(strategy));
    EXPECT_GT(seen.counters.faults_major, 0U);
    EXPECT_GT(seen.counters.evictions, 0U);
    EXPECT_EQ(seen.counters.faults_fatal, 0U);
    EXPECT_EQ(seen.counters.dma_dropped, 0U);
    EXPECT_LE(seen.gauge("resident_bytes").max, bytes(400));
    EXPECT_LE(seen.gauge("mapped_bytes").max, seen.gauge("resident_bytes").max);
  }
}

TEST(SwappingRuns, DoNotHappenWithMemoryToSpare) {
  SystemSpec spec = overcommitted({"iopf", IopfSpec{}});
  spec.host.memory = 4000 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_major, 0U);
  EXPECT_EQ(seen.counters.evictions, 0U);
}

// sva sees accesses: what was only read is clean and leaves without a write, and comes back zeroed.
TEST(SwappingRuns, SwapOnlyWhatWasWritten) {
  SystemSpec spec = overcommitted({"sva", SvaSpec{}});
  spec.devices[0].workload.reads = 1.0;
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_EQ(seen.counters.faults_major, 0U);
}

TEST(PinnedRuns, FailWhenPinnedPagesFillMemory) {
  const Seen seen = checked_run(overcommitted({"iopf_grow", IopfGrowSpec{}}));
  EXPECT_GT(seen.counters.faults_fatal, 0U);
  EXPECT_EQ(seen.counters.responses_invalid, seen.counters.faults_fatal);
  EXPECT_GT(seen.counters.dma_dropped, 0U);
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(400));
}

TEST(FileRuns, ReadEachPageOnceAndPopulatedOnesNever) {
  SystemSpec spec = small_system();
  spec.devices[0].memory.kind = Backing::file;
  EXPECT_EQ(checked_run(spec).counters.faults_major, 64U);
  spec.devices[0].memory.populated = true;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_major, 0U);
  EXPECT_EQ(c.faults_minor, 64U);
}

// Two devices over the same 200 pages.
SystemSpec shared(const StrategySpec& strategy) {
  SystemSpec spec = small_system();
  spec.devices[0].count = 2;
  spec.devices[0].address_space = "common";
  spec.devices[0].workload.kind = WorkloadKind::uniform;
  spec.devices[0].workload.footprint = 200 * kPageBytes;
  spec.devices[0].workload.queue_depth = 4;
  spec.run.stop.operations = 4000;
  spec.strategy = strategy;
  return spec;
}

TEST(SharedSpaceRuns, FaultEachPageOnceForAllDevices) {
  for (const StrategySpec& strategy :
       {StrategySpec{"iopf", IopfSpec{}}, {"iopf_grow", IopfGrowSpec{}}, {"sva", SvaSpec{}}}) {
    SCOPED_TRACE(strategy.name);
    const Seen seen = checked_run(shared(strategy));
    EXPECT_EQ(seen.counters.faults_minor, 200U);
    EXPECT_EQ(seen.counters.pages_mapped, 200U);
    // Both may ask for a page before either has it: the later finds it there.
    EXPECT_EQ(seen.counters.page_requests, 200U + seen.counters.faults_spurious);
  }
}

TEST(SharedSpaceRuns, InvalidateInEveryDevice) {
  const Seen seen = checked_run(shared({"lru_locked", LruLockedSpec{.limit = {0.25}}}));
  EXPECT_GT(seen.counters.evictions, 100U);
  EXPECT_EQ(seen.counters.iotlb_invalidations, seen.counters.evictions);
  EXPECT_EQ(seen.counters.atc_invalidations, 2 * seen.counters.evictions);
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(50));
}

TEST(SeparateSpaceRuns, FaultForEachDevice) {
  SystemSpec spec = shared({"iopf", IopfSpec{}});
  spec.devices[0].address_space.reset();
  EXPECT_EQ(checked_run(spec).counters.faults_minor, 400U);
}

// Poisson faults on new pages, 50 us apart, so that they see the lock at random moments.
SystemSpec with_writers(const StrategySpec& strategy, double writers) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.footprint = 5000 * kPageBytes;
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 20'000;
  spec.run.stop.operations = 5000;
  spec.host.mmap_lock.writers = writers;
  spec.strategy = strategy;
  return spec;
}

// Sections of 5 us after exponential gaps of 5 us: the lock is held half of the time, and then for
// another 2.5 us on the average. Over 5000 faults that mean has a deviation of some 25 ns; faults
// that come close together wait for each other besides.
TEST(MmapLockRuns, WritersDelayFaultsOfSva) {
  const Seen quiet = checked_run(with_writers({"sva", SvaSpec{}}, 0.0));
  const Seen contended = checked_run(with_writers({"sva", SvaSpec{}}, 200'000.0));
  EXPECT_EQ(quiet.stage("handle").max, sim::nanoseconds(750));
  EXPECT_NEAR(contended.stage("handle").mean_ns, 750.0 + 0.5 * 2500.0, 120.0);
  EXPECT_EQ(contended.counters.faults_minor, 5000U);
}

TEST(MmapLockRuns, WritersDoNotTouchStrategiesThatMapByThemselves) {
  const Seen quiet = checked_run(with_writers({"iopf", IopfSpec{}}, 0.0));
  const Seen contended = checked_run(with_writers({"iopf", IopfSpec{}}, 200'000.0));
  EXPECT_EQ(difference(quiet, contended), "");
}

}  // namespace
}  // namespace faultpath::models
