// How far the addresses of a workload reach.
#include "models/assembly/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using Piece = Runs::Run;

Runs reach_of_pattern(const WorkloadKind& kind, std::uint64_t operation, std::uint64_t footprint) {
  DeviceSpec device;
  device.workload.kind = kind;
  device.workload.operation = operation;
  device.workload.footprint = footprint;
  return reach_of(device, nullptr);
}

TEST(Reach, APatternReachesItsFootprintInWholePages) {
  EXPECT_EQ(reach_of_pattern(UniformSpec{}, 4096, 16 * kPageBytes).count(), 16U);
  EXPECT_EQ(reach_of_pattern(UniformSpec{}, 512, 16 * kPageBytes + 1).count(), 17U);
  EXPECT_EQ(reach_of_pattern(UniformSpec{}, 512, 1).count(), 1U);
}

TEST(Reach, ARingReachesItsBuffers) {
  DeviceSpec device;
  device.workload.kind = BufferRingSpec{8};
  device.workload.operation = 2 * kPageBytes;
  EXPECT_EQ(reach_of(device, nullptr).count(), 16U);
  device.workload.footprint = 6 * kPageBytes;
  EXPECT_EQ(reach_of(device, nullptr).count(), 6U);
}

TEST(Reach, PhasesReachToTheEndOfTheFarthest) {
  DeviceSpec device;
  device.workload.kind = PhasesSpec{{{PhasePattern::uniform, 40 * kPageBytes, 10 * kPageBytes, 1},
                                     {PhasePattern::uniform, 0, 20 * kPageBytes, 1}}};
  EXPECT_EQ(reach_of(device, nullptr).count(), 50U);
}

// Between the two, and before the first, there is nothing.
TEST(Reach, ATraceReachesTheRunsOfPagesThatItTouches) {
  DeviceSpec device;
  device.workload.kind = TraceSpec{};
  auto trace = std::make_shared<TraceData>();
  trace->entries = {{{Iova{20 * kPageBytes + 4000}, 200, false}, {}, 0, 0},  // ends in page 21
                    {{Iova{7 * kPageBytes + 4095}, 1, false}, {}, 0, 0},
                    {{Iova{22 * kPageBytes}, 1, true}, {}, 0, 0}};
  EXPECT_THAT(reach_of(device, trace).list(), ElementsAre(Piece{7, 1}, Piece{20, 3}));
  device.ats.stu = 4 * kPageBytes;  // whole units
  EXPECT_THAT(reach_of(device, trace).list(), ElementsAre(Piece{4, 4}, Piece{20, 4}));
}

// A recording is long, and many ask for its pages.
TEST(Reach, ATraceIsLookedThroughOnce) {
  TraceData trace;
  trace.entries = {{{Iova{5 * kPageBytes}, 1, false}, {}, 0, 0}};
  const Runs& pages = trace.pages({});
  EXPECT_EQ(pages.count(), 1U);
  EXPECT_EQ(&trace.pages({}), &pages);
}

// Pages 10 to 12 and 20: of eight pages from the second on, two and one are there.
TEST(Reach, OfRangesOnWhichADeviceCannotFaultIsWhatItTouches) {
  const Runs reach({{10, 3}, {20, 1}});
  const auto pages = nonfaultable_of({{kPageBytes, 10 * kPageBytes}}, reach);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0].first, IovaPage{11});
  EXPECT_EQ(pages[0].pages, 2U);
  EXPECT_EQ(pages[1].first, IovaPage{20});
}

}  // namespace
}  // namespace faultpath::models
