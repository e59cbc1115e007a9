// Whole runs over a topology: latency is the sum of the hops, the slowest shared link saturates.
#include <gtest/gtest.h>

#include "tests/models/fabric/topologies.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/slow_count.hpp"
#include "tests/models/support.hpp"
#include "tests/sim/replications.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

// A device that reads pages of pinned memory, in a closed loop.
DeviceSpec reader(const std::string& node, std::uint32_t queue_depth) {
  DeviceSpec device = device_at(attached_to(node));
  device.workload.kind = SequentialSpec{};
  device.workload.footprint = 64 * kPageBytes;
  device.workload.queue_depth = queue_depth;
  return device;
}

SystemSpec readers(const TopologySpec& topology, const std::vector<DeviceSpec>& devices,
                   std::uint64_t operations) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.topology = topology;
  spec.devices.assign(devices.begin(), devices.end());
  for (std::size_t i = 0; i < devices.size(); ++i) spec.devices[i].name += std::to_string(i);
  spec.traces.resize(devices.size());
  spec.run.stop.operations = operations;
  return spec;
}

double bandwidth(const Seen& seen) {
  return static_cast<double>(seen.counters.dma_bytes) / sim::to_seconds(seen.simulated);
}

// A hit takes its bytes over the slowest link and the way twice: 4096 B at 28 GB/s, and 340 ns.
TEST(TopologyRuns, AHitTakesTheSumOfTheHopsTwiceAndTheSlowestLink) {
  const Seen seen = run(readers(one_switch(), {reader("sw0", 1)}, 1000));
  const sim::Duration bytes = sim::transfer_time(kPageBytes, 28e9);
  EXPECT_EQ(seen.distribution("dma_latency_ns").min, bytes + 2 * nanoseconds(200 + 100 + 30 + 10));
}

TEST(TopologyRuns, AHitOverAnIdleSharedLinkTakesNoLonger) {
  SystemSpec spec = readers(one_switch(14e9), {reader("sw0", 1), reader("sw0", 1)}, 1000);
  spec.devices[1].workload.queue_depth.reset();
  spec.devices[1].workload.rate = 1.0;  // hardly ever
  const Seen seen = run(spec);
  const sim::Duration bytes = sim::transfer_time(kPageBytes, 14e9);
  EXPECT_EQ(seen.distribution("dma_latency_ns").min, bytes + 2 * nanoseconds(340));
}

// Two devices of 28 GB/s: an uplink of 28 GB/s is all they get behind one switch, and half of what
// they get at root ports of their own. Within 1 %: the first and the last round trip.
TEST(TopologyRuns, TheSlowestSharedLinkIsTheLimit) {
  const auto two_at = [](const char* first, const char* second) {
    return std::vector<DeviceSpec>{reader(first, 64), reader(second, 64)};
  };
  const std::uint64_t operations = 40'000;
  const double switched = bandwidth(run(readers(one_switch(), two_at("sw0", "sw0"), operations)));
  EXPECT_NEAR(switched, 28e9, 0.28e9);
  const double narrow = bandwidth(run(readers(one_switch(7e9), two_at("sw0", "sw0"), operations)));
  EXPECT_NEAR(narrow, 7e9, 0.07e9);
  const double apart = bandwidth(run(readers(two_root_ports(), two_at("rp0", "rp1"), operations)));
  EXPECT_NEAR(apart, 56e9, 0.56e9);
}

