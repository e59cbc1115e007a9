// Faults of devices whose guest loses its virtual CPU from time to time, against closed forms.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

// Exponential slices with the means `run` and `stolen`, in us.
struct Steal {
  double run, stolen;
  double share() const { return stolen / (run + stolen); }
};

constexpr std::uint64_t kFaults = 4000;

// One virtual CPU that never halts, and a fault for each operation.
SystemSpec faults_of_a_guest() {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.footprint = kFaults * kPageBytes;
  spec.run.stop.operations = kFaults;
  return spec;
}

SystemSpec with(SystemSpec spec, const Steal& steal) {
  const auto slice = [](double mean) {
    return sim::ExponentialSpec{sim::nanoseconds(std::llround(mean * 1e3))};
  };
  spec.guests[0].vcpus.steal = StealSpec{slice(steal.run), slice(steal.stolen)};
  return spec;
}

double mean_us(const Seen& seen, std::string_view distribution) {
  return seen.distribution(distribution).mean_ns / 1e3;
}

// Everything from the interrupt to the answer is work of the one virtual CPU, without a pause: of
// the steps in docs/guests.md 10 to 17, of which the last is only the host's part of the write().
constexpr double kWork = 2.0 + 3.0 + 5 * 4.0 + 0.5 + 1.5 + 0.75 + 0.15 + 4.0 + 1.0 + 0.75;

// A fault finds the core gone with probability p, for d on average; its work W is cut W / r times.
//   E[T]   = L + p d + W s / (1 - s), where L is the latency of one that is not disturbed
//   Var[T] = p 2 d^2 - (p d)^2 + (W / r) 2 d^2
void expect_law(const Seen& seen, double undisturbed, double p, const Steal& steal) {
  const double s = steal.share(), d = steal.stolen;
  const double mean = undisturbed + p * d + kWork * s / (1 - s);
  const double variance = 2 * p * d * d - p * d * p * d + kWork / steal.run * 2 * d * d;
  const double faults = static_cast<double>(seen.distribution("fault_latency_ns").count);
  EXPECT_GE(faults, static_cast<double>(kFaults));
  EXPECT_NEAR(mean_us(seen, "fault_latency_ns"), mean, 4 * std::sqrt(variance / faults));
  EXPECT_NEAR(seen.distribution("fault_latency_ns").stddev_ns / 1e3, std::sqrt(variance),
              0.1 * std::sqrt(variance));
}

class StolenFaults : public testing::TestWithParam<Steal> {};

// Faults that come at random times see the stationary state: p = s. One in a hundred meets another,
// which waits with it: that is well within the interval.
TEST_P(StolenFaults, AtRandomTimesFollowTheLawOfTheStationaryState) {
  SystemSpec spec = faults_of_a_guest();
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 100.0;
  const double undisturbed = mean_us(run(spec), "fault_latency_ns");
  expect_law(run(with(spec, GetParam())), undisturbed, GetParam().share(), GetParam());
}

// One fault after the other: the core was there when the last was answered, and with slices that
// have no memory it is gone after a pause G with probability s (1 - exp(-(1/r + 1/d) G)).
TEST_P(StolenFaults, InARowBeginWhereTheCoreWasThere) {
  const SystemSpec spec = faults_of_a_guest();
  const Steal& steal = GetParam();
  const Seen alone = run(spec);
  const double pause = mean_us(alone, "dma_latency_ns") - kWork;
  const double p = steal.share() * (1 - std::exp(-(1 / steal.run + 1 / steal.stolen) * pause));
  expect_law(run(with(spec, steal)), mean_us(alone, "fault_latency_ns"), p, steal);
}

INSTANTIATE_TEST_SUITE_P(Shares, StolenFaults,
                         testing::Values(Steal{900, 100}, Steal{300, 100}, Steal{100, 100}));

