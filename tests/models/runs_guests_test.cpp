// Runs with guests: exits, virtual queues that fill, and what two guests share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

EmulatedVtdSpec& vtd(SystemSpec& spec, std::size_t guest = 0) {
  return std::get<EmulatedVtdSpec>(spec.guests[guest].viommu);
}

// So many faults at once, which the VMM writes before the guest's interrupt thread looks.
SystemSpec many_at_once(std::uint32_t faults) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.queue_depth = faults;
  spec.run.stop.operations = faults;
  spec.guests[0].vmm.costs.describe = constant(sim::nanoseconds(100));
  spec.guests[0].vmm.costs.wake_up = constant(sim::microseconds(20));
  vtd(spec).invalidate = false;
  return spec;
}

TEST(GuestRuns, GroupsInOneInterruptCostFiveExitsAndOneEach) {
  for (const std::uint32_t groups : {1U, 2U, 8U, 20U}) {
    const Seen seen = checked_run(many_at_once(groups));
    EXPECT_EQ(seen.counters.page_request_groups, groups);
    EXPECT_EQ(seen.counters.guest_interrupts, 1U);
    EXPECT_EQ(seen.counters.vm_exits_user, 5U + groups);
    EXPECT_EQ(seen.counters.guest_answers, groups);
  }
}

// Each request of a group is written, and invalidated, by itself.
TEST(GuestRuns, TheVmmInvalidatesForEachRequestUnlessItDoesNot) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.operation = 4 * kPageBytes;
  spec.devices[0].pri.group = 4;
  spec.run.stop.operations = 16;
  const Seen with = checked_run(spec);
  EXPECT_EQ(with.counters.page_requests, 64U);
  EXPECT_EQ(with.counters.iotlb_invalidations, with.counters.guest_requests);
  vtd(spec).invalidate = false;
  const Seen without = checked_run(spec);
  EXPECT_EQ(without.counters.iotlb_invalidations, 0U);
  EXPECT_LT(without.distribution("fault_latency_ns").mean_ns,
            with.distribution("fault_latency_ns").mean_ns);
}

// One entry of two holds a request. The emulation has no answer of its own for those that it loses:
// their groups wait for ever.
TEST(GuestRuns, AVirtualQueueThatIsFullLosesGroupsForGood) {
  SystemSpec spec = many_at_once(8);
  vtd(spec).queue_entries = 2;
  spec.run.stop.duration = sim::milliseconds(10);
  spec.run.stop.operations = {};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.requests_unanswered, seen.counters.guest_requests_lost);
  EXPECT_EQ(seen.counters.page_requests, ended_requests(seen.counters));
}

// Operations that wait for the page of another one end with it: nothing is asked for once the run
// is over.
TEST(GuestRuns, NothingIsAskedForWhenARunWithoutAnswersIsGivenUp) {
  SystemSpec spec = many_at_once(8);
  vtd(spec).queue_entries = 2;
  spec.devices[0].workload.footprint = 2 * kPageBytes;
  spec.run.stop.duration = sim::milliseconds(10);
  spec.run.stop.operations = {};
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 2U) << "one for each page";
  EXPECT_EQ(seen.counters.requests_unanswered, 1U) << "the queue holds the other";
  EXPECT_EQ(seen.gauge("outstanding_requests").final, 1);
}

TEST(GuestRuns, TheMendedQueueAnswersSuccessForWhatItLoses) {
  SystemSpec spec = many_at_once(8);
  vtd(spec).queue_entries = 2;
  vtd(spec).full = FullVirtualQueue::answer_success;
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.requests_unanswered, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 8U);
  EXPECT_GT(seen.counters.page_requests, 8U) << "what was answered for nothing is asked again";
}

TEST(GuestRuns, TwoGuestsEachServeTheirOwnDevices) {
  SystemSpec spec = small_guest();
  spec.guests[0].count = 2;
  spec.devices[0].count = 4;
  spec.run.stop.operations = 256;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 256U);
  EXPECT_EQ(seen.counters.faults_minor, 2U * 64U) << "two devices share the process of a guest";
}

