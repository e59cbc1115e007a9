// Saturation: the rate of a loaded path is one over its slowest stage.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using sim::nanoseconds;

constexpr std::uint64_t kOperations = 4000;

// Every operation touches a new page; 64 are in flight.
SystemSpec storm_of_faults() {
  SystemSpec spec = small_system();
  DeviceSpec& device = spec.devices[0];
  device.workload.queue_depth = 64;
  device.workload.footprint = kOperations * kPageBytes;
  device.pri.capacity = device.pri.allocation = 64;
  spec.run.stop.operations = kOperations;
  return spec;
}

// The bottleneck alone is a lower bound; filling, draining and gaps may add `slack`.
void expect_bottleneck(const SystemSpec& spec, Duration each, double slack = 0.02) {
  const Seen seen = run(spec);
  const double bound = sim::to_seconds(each) * static_cast<double>(kOperations);
  EXPECT_GE(sim::to_seconds(seen.simulated), bound);
  EXPECT_LE(sim::to_seconds(seen.simulated), bound * (1.0 + slack));
}

TEST(Saturation, OfTheInterruptThreadIsOneOverItsTimeForARequest) {
  SystemSpec spec = storm_of_faults();
  spec.host.interrupt.per_request = constant(microseconds(5));
  expect_bottleneck(spec, microseconds(5));
}

// The thread itself needs a core for 200 ns of each fault, and now and then 2 us to wake up. Under
// sva no lock keeps the faults of a process from each other.
TEST(Saturation, OfTheHandlersIsTheirNumberOfCores) {
  for (const std::uint32_t cores : {1U, 3U, 8U}) {
    SystemSpec spec = storm_of_faults();
    spec.strategy = {"sva", SvaSpec{}};
    spec.host.cores = cores;
    spec.host.page_fault.minor = constant(microseconds(50));
    const Duration work =
        nanoseconds(1000) + microseconds(50) + nanoseconds(150) + nanoseconds(200);
    SCOPED_TRACE(cores);
    expect_bottleneck(spec, work / cores, 0.05);
  }
}

// Each strategy that maps in a container, and the time for which a fault holds its lock.
struct UnderTheLock {
  StrategySpec strategy;
  Duration held;
};
std::vector<UnderTheLock> under_the_lock(const MapCostSpec& costs) {
  const Duration mapped = microseconds(50) + costs.map_4k;
  return {{{"iopf", IopfSpec{}}, mapped},
          {{"iopf_grow", IopfGrowSpec{}}, mapped + costs.pin},
          {{"lru_locked", LruLockedSpec{.limit = {1.0}}}, mapped + costs.pin}};
}

TEST(Saturation, OfOneContainerIsTheTimeUnderItsLockHoweverManyCoresThereAre) {
  for (const std::uint32_t cores : {2U, 4U, 16U}) {
    SystemSpec spec = storm_of_faults();
    spec.host.cores = cores;
    spec.host.page_fault.minor = constant(microseconds(50));
    for (const UnderTheLock& each : under_the_lock(spec.host.map_cost)) {
      SCOPED_TRACE(each.strategy.name + " on " + std::to_string(cores));
      spec.strategy = each.strategy;
      expect_bottleneck(spec, each.held);
    }
  }
}

TEST(Saturation, OfTwoContainersIsHalfTheTimeUnderTheLockOfOne) {
  SystemSpec spec = storm_of_faults();
  spec.devices[0].count = 2;
  spec.host.cores = 16;
  spec.host.page_fault.minor = constant(microseconds(50));
  for (const UnderTheLock& each : under_the_lock(spec.host.map_cost)) {
    SCOPED_TRACE(each.strategy.name);
    spec.strategy = each.strategy;
    expect_bottleneck(spec, each.held / 2);
  }
}

TEST(Saturation, OfTheWorkQueueIsItsNumberOfGroups) {
  SystemSpec spec = storm_of_faults();
  spec.strategy = {"sva", SvaSpec{}};
  spec.host.cores = 16;
  spec.host.work_queue.max_active = 2;
  spec.host.page_fault.minor = constant(microseconds(50));
  const Duration work = nanoseconds(1000) + microseconds(50) + nanoseconds(150);
  expect_bottleneck(spec, work / 2);
}

TEST(Saturation, OfTheDiskIsItsBandwidth) {
  SystemSpec spec = storm_of_faults();
  spec.strategy = {"sva", SvaSpec{}};
  spec.host.cores = 8;
  spec.devices[0].memory.kind = Backing::file;
  spec.host.swap.bandwidth = 409.6e6;  // 10 us a page; 64 in flight hide the 80 us of latency
  expect_bottleneck(spec, microseconds(10));
}

// One credit: a fault at a time, but for its last translation, which needs none.
TEST(Saturation, OfACreditIsTheTimeThatItIsAway) {
  SystemSpec spec = storm_of_faults();
  spec.devices[0].pri.allocation = 1;
  spec.devices[0].link.bandwidth = 28e9;
  const Duration hop = nanoseconds(201);
  const Duration away = hop + nanoseconds(1000 + 2000 + 200 + 1000 + 750) +
                        spec.host.map_cost.map_4k + nanoseconds(150) + hop;
  expect_bottleneck(spec, away);
}

TEST(Saturation, OfTheLinkIsItsBandwidth) {
  SystemSpec spec = storm_of_faults();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.footprint = 16 * kPageBytes;
  spec.devices[0].link.bandwidth = 4.096e9;
  expect_bottleneck(spec, microseconds(1));
}

// Nothing fits into ATC and IOTLB: each operation walks, one entry behind its cached table. The
// lookup before the walk takes no walker, however long it is.
TEST(Saturation, OfOneWalkerIsOneWalk) {
  SystemSpec spec = storm_of_faults();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.footprint = 64 * kPageBytes;
  spec.devices[0].ats.entries = spec.devices[0].ats.ways = 1;
  spec.devices[0].link.bandwidth = 4.096e11;  // 10 ns a page
  spec.iommu.iotlb = {1, 1};
  spec.iommu.walkers = 1;
  expect_bottleneck(spec, nanoseconds(70));
  spec.iommu.lookup = constant(nanoseconds(50));
  expect_bottleneck(spec, nanoseconds(70));
  spec.iommu.walkers = 2;
  expect_bottleneck(spec, nanoseconds(70) / 2);
}

}  // namespace
}  // namespace faultpath::models
