// Determinism: the same seed gives the same run, and running ahead of the clock changes nothing.
#include <gtest/gtest.h>

#include <string>

#include "tests/models/invariants.hpp"
#include "tests/models/slow_count.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

SystemSpec random_accesses() {
  SystemSpec spec = small_system();
  spec.host.page_fault.minor = sim::ExponentialSpec{sim::nanoseconds(750)};
  spec.devices[0].count = 2;
  spec.devices[0].workload.kind = ZipfSpec{};
  spec.devices[0].workload.queue_depth = 8;
  spec.devices[0].workload.footprint = 500 * kPageBytes;
  spec.run.stop.operations = 3000;
  return spec;
}

TEST(Determinism, TheSameSeedGivesTheSameRun) {
  const Seen first = run(random_accesses());
  const Seen second = run(random_accesses());
  EXPECT_EQ(difference(first, second), "");
  EXPECT_EQ(first.events, second.events);
}

TEST(Determinism, AnotherSeedOrReplicationGivesAnotherRun) {
  const Seen seen = run(random_accesses());
  SystemSpec other = random_accesses();
  other.run.seed = 2;
  EXPECT_NE(seen.fingerprint, run(other).fingerprint);
  other = random_accesses();
  other.run.replication = 1;
  EXPECT_NE(seen.fingerprint, run(other).fingerprint);
}

TEST(Determinism, TheFingerprintNoticesAPicosecond) {
  SystemSpec spec = small_system();
  const std::uint64_t before = run(spec).fingerprint;
  spec.host.map_cost.map_4k += sim::picoseconds(1);
  EXPECT_NE(before, run(spec).fingerprint);
  spec.run.fingerprint.time = false;  // order alone is the same
  const std::uint64_t order = run(spec).fingerprint;
  spec.host.map_cost.map_4k += sim::picoseconds(1);
  EXPECT_EQ(order, run(spec).fingerprint);
}

// Common random numbers: what a device does depends neither on the strategy nor on its neighbours.
TEST(Determinism, StrategiesSeeTheSameArrivals) {
  SystemSpec spec = random_accesses();
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 500'000;
  spec.run.stop = {.duration = sim::milliseconds(2), .operations = {}, .faults = {}};
  const Counters iopf = run(spec).counters;
  spec.strategy = {"pin", PinSpec{}};
  const Counters pin = run(spec).counters;
  EXPECT_GT(iopf.dma_operations, 1000U);
  EXPECT_EQ(iopf.dma_operations, pin.dma_operations);
  EXPECT_EQ(iopf.atc_hits + iopf.atc_misses, pin.atc_hits + pin.atc_misses);
}

TEST(Determinism, AnotherDeviceDoesNotShiftTheArrivalsOfTheFirst) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 500'000;
  spec.run.stop = {.duration = sim::milliseconds(2), .operations = {}, .faults = {}};
  const std::uint64_t alone = run(spec).counters.dma_operations;
  DeviceSpec other = spec.devices[0];
  other.name = "other";
  other.workload.rate = 200'000;
  spec.devices.push_back(other);
  spec.traces.emplace_back();
  const std::uint64_t both = run(spec).counters.dma_operations;
  std::swap(spec.devices[0], spec.devices[1]);
  spec.devices.pop_back();
  spec.traces.pop_back();
  EXPECT_EQ(both, alone + run(spec).counters.dma_operations);
}

void expect_decoupling_changes_nothing(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SystemSpec spec = random_system(seed);
    spec.run.temporal_decoupling = true;
    const Seen ahead = run(spec);
    spec.run.temporal_decoupling = false;
    const Seen stepwise = run(spec);
    ASSERT_EQ(difference(ahead, stepwise), "") << "seed " << seed;
    ASSERT_TRUE(ahead.completed && stepwise.completed) << "seed " << seed;
  }
}

TEST(TemporalDecoupling, ChangesNothingInRandomSystems) {
  expect_decoupling_changes_nothing(20'000, 100);
}

TEST(TemporalDecouplingSlow, ChangesNothingInRandomSystems) {
  expect_decoupling_changes_nothing(30'000, slow_count(500));
}

// Hits are what may be consumed ahead: nearly all of these accesses take no event.
TEST(TemporalDecoupling, SavesTheEventsOfHits) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.footprint = 16 * kPageBytes;
  spec.run.stop.operations = 10'000;
  const Seen ahead = run(spec);
  EXPECT_EQ(ahead.counters.atc_hits, 10'000U - 16U);
  EXPECT_LT(ahead.events, 500U);
  spec.run.temporal_decoupling = false;
  const Seen stepwise = run(spec);
  EXPECT_GE(stepwise.events, 10'000U);
  EXPECT_EQ(difference(ahead, stepwise), "");
}

}  // namespace
}  // namespace faultpath::models