// Operations take turns, so that equal devices get equal shares.
TEST(TopologyRuns, ASaturatedLinkIsSharedFairly) {
  SystemSpec spec = readers(one_switch(7e9), {reader("sw0", 32), reader("sw0", 32)}, 20'000);
  const Seen both = run(spec);
  // 64 operations in flight share 7 GB/s: each waits for 64 transfers (Little).
  const double turn = sim::to_ns(64 * sim::transfer_time(kPageBytes, 7e9));
  EXPECT_NEAR(both.distribution("dma_latency_ns").mean_ns, turn, 0.01 * turn);
  EXPECT_LT(sim::to_ns(both.distribution("dma_latency_ns").max), 1.1 * turn);
}

// Two Poisson streams whose own links take a hundredth of the time meet on a link that takes 1 us
// for a transfer, at 70 % load: a mean wait of rho s / (2 (1 - rho)) (Pollaczek and Khinchine).
TEST(TopologyRuns, ASharedLinkIsAnMD1Queue) {
  constexpr double kLoad = 0.7, kService = 1000.0;
  SystemSpec spec = readers(one_switch(4.096e9), {reader("sw0", 1), reader("sw0", 1)}, 1);
  for (DeviceSpec& device : spec.devices) {
    device.link.bandwidth = 4.096e11;
    device.workload.kind = UniformSpec{};
    device.workload.footprint = 16 * kPageBytes;
    device.workload.queue_depth.reset();
    device.workload.rate = kLoad * 1e6 / 2;
  }
  spec.run.stop = {.duration = sim::milliseconds(22), .operations = {}, .faults = {}};
  spec.run.warmup = sim::milliseconds(2);
  const auto wait = [&](unsigned replication) {
    spec.run.replication = replication;
    return run(spec).distribution("dma_latency_ns").mean_ns - kService - 2 * 340.0;
  };
  const double expected = kLoad * kService / (2.0 * (1.0 - kLoad));
  EXPECT_TRUE(sim::replicated(wait).contains(expected)) << expected;
}

// Each one-way trip of a fault's messages grows with the switch: translate, request, respond, retry
// are six trips (see Latency's "link" law).
TEST(TopologyRuns, ASwitchDelaysAFaultBySixTrips) {
  SystemSpec spec = small_system();
  spec.topology = one_switch();
  spec.devices[0].attach = "sw0";
  const Seen near = run(spec);
  spec.topology->nodes[2].latency += nanoseconds(1000);
  const Seen far = run(spec);
  EXPECT_EQ(far.distribution("fault_latency_ns").min - near.distribution("fault_latency_ns").min,
            6 * nanoseconds(1000));
}

// A topology of the device's link alone is the same as none.
TEST(TopologyRuns, ADeviceAtTheRootComplexBehavesAsWithoutATopology) {
  SystemSpec spec = small_system();
  const Seen without = run(spec);
  spec.topology = one_switch();
  spec.devices[0].attach = "rc";
  EXPECT_EQ(difference(without, run(spec)), "");
}

// What a device does not share costs no events, however many links it has.
TEST(TopologyRuns, LinksOfItsOwnCostADeviceNoEvents) {
  SystemSpec spec = readers(one_switch(), {reader("sw0", 4)}, 10'000);
  EXPECT_LT(run(spec).events, 1000U);
}

TEST(TopologyRuns, KeepEveryInvariant) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SystemSpec spec = random_system_with_topology(seed);
    expect_invariants(spec, run(spec));
    if (HasFailure()) return;
  }
}

// Messages sent ahead of the clock by several devices meet on shared links, and data too.
void expect_the_same_without_decoupling(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SystemSpec spec = random_system_with_topology(seed);
    spec.run.temporal_decoupling = true;
    const Seen ahead = run(spec);
    spec.run.temporal_decoupling = false;
    const Seen stepwise = run(spec);
    ASSERT_EQ(difference(ahead, stepwise), "") << "seed " << seed;
    ASSERT_TRUE(ahead.completed && stepwise.completed) << "seed " << seed;
  }
}

TEST(TopologyRuns, AreTheSameWithoutTemporalDecoupling) {
  expect_the_same_without_decoupling(100, 100);
}

TEST(TopologyRunsSlow, AreTheSameWithoutTemporalDecoupling) {
  expect_the_same_without_decoupling(1000, slow_count(500));
}

}  // namespace
}  // namespace faultpath::models
