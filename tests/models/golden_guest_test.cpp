// One fault that a guest handles, with every step computed by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/golden_guest_hops.hpp"

namespace faultpath::models {
namespace {

// VT-d, page requests, an emulated VT-d in the VMM.
SystemSpec one_fault() { return one_fault_behind(EmulatedVtdSpec{}); }

// The steps of the table in docs/guests.md. A walk reads four entries of the second stage before
// each of the first, and four for the page: 4 configuration entries and 4 + 1 up to the root, which
// is empty; after the answer (4 + 1) x 4 + 4.
std::vector<StageTime> by_hand() {
  return {
      {"1 ATS request, walk, completion", "translate", 201 + 10 + 70 * (4 + 4 + 1) + 201},
      {"1 page request", "request", 201},
      {"2 message and interrupt thread", "queue", 1000 + 2000},
      {"3 request, handler, fault file", "report", 200 + 500},
      {"4 main loop returns from ppoll()", "vmm_wake_up", 3000},
      {"5 lock of the VMM", "vmm_lock", 0},
      {"6 read()", "vmm_read", 700},
      {"7 guest tables and descriptor", "vmm_queue", 1000},
      {"8 ioctl, IOTLB, device TLB", "vmm_invalidate", 900 + 709 + 201 + 100 + 201},
      {"9 KVM_SIGNAL_MSI", "inject", 1000},
      {"10 virtual CPU, running", "virtual_cpu", 2000},
      {"11 guest's interrupt thread", "guest_wake_up", 3000},
      {"12 PRS, PQT and PQH", "guest_registers", 3 * (3000 + 1000)},
      {"13 guest's fault core", "guest_report", 500},
      // The virtual CPU is the interrupt thread's until it has written PQH and read PRS.
      {"12 and 13 PQH and PRS, worker", "guest_work_queue", 2 * (3000 + 1000) + 1500},
      {"14 handle_mm_fault()", "guest_handle", 750},
      {"15 descriptors", "guest_respond", 150},
      {"15 IQT", "guest_exit", 3000 + 1000},
      {"16 descriptors parsed, write()", "vmm_answer", 1000},
      {"17 and 19 host's kernel, response", "respond", 600 + 150 + 201},
      {"19 ATS request, walk, completion", "retry", 201 + 10 + 70 * 24 + 201},
  };
}

TEST(GoldenGuest, OneFaultIsTheSumOfItsStepsToThePicosecond) {
  expect_by_hand(run(one_fault()), by_hand());
}

// The ranges of the table add up to this, with a running virtual CPU.
TEST(GoldenGuest, TheDefaultsLieWithinTheRangesOfTheTable) {
  const sim::Duration latency = run(one_fault()).distribution("fault_latency_ns").max;
  EXPECT_GE(latency, sim::microseconds(35));
  EXPECT_LE(latency, sim::microseconds(82));
}

// Five for registers of the queue, one for the answer.
TEST(GoldenGuest, SixExitsGoToTheVmm) {
  const Counters c = run(one_fault()).counters;
  expect_one_guest_fault(c, 6);
  EXPECT_EQ(c.iotlb_invalidations, 1U) << "of the VMM";
}

// With a second virtual CPU the worker begins while the interrupt thread makes its last two exits.
TEST(GoldenGuest, ASecondVirtualCpuTakesTwoExitsOffTheWay) {
  SystemSpec two = one_fault();
  two.guests[0].vcpus.count = 2;
  const Seen both = run(two), one = run(one_fault());
  EXPECT_EQ(both.stage("guest_work_queue").max, sim::nanoseconds(1'500));
  EXPECT_EQ(one.distribution("fault_latency_ns").max - both.distribution("fault_latency_ns").max,
            sim::nanoseconds(2 * 4'000));
  EXPECT_EQ(both.counters.vm_exits_user, 6U);
}

// The tables of the guest and the page are missed one after the other; each is a round of its own,
// before the guest is asked or after it has answered.
TEST(GoldenGuest, EachRoundOfAFaultIsInItsStages) {
  SystemSpec on_demand = one_fault();
  on_demand.guests[0].backing = {"iopf", IopfSpec{}};
  const Seen seen = run(on_demand);
  constexpr int kRounds = 4 + 1 + 1;
  EXPECT_EQ(seen.counters.page_requests, static_cast<std::uint64_t>(kRounds));
  EXPECT_EQ(seen.stage("request").max, kRounds * sim::nanoseconds(201));
  EXPECT_EQ(seen.stage("queue").max, kRounds * sim::nanoseconds(1000 + 2000));
}

// A virtual CPU that has halted has to be woken first; the host does not poll in the first halt.
TEST(GoldenGuest, AHaltedVirtualCpuTakesLongerToGetTheInterrupt) {
  SystemSpec halting = one_fault();
  halting.guests[0].vcpus.idle = IdleLoop::halt;
  EXPECT_EQ(run(halting).stage("virtual_cpu").max, sim::microseconds(10));
  EXPECT_LE(run(halting).distribution("fault_latency_ns").max, sim::microseconds(82));
}

}  // namespace
}  // namespace faultpath::models
