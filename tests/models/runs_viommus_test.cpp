// Runs with each kind of virtual IOMMU: what exits, and what a full queue does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

// So many accesses that stall at once, before the guest's interrupt thread looks.
SystemSpec stalls_at_once(std::uint32_t faults, const EmulatedSmmuSpec& smmu) {
  SystemSpec spec = guest_behind(smmu);
  spec.devices[0].workload.queue_depth = faults;
  spec.run.stop.operations = faults;
  spec.guests[0].vmm.costs.wake_up = constant(sim::microseconds(20));
  return spec;
}

// A look at the producer index, an entry freed for each, a look that finds nothing, a RESUME each.
TEST(VirtualIommuKinds, StallsInOneInterruptCostTwoExitsAndTwoEach) {
  for (const std::uint32_t stalls : {1U, 2U, 8U, 20U}) {
    const Seen seen = checked_run(stalls_at_once(stalls, {}));
    EXPECT_EQ(seen.counters.guest_interrupts, 1U);
    EXPECT_EQ(seen.counters.vm_exits_user, 2U + 2 * stalls);
    EXPECT_EQ(seen.counters.guest_answers, stalls);
  }
}

TEST(VirtualIommuKinds, AFullEventQueueHoldsStallsBackAndLosesNone) {
  EmulatedSmmuSpec smmu;
  smmu.queue_entries = 2;
  const Seen seen = checked_run(stalls_at_once(16, smmu));
  EXPECT_EQ(seen.counters.page_requests, 16U) << "each access stalls once";
  EXPECT_EQ(seen.counters.guest_requests, 16U);
  EXPECT_EQ(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 16U);
}

TEST(VirtualIommuKinds, AFullEventQueueMayLetAccessesTryAgain) {
  EmulatedSmmuSpec smmu;
  smmu.queue_entries = 2;
  smmu.full = FullEventQueue::retry;
  const Seen seen = checked_run(stalls_at_once(16, smmu));
  EXPECT_GT(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.page_requests, 16U + seen.counters.guest_requests_lost);
  EXPECT_EQ(seen.counters.requests_unanswered, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 16U);
}

// A write of the command queue's tail, and one look whether it is done.
TEST(VirtualIommuKinds, AnInvalidationBehindAnSmmuIsTwoExits) {
  SystemSpec spec = guest_behind(EmulatedSmmuSpec{});
  spec.guests[0].behaviour = FloodsInvalidationsSpec{};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.guest_invalidations, 50U);
  const std::uint64_t faults = 4 * seen.counters.page_requests;
  EXPECT_NEAR(static_cast<double>(seen.counters.vm_exits_user - faults),
              static_cast<double>(2 * seen.counters.guest_invalidations), 2.0);
}

// One fault file takes the faults of all PASIDs of a device, so that one read() finds them; else
// each PASID has its own.
TEST(VirtualIommuKinds, BehindAnSmmuADeviceHasOneFaultFile) {
  const auto latency_behind = [](const VirtualIommuSpec& viommu) {
    SystemSpec spec = guest_behind(viommu);
    spec.devices[0].contexts = 4;
    spec.run.stop.operations = 4;
    spec.guests[0].vmm.costs.wake_up = constant(sim::microseconds(20));
    spec.guests[0].vmm.costs.read = constant(sim::milliseconds(1));
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.guest_answers, 4U);
    return seen.distribution("fault_latency_ns").max;
  };
  EXPECT_LT(latency_behind(EmulatedSmmuSpec{}), sim::milliseconds(2));
  EXPECT_GT(latency_behind(EmulatedVtdSpec{}), sim::milliseconds(4));
}

// The record of a stall tells the host which stage it misses: it walks no table of the guest.
TEST(VirtualIommuKinds, TheHostRoutesAStallByItsRecord) {
  SystemSpec spec = guest_behind(EmulatedSmmuSpec{});
  spec.guests[0].backing = {"iopf", IopfSpec{}};
  spec.iommu.second_stage.software_walk = constant(sim::milliseconds(1));
  replay(spec, trace_of_pages({0}));
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_stage2, 4U + 1U);
  EXPECT_EQ(seen.counters.faults_stage1, 1U);
  EXPECT_EQ(seen.counters.vm_exits_user, 4U);
  EXPECT_LT(seen.distribution("fault_latency_ns").max, sim::milliseconds(1));
}

// 64 accesses, each to a page of its own.
Seen run_of_eight_at_once(const VirtualIommuSpec& viommu) {
  SystemSpec spec = guest_behind(viommu);
  spec.devices[0].workload.queue_depth = 8;
  return checked_run(spec);
}

