// What a VMM does besides, how it sends interrupts, and how it binds PASIDs: each by its formula.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "tests/models/guest_support.hpp"
#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

SystemSpec one_fault() {
  SystemSpec spec = small_guest();
  replay(spec, trace_of_pages({0}));
  return spec;
}
sim::Duration latency_of(const Seen& seen) { return seen.distribution("fault_latency_ns").max; }
// Of all tables, those of second stages included.
double startup_ns_of(const Seen& seen) { return seen.distribution("startup_ns").sum_ns(); }
double us(sim::Duration time) { return 1e6 * sim::to_seconds(time); }

// Faults at random times, too rare to delay anybody: 2,000 in 4 seconds.
SystemSpec rare_faults(double rate, sim::Duration hold) {
  SystemSpec spec = small_guest();
  spec.host.cores = 8;
  spec.devices[0].workload.footprint = 8 * kMiB;
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 500.0;
  spec.run.stop.operations = 2000;
  spec.guests[0].vmm.other_work = VmmOtherWorkSpec{rate, constant(hold)};
  return spec;
}

// Pollaczek and Khinchine: the mean of the wait is rho s / (2 (1 - rho)), and that of its square
// 2 mean^2 + rate s^3 / (3 (1 - rho)). What faults hold the lock for adds to the load: the tail of
// the thread and of six exits, below 20 us each.
TEST(VmmOtherWork, FaultsWaitForTheLockAsCustomersOfMD1Do) {
  for (const double rate : {1e3, 4e3}) {
    const sim::Duration hold = microseconds(100);
    const double s = us(hold), rho = rate * s / 1e6;
    const double mean = rho * s / (2 * (1 - rho));
    const double square = 2 * mean * mean + rate / 1e6 * s * s * s / (3 * (1 - rho));
    const Seen seen = run(rare_faults(rate, hold));
    const Shape& wait = seen.stage("vmm_lock");
    const double error = std::sqrt((square - mean * mean) / static_cast<double>(wait.count));
    const double others = 500e-6 * 20.0 * 20.0;
    EXPECT_NEAR(wait.mean_ns / 1e3, mean, 4 * error + others) << rate;
    const double sections = rate * sim::to_seconds(seen.simulated);
    EXPECT_NEAR(static_cast<double>(seen.counters.guest_other_work), sections,
                4 * std::sqrt(sections));
  }
}

// The thread does not wait, but the exits of the virtual CPU still do.
TEST(VmmOtherWork, AThreadForFaultsWaitsInTheExitsAlone) {
  SystemSpec spec = rare_faults(4e3, microseconds(100));
  spec.run.stop.operations = 200;
  spec.guests[0].vmm.fault_thread = FaultThread::dedicated;
  const Seen busy = run(spec);
  EXPECT_EQ(busy.stage("vmm_lock").max, sim::Duration::zero());
  EXPECT_GT(busy.stage("guest_exit").max, microseconds(20)) << "exit and access are 4 us";
}

TEST(VmmOtherWork, NoneIsDoneUnlessItIsSaid) {
  SystemSpec spec = small_guest();
  EXPECT_EQ(run(spec).counters.guest_other_work, 0U);
}

