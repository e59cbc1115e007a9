// Closed loops in which no time passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/blamed.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each completion is the next issue: without any time between, a closed loop stays at one moment.
TEST(Problems, OfAClosedLoopWithoutTimeBlameTheLink) {
  SystemSpec spec = small_system();
  spec.devices[0].link = {.latency = sim::Duration{}, .bandwidth = 1e18};
  EXPECT_THAT(blamed(spec), ElementsAre("devices[0].link"));
  SystemSpec open = spec;
  open.devices[0].workload.queue_depth.reset();
  open.devices[0].workload.rate = 1e6;
  EXPECT_THAT(blamed(open), IsEmpty());
  SystemSpec far = spec;
  far.devices[0].link.latency = sim::picoseconds(1);
  EXPECT_THAT(blamed(far), IsEmpty());
  // 4096 bytes take half a picosecond, which is rounded up, at 8.192e15 bytes a second.
  SystemSpec slow = spec;
  slow.devices[0].link.bandwidth = 8.19e15;
  EXPECT_THAT(blamed(slow), IsEmpty());
  slow.devices[0].link.bandwidth = 8.2e15;
  EXPECT_THAT(blamed(slow), ElementsAre("devices[0].link"));
}

// Without an ATC each access is looked up in the IOTLB.
TEST(Problems, OfAClosedLoopCountTheIotlbWhereTheDeviceHasNoAtc) {
  SystemSpec spec = small_system();
  spec.devices[0].link = {.latency = sim::Duration{}, .bandwidth = 1e18};
  spec.devices[0].ats.enabled = false;
  EXPECT_THAT(blamed(spec), IsEmpty());
  spec.iommu.lookup = constant(sim::Duration{});
  EXPECT_THAT(blamed(spec), ElementsAre("devices[0].link"));
}

}  // namespace
}  // namespace faultpath::models
