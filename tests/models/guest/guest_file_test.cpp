// What a VMM remembers of the groups that it has read from the file of an attachment.
#include "models/guest/guest_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/models/kernel/user/file_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The faults of device 0 lie in a guest's file.
class GuestFileTest : public testing::Test {
 protected:
  GuestFileTest() {
    const Originator who{DeviceIndex{0}};
    rig.attachments.detach(who);
    rig.attachments.attach(who, {.table = &rig.space, .handler = &file});
  }
  void read_and_remember() {
    std::vector<FaultMessage> batch;
    file.read(100, batch);
    for (FaultMessage& each : batch) file.remember(std::move(each));
  }
  std::vector<std::uint64_t> take(std::uint16_t index) {
    std::vector<std::uint64_t> pages;
    for (const FaultMessage& each : file.take(PrgIndex{index})) {
      pages.push_back(each.records.front().page.value);
    }
    return pages;
  }

  FileRig rig;
  GuestFile file{rig.simulation, rig.groups, rig.counts, "vm/fault file 0", {DeviceIndex{0}}};
};

TEST_F(GuestFileTest, AnAnswerFindsItsGroupByTheIndex) {
  rig.report(0, 10, 1);
  rig.report(0, 20, 2);
  read_and_remember();
  EXPECT_THAT(take(2), ElementsAre(20));
  EXPECT_THAT(take(1), ElementsAre(10));
  EXPECT_EQ(file.remembered(), 0U);
}

// A device may use an index again while the former group still waits for an answer.
TEST_F(GuestFileTest, AnIndexIsNoUniqueKey) {
  rig.report(0, 10, 7);
  rig.report(0, 20, 7);
  read_and_remember();
  EXPECT_THAT(take(7), ElementsAre(10, 20)) << "the guest's answer goes to both";
}

TEST_F(GuestFileTest, AnAnswerToNobodyFindsNothing) {
  rig.report(0, 10, 1);
  read_and_remember();
  EXPECT_THAT(take(2), IsEmpty());
  EXPECT_THAT(take(1), ElementsAre(10)) << "and leaves the others alone";
  EXPECT_THAT(take(1), IsEmpty()) << "an answer is for once";
}

}  // namespace
}  // namespace faultpath::models
