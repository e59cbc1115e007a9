// Whole runs of functions that share a page request interface, that are reset, and that stop
// PASIDs.
#include <gtest/gtest.h>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

// A physical function with one credit, and `functions` virtual ones.
SystemSpec family(std::uint32_t functions) {
  SystemSpec spec = small_system();
  spec.devices[0].pri.allocation = 1;
  DeviceSpec virtual_function = spec.devices[0];
  virtual_function.name = "vf";
  virtual_function.count = functions;
  virtual_function.virtual_function_of = spec.devices[0].name;
  spec.devices.push_back(virtual_function);
  spec.traces.emplace_back();
  spec.run.stop.operations = 64 * (1 + functions);
  return spec;
}

// The interface, its credits and its indices are those of the physical function (PCIe 10.5.2).
TEST(VirtualFunctions, ShareTheCreditsOfTheirPhysicalFunction) {
  const Seen seen = checked_run(family(3));
  EXPECT_EQ(seen.gauge("outstanding_requests").max, 1);
  EXPECT_EQ(seen.counters.page_requests, 4 * 64U) << "each in an address space of its own";
  SystemSpec apart = family(3);
  apart.devices[1].virtual_function_of.reset();
  EXPECT_EQ(checked_run(apart).gauge("outstanding_requests").max, 4);
}

TEST(VirtualFunctions, GiveTheSameResultWithoutTemporalDecoupling) {
  SystemSpec spec = family(3);
  spec.devices[0].workload.queue_depth = spec.devices[1].workload.queue_depth = 4;
  spec.devices[1].workload.kind = UniformSpec{};
  const Seen ahead = checked_run(spec);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(ahead, run(spec)), "");
}

// Beside a load that is not observed, statistics are those of the others.
TEST(Background, IsInNoStatistics) {
  SystemSpec spec = family(3);
  spec.devices[1].observed = false;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
  EXPECT_EQ(seen.counters.page_requests, 64U);
  EXPECT_EQ(seen.distribution("fault_latency_ns").count, 64U);
}

SystemSpec with_resets(IommuKind kind) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.iommu.kind = kind;
  DeviceSpec& device = spec.devices[0];
  device.count = 4;
  device.pri.group = 2;
  device.workload.kind = UniformSpec{};
  device.workload.operation = 2 * kPageBytes;
  device.workload.queue_depth = 16;
  device.workload.footprint = 1000 * kPageBytes;
  device.reset.every = sim::microseconds(100);
  device.reset.duration = sim::microseconds(5);
  spec.run.stop = {.duration = sim::milliseconds(1), .operations = {}, .faults = {}};
  return spec;
}

class ResetsInFlight : public ::testing::TestWithParam<IommuKind> {};

// Every request of a run has an end although its function was reset meanwhile, and every operation
// completes.
TEST_P(ResetsInFlight, KeepTheLawsOfConservation) {
  const Seen seen = checked_run(with_resets(GetParam()));
  const Counters& c = seen.counters;
  EXPECT_EQ(c.page_requests, ended_requests(c));
  EXPECT_EQ(c.dma_dropped, 0U);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, c.dma_operations);
  if (GetParam() != IommuKind::smmu_stall) {
    EXPECT_GT(c.lost_responses, 0U);
    EXPECT_LE(c.lost_responses, c.page_request_groups);
  }
}

TEST_P(ResetsInFlight, GiveTheSameResultWithoutTemporalDecoupling) {
  SystemSpec spec = with_resets(GetParam());
  const Seen ahead = run(spec);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(ahead, run(spec)), "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, ResetsInFlight,
                         ::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                           IommuKind::smmu_stall, IommuKind::amd,
                                           IommuKind::riscv));

// VT-d 7.9 and 7.10: each reset is followed by an invalidation, a drain and another one; nothing is
// evicted here.
TEST(Resets, AreDrainedBeforeTheFunctionIsUsedAgain) {
  for (const StrategySpec& strategy :
       {StrategySpec{"iopf", IopfSpec{}}, StrategySpec{"pin", PinSpec{}}}) {
    SystemSpec spec = small_system();
    spec.strategy = strategy;
    spec.devices[0].count = 2;
    spec.devices[0].address_space = "shared";
    spec.devices[0].reset.at = {sim::microseconds(10), sim::microseconds(200)};
    spec.devices[0].reset.duration = sim::microseconds(5);
    spec.run.stop = {.duration = sim::milliseconds(1), .operations = {}, .faults = {}};
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.iotlb_invalidations, 8U);
    EXPECT_EQ(seen.counters.atc_invalidations, 8U) << "each in its own device";
    spec.run.temporal_decoupling = false;
    EXPECT_EQ(difference(seen, run(spec)), "");
  }
}

// A reset of the physical function disables the interface of all; none is used before software has
// enabled it again, and no operation is lost by that.
TEST(Resets, OfAPhysicalFunctionLoseNothingOfItsVirtualFunctions) {
  SystemSpec spec = family(3);
  spec.devices[0].reset.at = {sim::microseconds(30), sim::microseconds(90)};
  spec.devices[0].reset.duration = sim::microseconds(5);
  spec.devices[1].reset.at = {sim::microseconds(89)};
  spec.devices[1].reset.duration = sim::nanoseconds(1);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_dropped, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 4 * 64U);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(seen, run(spec)), "");
}

TEST(StopAtEnd, DrainsEveryPasidAtTheEndOfTheWork) {
  for (const StopAtEnd how : {StopAtEnd::marker, StopAtEnd::answers}) {
    SystemSpec spec = small_system();
    spec.strategy = {"sva", SvaSpec{}};
    spec.devices[0].contexts = 3;
    const sim::Duration before = checked_run(spec).simulated;
    spec.devices[0].stop_at_end = how;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.iotlb_invalidations, 6U) << "two each";
    EXPECT_GT(seen.simulated, before + 6 * sim::nanoseconds(709)) << "one after the other";
    spec.run.temporal_decoupling = false;
    EXPECT_EQ(difference(seen, run(spec)), "");
  }
}

TEST(StopMarkers, LetAContextEndWithoutWaiting) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].contexts = 2;
  spec.devices[0].stops = {{1, sim::microseconds(20), true}};
  spec.run.stop = {.duration = sim::milliseconds(1), .operations = {}, .faults = {}};
  const Counters with = checked_run(spec).counters;
  EXPECT_EQ(with.lost_responses, 1U);
  EXPECT_EQ(with.dma_dropped, 1U);
  spec.devices[0].stops[0].marker = false;
  const Counters without = checked_run(spec).counters;
  EXPECT_EQ(without.lost_responses, 0U);
  EXPECT_EQ(without.dma_dropped, 1U);
}

}  // namespace
}  // namespace faultpath::models
