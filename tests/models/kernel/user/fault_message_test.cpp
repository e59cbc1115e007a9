// What user space gets to know of a group.
#include "models/kernel/user/fault_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/user/file_rig.hpp"

namespace faultpath::models {
namespace {

// Arm's event has the bit S2, and the fault core keeps it.
TEST(FaultMessages, DoNotTellThatAStallIsOfTheSecondStage) {
  FileRig rig;
  PageRequest stall = page_request(10, 1, true);
  stall.device = DeviceIndex{0};
  stall.miss = {WalkMiss::Stage::second, 2};
  EXPECT_TRUE(rig.core.report(stall));
  const auto read = rig.read();
  ASSERT_THAT(read, testing::SizeIs(1));
  EXPECT_EQ(read[0].records[0].page, IovaPage{10});
  EXPECT_EQ(read[0].records[0].miss, WalkMiss{});
  EXPECT_FALSE(read[0].second_stage);
}

}  // namespace
}  // namespace faultpath::models