// They draw from streams of their own.
TEST(GuestRuns, GuestsDoNotShareARandomStream) {
  SystemSpec one = small_guest();
  one.guests[0].page_fault.minor = sim::ExponentialSpec{sim::microseconds(10)};
  one.guests[0].vmm.costs.exit = sim::ExponentialSpec{sim::microseconds(3)};
  SystemSpec two = one;
  two.guests.push_back(two.guests[0]);
  two.guests[1].name = "other";
  two.guests[1].processes.clear();
  EXPECT_EQ(checked_run(one).distribution("fault_latency_ns"),
            checked_run(two).distribution("fault_latency_ns"))
      << "one that is idle changes nothing for the other";
}

// What holds the lock of the VMM holds up both its main loop and the exits of virtual CPUs.
TEST(GuestRuns, AThreadForFaultsDoesNotWaitForTheLock) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.queue_depth = 16;
  const Seen main_loop = checked_run(spec);
  spec.guests[0].vmm.fault_thread = FaultThread::dedicated;
  const Seen dedicated = checked_run(spec);
  EXPECT_GT(main_loop.stage("vmm_lock").sum_ns(), 0.0);
  EXPECT_EQ(dedicated.stage("vmm_lock").sum_ns(), 0.0);
}

// Neither read() can take it: its group stays at the head of its file.
TEST(GuestRuns, AGroupThatIsLargerThanTheBufferIsNeverRead) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.operation = 4 * kPageBytes;
  spec.devices[0].pri.group = 4;
  spec.guests[0].vmm.records = 3;
  EXPECT_THROW(run_system(spec), sim::StuckError);
}

// A device reads one page of a process of a guest, where neither the guest's tables nor the page
// have a frame on the host. Each table on the way is missing in the second stage, then the page;
// the entry of the first stage is missing once.
SystemSpec cold_dma(std::uint32_t levels, const StrategySpec& backing) {
  SystemSpec spec = small_guest();
  spec.iommu.levels = {levels, 4};
  spec.guests[0].backing = backing;
  replay(spec, trace_of_pages({0}));
  return spec;
}

TEST(NestedBothLevels, EveryTableOnTheWayIsAFaultOfTheHostAndThePageOneOfTheGuest) {
  for (const StrategySpec& backing :
       {StrategySpec{"iopf", IopfSpec{}}, StrategySpec{"lru_locked", LruLockedSpec{}}}) {
    for (const std::uint32_t levels : {3U, 4U, 5U}) {
      const Counters c = checked_run(cold_dma(levels, backing)).counters;
      EXPECT_EQ(c.faults_stage2, levels + 1) << backing.name;
      EXPECT_EQ(c.faults_stage1, 1U);
      EXPECT_EQ(c.page_requests, levels + 2U);
      EXPECT_EQ(c.responses_success, levels + 2U);
      EXPECT_EQ(c.vm_exits_user, 6U) << "the host asks the guest for its own fault alone";
    }
  }
}

TEST(NestedBothLevels, NoneIsOfTheSecondStageWhenItIsPinned) {
  const Counters c = checked_run(cold_dma(4, {"pin", PinSpec{}})).counters;
  EXPECT_EQ(c.faults_stage2, 0U);
  EXPECT_EQ(c.faults_stage1, 1U);
  EXPECT_EQ(c.page_requests, 1U);
}

// One second stage for all devices of a guest: what it has brought is there for each.
TEST(NestedBothLevels, DevicesOfAGuestShareItsSecondStage) {
  SystemSpec spec = cold_dma(4, {"iopf", IopfSpec{}});
  spec.devices[0].count = 2;
  auto trace = std::make_shared<TraceData>();
  for (const std::uint32_t device : {0U, 1U}) {
    trace->entries.push_back({Operation{start_of(IovaPage{0}), kPageBytes, false}, {}, device, 0});
  }
  replay(spec, trace);
  const Seen both = checked_run(spec);
  EXPECT_EQ(both.counters.dma_operations, 2U);
  EXPECT_EQ(both.counters.faults_stage1, 1U) << "both use one process of the guest";
  EXPECT_EQ(both.counters.faults_stage2, 5U);
}

// A limit of the host evicts guest pages, which come back by faults of the second stage alone.
TEST(NestedBothLevels, WhatTheHostTakesAwayIsNoFaultOfTheGuest) {
  SystemSpec spec = small_guest();
  LruLockedSpec lru;
  lru.limit.value = 32 * kPageBytes;  // of 64 pages of data, and their tables
  spec.guests[0].backing = {"lru_locked", lru};
  spec.run.stop.operations = 640;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_stage1, 64U) << "each page once";
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_GT(seen.counters.faults_stage2, 64U + 4U);
}

}  // namespace
}  // namespace faultpath::models
