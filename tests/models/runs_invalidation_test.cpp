// Whole runs: the ring of descriptors, devices that do not answer it, and stall storage.
#include <gtest/gtest.h>

#include "models/assembly/run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

// A limit of eight pages: from the ninth fault on, each evicts a page.
SystemSpec evicting() {
  SystemSpec spec = small_system();
  LruLockedSpec lru;
  lru.limit.value = std::uint64_t{8 * kPageBytes};
  spec.strategy = {"lru_locked", lru};
  return spec;
}

TEST(InvalidationRuns, FetchingADescriptorCostsThreeTimesAnEviction) {
  SystemSpec spec = evicting();
  const Seen free = run(spec);
  ASSERT_EQ(free.counters.evictions, 64U - 8U);
  spec.iommu.invalidation.fetch = constant(nanoseconds(100));
  const Seen slow = run(spec);
  expect_invariants(spec, slow);
  // Each of 64 faults has a response, which the device waits for; each eviction an IOTLB
  // invalidation and a device invalidation, and a wait that is fetched while the device answers.
  EXPECT_EQ((slow.simulated - free.simulated).count(),
            (64 * nanoseconds(100) + 56 * nanoseconds(200)).count());
}

TEST(InvalidationRuns, ARingOfTwoEntriesChangesTimesAndLosesNothing) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::riscv}) {
    SystemSpec spec = evicting();
    spec.iommu.kind = kind;
    spec.iommu.invalidation.queue_entries = 2;
    spec.devices[0].count = 4;
    spec.devices[0].workload.kind = UniformSpec{};
    spec.devices[0].workload.queue_depth = 4;
    spec.devices[0].ats.invalidation = constant(microseconds(20));
    spec.run.stop.operations = 400;
    const Seen narrow = run(spec);
    expect_invariants(spec, narrow);
    spec.iommu.invalidation.queue_entries = 256;
    const Seen wide = run(spec);
    expect_invariants(spec, wide);
    EXPECT_NE(narrow.simulated, wide.simulated);
  }
}

// It is detached: its translation requests are refused, its page is given back, and the run ends.
TEST(InvalidationRuns, ADeviceThatDoesNotAnswerIsDetachedAfterOneTimeOut) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::riscv}) {
    SystemSpec spec = evicting();
    spec.iommu.kind = kind;
    spec.iommu.invalidation.timeout = microseconds(500);
    spec.devices[0].ats.ignores_invalidations = true;
    const Seen seen = run(spec);
    const Counters& c = seen.counters;
    EXPECT_EQ(c.timeouts, 1U);
    EXPECT_EQ(c.dma_operations, 8U);
    EXPECT_EQ(c.dma_dropped, 64U - 8U) << "the ninth is answered, and refused on its retry";
    EXPECT_EQ(c.faults_fatal, 1U) << "that of the ninth; the others never begin one";
    EXPECT_GE(seen.simulated, microseconds(500));
    EXPECT_LT(seen.distribution("fault_latency_ns").max, microseconds(500))
        << "what is refused has no latency";
    EXPECT_EQ(ended_requests(c), c.page_requests);
  }
}

// VT-d 6.5.2.11 aborts the waits of others, who ask again; their devices lose nothing.
TEST(InvalidationRuns, ABrokenDeviceCostsItsNeighboursTimeOnly) {
  SystemSpec spec = evicting();
  spec.devices.push_back(spec.devices[0]);
  spec.traces.resize(2);
  spec.devices[0].name = "broken";
  spec.devices[0].ats.ignores_invalidations = true;
  spec.devices[1].name = "good";
  spec.iommu.invalidation.timeout = microseconds(200);
  spec.run.stop = {};
  spec.run.stop.duration = microseconds(800);
  const Seen seen = run(spec);
  const Counters& c = seen.counters;
  EXPECT_EQ(c.timeouts, 1U);
  EXPECT_GT(c.evictions, 20U);
  EXPECT_GT(c.iotlb_invalidations, 0U);
  EXPECT_EQ(ended_requests(c), c.page_requests);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, c.dma_operations);
}

TEST(InvalidationRuns, WithoutATimeOutNothingElseChanges) {
  SystemSpec spec = evicting();
  const Seen standard = run(spec);
  spec.iommu.invalidation.timeout = microseconds(50);  // each answer comes within one
  EXPECT_EQ(difference(standard, run(spec)), "");
}

SystemSpec stalling(std::uint32_t capacity) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::smmu_stall;
  spec.iommu.kind.as<SmmuStallSpec>().capacity = capacity;
  spec.host.cores = 16;
  DeviceSpec& device = spec.devices[0];
  device.count = 3;
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 500 * kPageBytes;
  device.workload.queue_depth = 8;
  spec.run.stop.operations = 600;
  return spec;
}

// What does not fit waits in front and is served all the same.
TEST(StallStorage, WhenItIsFullTransactionsWaitAndNoneIsLost) {
  const Seen narrow = run(stalling(2));
  const Seen wide = run(stalling(1U << 16));
  expect_invariants(stalling(2), narrow);
  EXPECT_EQ(narrow.counters.page_requests, narrow.counters.requests_answered);
  EXPECT_LE(narrow.gauge("queue_depth").max, 2);
  EXPECT_GT(wide.gauge("queue_depth").max, 2);
  EXPECT_GT(narrow.simulated, wide.simulated);
}

TEST(StallStorage, OneTransactionAtATimeIsEnoughToEnd) {
  const Seen seen = run(stalling(1));
  expect_invariants(stalling(1), seen);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, 600U);
}

// One device never answers the invalidation of the drain behind its reset. Under these kinds a
// descriptor keeps its entry until it has been fetched, so that the ring need not be deep.
TEST(InvalidationRuns, ADeadDeviceDoesNotFillTheRingOfThoseThatFreeWhatIsFetched) {
  for (const IommuKind kind : {IommuKind::riscv, IommuKind::amd}) {
    SystemSpec spec = small_system();
    spec.strategy = {"sva", SvaSpec{}};
    spec.iommu.kind = kind;
    spec.iommu.invalidation.timeout = sim::milliseconds(20);
    spec.devices[0].workload.kind = UniformSpec{};
    spec.devices[0].workload.footprint = 4096 * kPageBytes;
    spec.devices[0].workload.queue_depth = 8;
    spec.devices.push_back(spec.devices[0]);
    spec.traces.resize(2);
    spec.devices[0].name = "dead";
    spec.devices[0].ats.ignores_invalidations = true;
    spec.devices[0].reset.at = {microseconds(100)};
    spec.devices[0].reset.duration = microseconds(10);
    spec.devices[1].name = "alive";
    spec.run.stop = {.duration = sim::milliseconds(1), .operations = {}, .faults = {}};
    spec.iommu.invalidation.queue_entries = 8;
    const Seen narrow = run(spec);
    EXPECT_EQ(narrow.counters.timeouts, 1U);
    EXPECT_GT(narrow.counters.requests_answered, 100U) << "a dozen times what the ring holds";
    spec.iommu.invalidation.queue_entries = 65536;
    EXPECT_EQ(difference(narrow, run(spec)), "");
  }
}

}  // namespace
}  // namespace faultpath::models