// A kick for the answer is an exit to the host's kernel; registers are not trapped.
TEST(VirtualIommuKinds, PageRequestsByAVirtqueueCostAKickEach) {
  SystemSpec spec = guest_behind(VirtioPrqSpec{});
  spec.run.stop.operations = 1;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.vm_exits_user, 0U);
  EXPECT_EQ(seen.counters.vm_exits, 1U);
  EXPECT_EQ(seen.counters.guest_answers, 1U);
  EXPECT_EQ(seen.stage("guest_registers").max, sim::Duration::zero());
  EXPECT_EQ(seen.stage("guest_exit").max, sim::nanoseconds(1'500 + 3'000)) << "kick and wake-up";
}

TEST(VirtualIommuKinds, AVirtqueueWithoutBuffersHoldsRequestsBack) {
  VirtioPrqSpec virtio;
  virtio.queue_entries = 2;
  const Seen seen = run_of_eight_at_once(virtio);
  EXPECT_EQ(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.page_requests, 64U) << "each page once";
  EXPECT_EQ(seen.counters.guest_requests, 64U);
}

TEST(VirtualIommuKinds, WhatTheVmmCannotHoldBackIsAnsweredSuccess) {
  VirtioPrqSpec virtio;
  virtio.queue_entries = 2;
  virtio.held = 1;
  const Seen seen = run_of_eight_at_once(virtio);
  EXPECT_GT(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.requests_unanswered, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
}

// Neither the host's kernel nor the VMM has anything to do.
TEST(VirtualIommuKinds, HardwareQueuesNeedNoExit) {
  SystemSpec spec = guest_behind(HardwareQueuesSpec{});
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.vm_exits, 0U);
  EXPECT_EQ(seen.counters.reader_wake_ups, 0U);
  EXPECT_EQ(seen.counters.page_requests, 64U);
  EXPECT_EQ(seen.counters.responses_success, 64U) << "of the guest";
  EXPECT_EQ(seen.stage("queue").max, sim::Duration::zero());
  EXPECT_EQ(seen.stage("vmm_wake_up").max, sim::Duration::zero());
}

TEST(VirtualIommuKinds, AFullLogOfAGuestAnswersByItself) {
  HardwareQueuesSpec hardware;
  hardware.queue_entries = 2;
  const Seen seen = run_of_eight_at_once(hardware);
  EXPECT_GT(seen.counters.auto_responses, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
  EXPECT_EQ(seen.counters.page_requests, ended_requests(seen.counters));
}

SystemSpec maps_by_virtqueue(ViommuMapSpec::Mode mode) {
  SystemSpec spec = guest_behind(VirtioMapSpec{});
  spec.strategy = {"viommu_map", ViommuMapSpec{.mode = mode}};
  return spec;
}

TEST(VirtualIommuKinds, AStrictMapByVirtqueueIsTwoKicksAnOperation) {
  const Seen seen = checked_run(maps_by_virtqueue(ViommuMapSpec::Mode::strict));
  EXPECT_EQ(seen.counters.vm_exits, 2U * 64U);
  EXPECT_EQ(seen.counters.vm_exits_user, 0U);
  EXPECT_EQ(seen.counters.page_requests, 0U);
}

// One kick for the requests of many operations; a queue that holds fewer is kicked in between.
TEST(VirtualIommuKinds, ALazyUnmapByVirtqueueKicksOnceForAllThatTheQueueHolds) {
  for (const std::uint32_t entries : {256U, 4U}) {
    SystemSpec spec = maps_by_virtqueue(ViommuMapSpec::Mode::lazy);
    std::get<ViommuMapSpec>(spec.strategy.kind).flush_entries = 16;
    std::get<VirtioMapSpec>(spec.guests[0].viommu).queue_entries = entries;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.vm_exits, 64U + 4U * (entries < 16 ? 16 / entries : 1));
    EXPECT_EQ(seen.counters.iotlb_invalidations, 4U);
  }
}

// The lock of the virtqueue: one guest waits for itself, not for another.
TEST(VirtualIommuKinds, RequestsOfAGuestWaitForEachOther) {
  SystemSpec one = maps_by_virtqueue(ViommuMapSpec::Mode::strict);
  one.guests[0].vcpus.count = 2;
  one.guests[0].processes[0].count = 2;  // no page is shared
  one.devices[0].count = 2;
  one.host.cores = 8;
  SystemSpec two = one;
  two.guests[0].count = 2;
  two.guests[0].processes[0].count = 1;
  const Seen shared = checked_run(one), apart = checked_run(two);
  EXPECT_GT(shared.distribution("before_dma_ns").max, apart.distribution("before_dma_ns").max);
}

// The VMM works on a core of the host, so that another guest's cannot have it.
TEST(VirtualIommuKinds, RequestsTakeACoreOfTheHost) {
  SystemSpec spec = maps_by_virtqueue(ViommuMapSpec::Mode::strict);
  spec.guests[0].count = 2;
  spec.devices[0].count = 2;
  spec.host.cores = 8;
  const Seen many = checked_run(spec);
  spec.host.cores = 1;
  const Seen one = checked_run(spec);
  EXPECT_GT(one.distribution("before_dma_ns").max, many.distribution("before_dma_ns").max);
}

}  // namespace
}  // namespace faultpath::models