// What is on the way in the host is not stretched, and what happens in the guest is.
TEST(StolenGuest, OnlyTheStagesOfItsVirtualCpuAreLonger) {
  const SystemSpec spec = faults_of_a_guest();
  const Seen alone = run(spec), stolen = run(with(spec, {300, 100}));
  for (const char* stage : {"queue", "report", "vmm_wake_up", "vmm_read", "vmm_queue"}) {
    EXPECT_EQ(stolen.stage(stage).max, alone.stage(stage).max) << stage;
  }
  for (const char* stage : {"virtual_cpu", "guest_wake_up", "guest_registers", "guest_work_queue",
                            "guest_handle", "guest_exit", "vmm_answer"}) {
    EXPECT_GT(stolen.stage(stage).mean_ns, alone.stage(stage).mean_ns) << stage;
  }
}

TEST(StolenGuest, TimeIsCountedAsRunStolenOrIdle) {
  SystemSpec spec = with(faults_of_a_guest(), {300, 100});
  spec.guests[0].vcpus.idle = IdleLoop::halt;
  const Seen seen = run(spec);
  const Counters& c = seen.counters;
  const auto all = static_cast<std::uint64_t>(seen.simulated / sim::nanoseconds(1));
  EXPECT_NEAR(static_cast<double>(c.vcpu_run_ns + c.vcpu_stolen_ns + c.vcpu_idle_ns),
              static_cast<double>(all), 3.0);
  EXPECT_GT(c.vcpu_stolen_ns, 0U);
  EXPECT_EQ(c.vcpu_halts, c.vcpu_polls_succeeded + c.vcpu_wake_ups);
  EXPECT_EQ(c.guest_interrupts, c.vcpu_interrupts_running + c.vcpu_interrupts_polling +
                                    c.vcpu_interrupts_halted + c.vcpu_interrupts_descheduled);
}

// Two guests whose devices never rest take turns on one core, and do not where each has one.
TEST(OvercommittedGuests, WaitForACoreOnlyWhereTheyAreMoreThanTheCores) {
  SystemSpec spec = faults_of_a_guest();
  spec.guests[0].count = 2;
  spec.guests[0].vcpus.idle = IdleLoop::halt;
  spec.guests[0].vcpus.overcommit = OvercommitSpec{.cores = 1, .slice = sim::microseconds(300)};
  spec.devices[0].count = 2;
  spec.devices[0].workload.queue_depth = 8;
  const Seen shared = run(spec);
  EXPECT_GT(shared.counters.vcpu_stolen_ns, 0U);
  EXPECT_LE(shared.counters.vcpu_run_ns,
            static_cast<std::uint64_t>(shared.simulated / sim::nanoseconds(1)));
  spec.guests[0].vcpus.overcommit->cores = 2;
  const Seen own = run(spec);
  EXPECT_EQ(own.counters.vcpu_stolen_ns, 0U);
  EXPECT_GT(shared.simulated, own.simulated);
  EXPECT_EQ(run(spec).fingerprint, own.fingerprint);
}

// An exit is work of the virtual CPU whoever asks for it. Slices of 10 us with and without the core
// in turn make it twice as long: an invalidation of the guest's reclaim, and the look behind it.
TEST(StolenGuest, AnInvalidationTakesItsShareOfTheCore) {
  for (const VirtualIommuSpec& kind :
       {VirtualIommuSpec{EmulatedVtdSpec{}}, VirtualIommuSpec{EmulatedSmmuSpec{}}}) {
    SystemSpec spec = small_guest();
    spec.iommu.kind = *host_kind_of(kind);
    spec.guests[0].viommu = kind;
    spec.guests[0].behaviour = FloodsInvalidationsSpec{.rate = 1e9};  // one after the other
    spec.guests[0].vmm.costs.exit = constant(sim::microseconds(100));
    spec.guests[0].vmm.costs.access = constant(sim::Duration{});
    spec.devices[0].workload.queue_depth.reset();
    spec.devices[0].workload.rate = 1.0;  // its first fault comes late
    spec.run.stop = {};
    spec.run.stop.duration = sim::milliseconds(40);
    const double alone = static_cast<double>(run(spec).counters.guest_invalidations);
    spec.guests[0].vcpus.steal =
        StealSpec{constant(sim::microseconds(10)), constant(sim::microseconds(10))};
    const double stolen = static_cast<double>(run(spec).counters.guest_invalidations);
    EXPECT_NEAR(stolen, alone / 2, 0.05 * alone);
  }
}

}  // namespace
}  // namespace faultpath::models
