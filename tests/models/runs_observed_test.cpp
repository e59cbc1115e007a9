// What the observed time covers: operations that complete in it, and levels no longer than it.
#include <gtest/gtest.h>

#include <utility>

#include "models/iommu/iommu_events.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using sim::picoseconds;

std::int64_t bytes(std::uint64_t pages) { return static_cast<std::int64_t>(pages * kPageBytes); }

// Everything is mapped before the start, and a link of 1 GB/s is the bottleneck.
SystemSpec saturated(std::uint32_t operation, std::uint32_t depth) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].link.bandwidth = 1e9;
  spec.devices[0].workload.footprint = 1 * kMiB;
  spec.devices[0].workload.operation = operation;
  spec.devices[0].workload.queue_depth = depth;
  spec.run.stop = {};
  return spec;
}

// However deep the queue and whatever part of the run is the warm-up: what a link of 1 GB/s has
// carried in the observed time, to one operation at each of its ends.
TEST(ObservedTime, ASaturatedLinkCarriesItsBandwidth) {
  for (const std::uint32_t depth : {4U, 32U, 256U}) {
    for (const auto warmup : {microseconds(0), microseconds(300), microseconds(700)}) {
      SCOPED_TRACE(depth);
      SystemSpec spec = saturated(64 * kKiB, depth);
      spec.run.stop.duration = microseconds(1000);
      spec.run.warmup = warmup;
      const Seen seen = checked_run(spec);
      const double carried = sim::to_seconds(seen.simulated - warmup) * 1e9;
      EXPECT_NEAR(static_cast<double>(seen.counters.dma_bytes), carried, 64.0 * kKiB);
      EXPECT_EQ(seen.counters.dma_bytes, seen.counters.dma_operations * 64 * kKiB);
    }
  }
}

// One operation at a time, each a transfer and a round trip, the first behind its translation: from
// the second on they end in equal steps. What ends as the warm-up ends belongs to the warm-up.
TEST(ObservedTime, AnOperationCountsWhereItEnds) {
  SystemSpec spec = saturated(4 * kKiB, 1);
  spec.devices[0].workload.footprint = 4 * kKiB;
  spec.run.stop.operations = 100;
  const Duration each = sim::transfer_time(4 * kKiB, 1e9) + 2 * spec.devices[0].link.latency;
  const Duration tenth = run(spec).simulated - 90 * each;
  for (const auto& [warmup, counted] : {std::pair{tenth - picoseconds(1), 91U},
                                        {tenth, 90U},
                                        {tenth + picoseconds(1), 90U},
                                        {tenth + each, 89U}}) {
    spec.run.warmup = warmup;
    EXPECT_EQ(checked_run(spec).counters.dma_operations, counted);
  }
}

// Latencies still cover what begins after the warm-up: one operation less each.
TEST(ObservedTime, LatenciesCoverWhatBeginsInIt) {
  SystemSpec spec = saturated(4 * kKiB, 8);
  spec.run.stop.operations = 500;
  spec.run.warmup = microseconds(500);
  const Seen seen = checked_run(spec);
  const Counters& c = seen.counters;
  EXPECT_EQ(seen.distribution("dma_latency_ns").count + 8, c.dma_operations)
      << "eight were on their way";
}

TEST(ObservedTime, OperationsThatFailAreNoThroughput) {
  SystemSpec spec = small_system();
  spec.devices[0].on_fault = AbortSpec{};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 0U);
  EXPECT_EQ(seen.counters.dma_bytes, 0U);
  EXPECT_EQ(seen.counters.dma_dropped, 64U);
  EXPECT_EQ(seen.counters.faults_fatal, 64U) << "each had a fault that nobody was asked about";
  EXPECT_EQ(seen.distribution("fault_latency_ns").count, 0U);
}

// Its data goes to the ring first, and from there to its place.
TEST(ObservedTime, ADivertedOperationCountsOnce) {
  SystemSpec spec = small_system();
  spec.devices[0].on_fault = BackupRingSpec{};
  spec.devices[0].workload.reads = 0.0;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
  EXPECT_EQ(seen.counters.dma_bytes, 64 * kPageBytes);
  EXPECT_EQ(seen.counters.dma_dropped, 0U);
}

// Each page is absent once: its operation is dropped and sent again after the timeout.
TEST(ObservedTime, RetransmissionsAreTimeouts) {
  SystemSpec spec = small_system();
  spec.devices[0].on_fault = DropSpec{.timeout = microseconds(100)};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.timeouts, 64U);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
}

// An SMMU that only terminates: its records wait in the queue when the device has long finished.
TEST(ObservedTime, LevelsEndWithTheDevices) {
  SystemSpec spec = small_system();
  spec.host.cores = 1;
  spec.host.interrupt.per_request = constant(microseconds(5));
  spec.iommu.kind = IommuKind::smmu_stall;
  spec.iommu.kind.as<SmmuStallSpec>().model = StallModel::terminate_only;
  spec.iommu.queue_entries = 64;
  spec.devices[0].ats.enabled = false;
  spec.devices[0].workload.queue_depth = 8;
  const Seen seen = checked_run(spec);
  const Level& depth = seen.gauge("queue_depth");
  EXPECT_GT(depth.final, 0) << "software is late";
  EXPECT_LE(depth.max, 64);
  EXPECT_LE(depth.mean, static_cast<double>(depth.max));
}

// They are pinned before the clock of the scenario starts, and they are what the run has pinned.
TEST(ObservedTime, StartUpBelongsToWhatARunHasPinned) {
  for (const auto warmup : {microseconds(0), microseconds(10)}) {
    SystemSpec spec = small_system();
    spec.strategy = {"pin", PinSpec{}};
    spec.run.warmup = warmup;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.pages_pinned, 64U);
    EXPECT_EQ(seen.counters.pages_mapped, 64U);
    EXPECT_EQ(seen.gauge("locked_bytes").max, bytes(64));
  }
}

// Each of 64 pages is absent once, so 64 faults begin; each ends with a translation, or refused. By
// whom depends on the kind: the queue, the IOMMU or, for want of memory, the handler.
TEST(RefusedFaults, AreCountedOnceAndHaveNoLatency) {
  struct Case {
    IommuKind kind;
    IommuAction action;
  };
  for (const Case& each : {Case{IommuKind::vtd, IommuAction::remove_pasid},
                           Case{IommuKind::riscv, IommuAction::disable_queue},
                           Case{IommuKind::smmu_stall, IommuAction::remove_context}}) {
    SystemSpec spec = small_system();
    spec.strategy = {"sva", SvaSpec{}};
    spec.iommu.kind = each.kind;
    spec.iommu.events = {{microseconds(100), each.action, std::nullopt}};
    const Seen seen = run(spec);
    const std::uint64_t served = seen.distribution("fault_latency_ns").count;
    SCOPED_TRACE(info_of(each.action).name);
    EXPECT_GT(served, 5U);
    EXPECT_GT(seen.counters.faults_fatal, 5U);
    EXPECT_EQ(served + seen.counters.faults_fatal, 64U);
    EXPECT_EQ(seen.counters.dma_operations, served);
    EXPECT_EQ(seen.counters.dma_dropped, seen.counters.faults_fatal);
    EXPECT_EQ(seen.counters.requests_unserved, 0U) << "no handler was asked";
  }
}

}  // namespace
}  // namespace faultpath::models
