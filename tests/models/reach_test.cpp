// How far the addresses of a workload reach.
#include "models/reach.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

Reach reach_of_pattern(WorkloadKind kind, std::uint64_t operation, std::uint64_t footprint) {
  DeviceSpec device;
  device.workload.kind = kind;
  device.workload.operation = operation;
  device.workload.footprint = footprint;
  return reach_of(device, nullptr);
}

TEST(Reach, APatternReachesItsFootprintInWholePages) {
  EXPECT_EQ(reach_of_pattern(WorkloadKind::uniform, 4096, 16 * kPageBytes).pages, 16U);
  EXPECT_EQ(reach_of_pattern(WorkloadKind::uniform, 512, 16 * kPageBytes + 1).pages, 17U);
  EXPECT_EQ(reach_of_pattern(WorkloadKind::uniform, 512, 1).pages, 1U);
}

TEST(Reach, ARingReachesItsBuffers) {
  DeviceSpec device;
  device.workload.kind = WorkloadKind::ring;
  device.workload.buffers = 8;
  device.workload.operation = 2 * kPageBytes;
  EXPECT_EQ(reach_of(device, nullptr).pages, 16U);
  device.workload.footprint = 6 * kPageBytes;
  EXPECT_EQ(reach_of(device, nullptr).pages, 6U);
}

TEST(Reach, PhasesReachToTheEndOfTheFarthest) {
  DeviceSpec device;
  device.workload.kind = WorkloadKind::phases;
  device.workload.phases = {{WorkloadKind::uniform, 40 * kPageBytes, 10 * kPageBytes, 1},
                            {WorkloadKind::uniform, 0, 20 * kPageBytes, 1}};
  EXPECT_EQ(reach_of(device, nullptr).pages, 50U);
}

TEST(Reach, ATraceReachesFromItsLowestToItsHighestPage) {
  DeviceSpec device;
  device.workload.kind = WorkloadKind::trace;
  auto trace = std::make_shared<TraceData>();
  trace->entries = {{{Iova{20 * kPageBytes + 4000}, 200, false}, {}, 0, 0},  // ends in page 21
                    {{Iova{7 * kPageBytes + 4095}, 1, false}, {}, 0, 0}};
  const Reach reach = reach_of(device, trace);
  EXPECT_EQ(reach.first, IovaPage{7});
  EXPECT_EQ(reach.pages, 15U);
}

}  // namespace
}  // namespace faultpath::models
