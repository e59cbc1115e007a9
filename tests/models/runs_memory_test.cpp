// Whole runs with less memory than the devices reach, and with memory that they share.
#include <gtest/gtest.h>

#include <cmath>

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
  spec.devices[0].workload.kind = UniformSpec{};
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
  EXPECT_EQ(seen.counters.requests_unserved, seen.counters.faults_fatal);
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
  spec.devices[0].workload.kind = UniformSpec{};
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

constexpr int kFaults = 5000;
constexpr double kFaultRate = 10'000;  // per second

// Poisson faults on new pages, rare, so that they see the lock at random moments.
SystemSpec with_writers(const StrategySpec& strategy, double writers) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.footprint = kFaults * kPageBytes;
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = kFaultRate;
  spec.run.stop.operations = kFaults;
  spec.host.mmap_lock.writers = writers;
  spec.strategy = strategy;
  return spec;
}

/// First and second moment of the wait in M/G/1 (Takacs). Customers are write sections of 5 us and,
/// by their share, faults of 750 ns. In nanoseconds.
struct LockWait {
  explicit LockWait(double writers) {
    const double hold = 5000.0, fault = 750.0;
    const double w = writers / 1e9, f = kFaultRate / 1e9;
    const double left = 1.0 - w * hold - f * fault;
    mean = (w * hold * hold + f * fault * fault) / (2.0 * left);
    const double third = (w * hold * hold * hold + f * fault * fault * fault) / (3.0 * left);
    deviation = std::sqrt(mean * mean + third);
  }
  double mean, deviation;
};

// `counts`: the handler takes the lock for writing, too, when it has pinned a page and counts it.
// It then waits for the sections that have come since it asked for the lock the first time, all of
// which are still to do: their arrival rate times the first wait and its own time, times a section.
void expect_waits(const StrategySpec& strategy, double writers, bool counts = false) {
  SCOPED_TRACE(strategy.name);
  const Seen quiet = checked_run(with_writers(strategy, 0.0));
  const Seen contended = checked_run(with_writers(strategy, writers));
  const LockWait wait(writers);
  // What one fault sees is much like what the next sees when the lock empties seldom.
  const double load = writers * 5e-6;
  const double error = wait.deviation / std::sqrt(kFaults) / (1.0 - load);
  const double extra = contended.stage("handle").mean_ns - quiet.stage("handle").mean_ns;
  const double again = counts ? load * (wait.mean + quiet.stage("handle").mean_ns) : 0.0;
  EXPECT_NEAR(extra, wait.mean + again, 3.0 * error * (counts ? 1.0 + load : 1.0)) << writers;
  EXPECT_EQ(contended.counters.faults_minor, quiet.counters.faults_minor);
  const double expected = writers * kFaults / kFaultRate;
  EXPECT_NEAR(static_cast<double>(contended.counters.mmap_lock_sections), expected,
              5.0 * std::sqrt(expected) + expected * 3.0 / std::sqrt(kFaults));
}

// M/D/1: 0.278, 2.50 and 10.0 us but for the share of the faults.
TEST(MmapLockRuns, WritersDelayAFaultByTheWaitOfTheirQueue) {
  for (const double writers : {20'000.0, 100'000.0, 160'000.0}) {
    expect_waits({"sva", SvaSpec{}}, writers);
  }
}

TEST(MmapLockRuns, WritersDelayEveryHandlerThatFaultsInPagesOfAProcess) {
  expect_waits({"iopf", IopfSpec{}}, 100'000.0);
  expect_waits({"iopf_grow", IopfGrowSpec{}}, 100'000.0, true);
  expect_waits({"lru_locked", LruLockedSpec{.limit = {1.0}}}, 100'000.0, true);
}

// A run of pages is made resident under one lock: a fault in 8 pages waits once.
TEST(MmapLockRuns, APremapWaitsOnce) {
  const Seen quiet = checked_run(with_writers({"iopf", IopfSpec{8}}, 0.0));
  const Seen contended = checked_run(with_writers({"iopf", IopfSpec{8}}, 20'000.0));
  const double faults = static_cast<double>(contended.counters.faults_minor);
  EXPECT_NEAR(faults, kFaults / 8, kFaults / 80);
  const LockWait wait(20'000.0);
  const double extra = contended.stage("handle").mean_ns - quiet.stage("handle").mean_ns;
  EXPECT_NEAR(extra, wait.mean, 4.0 * wait.deviation / std::sqrt(faults));
}

}  // namespace
}  // namespace faultpath::models