// Step 9 of the table in docs/guests.md.
TEST(InterruptsOfAVmm, AnEventfdTakesTheThreadLessThanAnIoctl) {
  SystemSpec spec = one_fault();
  const Seen by_ioctl = run(spec);
  EXPECT_EQ(by_ioctl.stage("inject").max, nanoseconds(1'000));
  spec.guests[0].vmm.interrupt = InterruptBy::irqfd;
  const Seen by_eventfd = run(spec);
  EXPECT_EQ(by_eventfd.stage("inject").max, nanoseconds(400));
  EXPECT_EQ(latency_of(by_ioctl) - latency_of(by_eventfd), nanoseconds(600));
  EXPECT_EQ(by_eventfd.counters.vm_exits, 6U) << "the guest sees no difference";
}

TEST(InterruptsOfAVmm, ARouteThatCannotInjectAtOnceNeedsAWorkItem) {
  SystemSpec spec = one_fault();
  spec.guests[0].vmm.interrupt = InterruptBy::irqfd_deferred;
  spec.host.work_queue.wake_up = constant(nanoseconds(2'345));
  EXPECT_EQ(run(spec).stage("inject").max, nanoseconds(400 + 2'345 + 1'000));
}

TEST(InterruptsOfAVmm, OneThatIsNotPostedKicksAVirtualCpuThatRuns) {
  SystemSpec spec = one_fault();
  const Seen posted = run(spec);
  spec.guests[0].vcpus.posted = false;
  const Seen kicked = run(spec);
  EXPECT_EQ(kicked.stage("virtual_cpu").max, nanoseconds(2'000 + 1'500));
  EXPECT_EQ(latency_of(kicked) - latency_of(posted), nanoseconds(1'500));
  EXPECT_EQ(kicked.counters.vcpu_kicks, 1U);
  EXPECT_EQ(kicked.counters.vm_exits, posted.counters.vm_exits + 1);
  EXPECT_EQ(kicked.counters.vm_exits_user, posted.counters.vm_exits_user);
}

TEST(InterruptsOfAVmm, AVirtualCpuThatHasHaltedIsWokenAndNotKicked) {
  SystemSpec spec = one_fault();
  spec.guests[0].vcpus.posted = false;
  spec.guests[0].vcpus.idle = IdleLoop::halt;
  const Seen seen = run(spec);
  EXPECT_EQ(seen.stage("virtual_cpu").max, microseconds(10));
  EXPECT_EQ(seen.counters.vcpu_kicks, 0U);
}

// Tail and head before the batch, and the status behind it; what is written exits still.
TEST(ReadableRegisters, TakeThreeOfTheSixExitsAway) {
  SystemSpec spec = one_fault();
  const Seen trapped = run(spec);
  std::get<EmulatedVtdSpec>(spec.guests[0].viommu).readable_registers = true;
  const Seen readable = run(spec);
  EXPECT_EQ(trapped.counters.vm_exits_user, 6U);
  EXPECT_EQ(readable.counters.vm_exits_user, 3U);
  EXPECT_EQ(latency_of(trapped) - latency_of(readable), 3 * nanoseconds(3'000 + 1'000));
  EXPECT_EQ(readable.stage("guest_registers").max, nanoseconds(4'000)) << "PRS.PPR is cleared";
}

// The thread has to be woken, then it takes the lock, which the guest's looks take as well: one of
// 4 us each until it has it, and one that waits for it. Nobody is in its way here, 30.5 us after
// the answer; the eighth look began 28 us after it.
TEST(AnswersOfAGuest, AreExitsOneAfterTheOtherUnlessTheyAreServedInOne) {
  SystemSpec spec = one_fault();
  spec.guests[0].vmm.costs.wake_up = constant(nanoseconds(30'500));
  const Seen in_exit = run(spec);
  spec.guests[0].vmm.answer = AnswerServed::later;
  const Seen later = run(spec);
  EXPECT_EQ(in_exit.counters.vm_exits_user, 6U);
  EXPECT_EQ(later.counters.vm_exits_user, 6U + 8U);
  EXPECT_EQ(later.stage("guest_exit").max, nanoseconds(3'000 + 1'000 + 30'500));
  EXPECT_EQ(latency_of(later) - latency_of(in_exit), nanoseconds(30'500));
  EXPECT_EQ(later.counters.guest_answers, 1U);
}

// A descriptor, an exit, and what the VMM does under its lock, for each PASID.
TEST(BindingOfPasids, TakesAnExitAndThreeIoctlsForEach) {
  for (const std::uint32_t contexts : {1U, 3U}) {
    SystemSpec spec = one_fault();
    spec.devices[0].contexts = contexts;
    const Seen before = run(spec);
    spec.guests[0].bind = BindPasids::at_start;
    const Seen seen = run(spec);
    const double one = 150 + 3'000 + 1'000 + 6'000;
    EXPECT_NEAR(startup_ns_of(seen) - startup_ns_of(before), contexts * one, 0.01);
    EXPECT_EQ(seen.counters.guest_pasid_changes, contexts);
    EXPECT_EQ(seen.counters.vm_exits_user, before.counters.vm_exits_user + contexts);
    EXPECT_EQ(latency_of(seen), latency_of(before)) << "faults come later";
    EXPECT_EQ(before.counters.guest_pasid_changes, 0U);
  }
}

// Exit, access and ioctl()s are constants; the descriptor before them is drawn.
TEST(BindingOfPasids, TakesATimeOfItsOwnEachTime) {
  const auto binding = [](std::uint64_t seed) {
    SystemSpec spec = one_fault();
    spec.run.seed = seed;
    spec.guests[0].submit = sim::UniformSpec{sim::Duration{}, sim::microseconds(200)};
    const double before = startup_ns_of(run(spec));
    spec.guests[0].bind = BindPasids::at_start;
    return startup_ns_of(run(spec)) - before;
  };
  const double one = binding(1), another = binding(2);
  for (const double each : {one, another}) {
    EXPECT_GE(each, 10e3);
    EXPECT_LE(each, 10e3 + 200e3);
  }
  EXPECT_NE(one, another);
}

// Two processes, two virtual CPUs, one lock.
TEST(BindingOfPasids, TakesTurnsUnderTheLockOfTheVmm) {
  SystemSpec spec = small_guest();
  spec.guests[0].vcpus.count = 2;
  spec.guests[0].processes.push_back(spec.guests[0].processes[0]);
  spec.guests[0].processes[1].name = "other";
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "second";
  spec.devices[1].process = "other";
  spec.traces.resize(2);
  const Seen before = run(spec);
  spec.guests[0].bind = BindPasids::at_start;
  const double first = 150 + 3'000 + 7'000, second = first + 7'000;
  EXPECT_NEAR(startup_ns_of(run(spec)) - startup_ns_of(before), first + second, 0.01);
}

// 2^bits entries are looked at for each device, under the lock of the VMM.
TEST(PasidChurn, AGlobalInvalidationWalksTheTablesOfAllDevices) {
  const auto changes = [](std::uint32_t devices, std::uint32_t entries) {
    ChurnsPasidsSpec churn{1e9, ChurnsPasidsSpec::Invalidation::global, entries};
    SystemSpec spec = hostile_guest(churn);
    spec.devices[0].count = devices;
    spec.devices[0].workload.footprint = kPageBytes;
    spec.run.stop.duration = sim::milliseconds(20);
    spec.guests[0].vmm.costs.table_read = constant(nanoseconds(50));
    return static_cast<double>(settled(spec).counters.guest_pasid_changes);
  };
  // 4,096 entries of 50 ns are 205 us, beside which the rest is little: below 20 us.
  for (const std::uint32_t devices : {1U, 2U}) {
    const double walk = devices * 4096 * 0.05;
    EXPECT_LE(changes(devices, 4096), 20'000 / walk + 1);
    EXPECT_GE(changes(devices, 4096), 20'000 / (walk + 20) - 2);
  }
}

}  // namespace
}  // namespace faultpath::models
