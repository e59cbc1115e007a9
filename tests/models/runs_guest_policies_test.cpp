// Runs with strategies around DMA in the kernel of a guest: their requests are exits to the VMM.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/blamed.hpp"
#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;

constexpr std::uint64_t kGuestOperations = 64;

// Each of 64 pages once, one operation at a time.
SystemSpec around_dma(const StrategySpec& strategy) {
  SystemSpec spec = small_guest();
  spec.strategy = strategy;
  spec.devices[0].link = {sim::nanoseconds(200), 28e9};
  return spec;
}
const StrategySpec kStrict{"viommu_map", ViommuMapSpec{}};
const StrategySpec kLazy{"viommu_map", ViommuMapSpec{.mode = ViommuMapSpec::Mode::lazy}};
const StrategySpec kCoiommu{"coiommu", CoiommuSpec{}};

TEST(GuestPolicies, AStrictMapIsAnExitBeforeEachOperationAndOneBehindIt) {
  const Seen seen = checked_run(around_dma(kStrict));
  EXPECT_EQ(seen.counters.vm_exits_user, 2 * kGuestOperations);
  EXPECT_EQ(seen.counters.vm_exits, 2 * kGuestOperations) << "none is counted twice";
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.counters.iotlb_invalidations, kGuestOperations);
}

// The guest's minor fault; exit and access; pin and map; in the thread of a virtual CPU.
TEST(GuestPolicies, TheWaitBeforeAnOperationIsTheExitAndTheWorkOfTheVmm) {
  const SystemSpec spec = around_dma(kStrict);
  const MapCostSpec& costs = spec.guests[0].map_cost;
  const sim::Duration before =
      sim::nanoseconds(750) + sim::nanoseconds(3'000 + 1'000) + costs.map_4k + costs.pin;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("before_dma_ns").count, kGuestOperations);
  EXPECT_EQ(seen.distribution("before_dma_ns").max, before);
  EXPECT_EQ(seen.distribution("before_dma_ns").min, before);
}

// Exit and access; the page is unmapped, and a descriptor written; the VMM's ioctl(), and what
// hardware takes for IOTLB and device TLB.
TEST(GuestPolicies, TheWaitBehindItIsTheExitAndTheInvalidationOfTheHost) {
  const SystemSpec spec = around_dma(kStrict);
  const MapCostSpec& costs = spec.guests[0].map_cost;
  const sim::Duration after = sim::nanoseconds(3'000 + 1'000) + costs.unmap_4k +
                              sim::nanoseconds(150) + sim::nanoseconds(900 + 709 + 201 + 100 + 201);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("after_dma_ns").max, after);
  EXPECT_EQ(seen.distribution("after_dma_ns").min, after);
}

TEST(GuestPolicies, ALazyUnmapExitsOnceForManyOperations) {
  SystemSpec spec = around_dma(kLazy);
  std::get<ViommuMapSpec>(spec.strategy.kind).flush_entries = 16;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.vm_exits_user, kGuestOperations + kGuestOperations / 16);
  EXPECT_EQ(seen.counters.iotlb_invalidations, kGuestOperations / 16);
}

TEST(GuestPolicies, CoiommuExitsForNewPagesOnly) {
  SystemSpec spec = around_dma(kCoiommu);
  spec.run.stop.operations = 3 * kGuestOperations;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.vm_exits_user, kGuestOperations) << "the pages stay pinned";
  EXPECT_EQ(seen.counters.iotlb_invalidations, 0U);
}

// The VMM serves a guest's requests one at a time, and a second guest's beside them.
TEST(GuestPolicies, GuestsHaveAVmmEach) {
  SystemSpec one = around_dma(kStrict);
  one.guests[0].vcpus.count = 2;
  one.guests[0].processes[0].count = 2;  // no page is shared
  one.devices[0].count = 2;
  one.run.stop.operations = 2 * kGuestOperations;
  SystemSpec two = one;
  two.guests[0].count = 2;
  EXPECT_LT(checked_run(two).distribution("before_dma_ns").mean_ns,
            checked_run(one).distribution("before_dma_ns").mean_ns);
}

// Less memory than its devices use, and one virtual CPU: the thread that the VMM serves holds its
// lock, and never sleeps for a frame of the guest while others, who spin for the lock, have the
// CPU.
TEST(GuestPolicies, AGuestThatIsShortOfMemoryGoesOn) {
  struct Case {
    VirtualIommuSpec kind;
    std::uint32_t depth;
  };
  for (const Case& each : {Case{EmulatedVtdSpec{}, 1}, Case{VirtioMapSpec{}, 4}}) {
    SystemSpec spec = around_dma(kStrict);
    spec.guests[0].viommu = each.kind;
    spec.guests[0].memory = 64 * kPageBytes;
    spec.guests[0].swap.latency = sim::milliseconds(1);
    spec.guests[0].processes[0].count = 2;
    spec.devices[0].count = 2;
    spec.devices[0].workload.kind = UniformSpec{};
    spec.devices[0].workload.operation = 4 * kPageBytes;
    spec.devices[0].workload.footprint = 48 * kPageBytes;
    spec.devices[0].workload.queue_depth = each.depth;
    spec.run.stop.operations = 400;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.dma_operations, 400U);
    EXPECT_GT(seen.distribution("before_dma_ns").max, sim::milliseconds(1))
        << "some pages come from the disk";
  }
}

TEST(GuestPolicies, TheExitOfTheStrategyIsThatOfTheVmm) {
  StrategySpec strict = kStrict, coiommu = kCoiommu;
  std::get<ViommuMapSpec>(strict.kind).exit = constant(sim::microseconds(7));
  EXPECT_THAT(blamed(around_dma(strict)), Contains(testing::EndsWith(".exit")));
  std::get<CoiommuSpec>(coiommu.kind).exit = constant(sim::microseconds(7));
  EXPECT_THAT(blamed(around_dma(coiommu)), Contains(testing::EndsWith(".exit")));
}

TEST(GuestPolicies, WhatNeedsPageRequestsOfTheHostCannotBeBelowThem) {
  SystemSpec spec = around_dma(kStrict);
  spec.guests[0].backing = {"iopf", IopfSpec{}};
  EXPECT_THAT(blamed(spec), testing::Not(testing::IsEmpty()));
  SystemSpec snoop = around_dma({"snoop", SnoopSpec{}});
  EXPECT_THAT(blamed(snoop), testing::Not(testing::IsEmpty())) << "it is the host's";
  SystemSpec timer = around_dma(kCoiommu);
  std::get<CoiommuSpec>(timer.strategy.kind).unpin = CoiommuSpec::Unpin::timer;
  EXPECT_THAT(blamed(timer), Contains(testing::EndsWith(".unpin")));
}

}  // namespace
}  // namespace faultpath::models
