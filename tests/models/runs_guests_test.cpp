// Runs with guests: exits, virtual queues that fill, and what two guests share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    const Seen seen = run(many_at_once(groups));
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
  const Seen with = run(spec);
  EXPECT_EQ(with.counters.page_requests, 64U);
  EXPECT_EQ(with.counters.iotlb_invalidations, with.counters.guest_requests);
  vtd(spec).invalidate = false;
  const Seen without = run(spec);
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
  const Seen seen = run(spec);
  EXPECT_GT(seen.counters.guest_requests_lost, 0U);
  EXPECT_EQ(seen.counters.requests_unanswered, seen.counters.guest_requests_lost);
  EXPECT_EQ(seen.counters.page_requests, ended_requests(seen.counters));
}

TEST(GuestRuns, TheMendedQueueAnswersSuccessForWhatItLoses) {
  SystemSpec spec = many_at_once(8);
  vtd(spec).queue_entries = 2;
  vtd(spec).full = FullVirtualQueue::answer_success;
  const Seen seen = run(spec);
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
  const Seen seen = run(spec);
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
  EXPECT_EQ(run(one).distribution("fault_latency_ns"), run(two).distribution("fault_latency_ns"))
      << "one that is idle changes nothing for the other";
}

// What holds the lock of the VMM holds up both its main loop and the exits of virtual CPUs.
TEST(GuestRuns, AThreadForFaultsDoesNotWaitForTheLock) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.queue_depth = 16;
  const Seen main_loop = run(spec);
  spec.guests[0].vmm.fault_thread = FaultThread::dedicated;
  const Seen dedicated = run(spec);
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

}  // namespace
}  // namespace faultpath::models
