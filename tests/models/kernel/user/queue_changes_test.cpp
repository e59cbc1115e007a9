// What happens to groups in user space when page tables and files change.
#include "models/kernel/user/queue_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using testing::IsEmpty;
using testing::SizeIs;

/// Two functions; user space never answers by itself.
class QueueChangesTest : public testing::Test {
 protected:
  explicit QueueChangesTest(IommufdSpec route = {}) {
    route.answers = UserAnswers::never;
    RigSpec spec;
    spec.host.era = Era::v7_1;
    spec.route = RouteSpec(route);
    spec.handling.assign(2, route);
    rig = std::make_unique<HostRig>(spec);
    for (int i = 0; i < 2; ++i) rig->add_space(1000);
  }
  void report_at(sim::Duration when, std::uint32_t device, std::uint16_t index) {
    PageRequest request = page_request(index, index);
    request.device = DeviceIndex{device};
    rig->at(sim::Time{when}, [this, request] { reported = rig->core.report(request); });
  }
  void apply_at(sim::Duration when, UserAction action, std::uint32_t device = 0) {
    rig->at(sim::Time{when}, [this, action, device] {
      rig->simulation.start(apply(action, DeviceIndex{device}), "user space");
    });
  }
  /// Indices of the answers that a function has had, all of them Invalid.
  std::vector<std::uint16_t> invalid(std::uint32_t device) const {
    std::vector<std::uint16_t> indices;
    for (const auto& each : rig->endpoints[device].responses) {
      EXPECT_EQ(each.message.code, ResponseCode::invalid);
      indices.push_back(each.message.index.value);
    }
    return indices;
  }
  UserFaults& user() { return *rig->kernel.user(); }

  std::unique_ptr<HostRig> rig;
  bool reported = false;

 private:
  sim::Process apply(UserAction action, DeviceIndex device) {
    co_await rig->kernel.queue_changes().apply(action, device);
  }
};

constexpr sim::Duration kRead = microseconds(20);  ///< user space has read what came before

TEST_F(QueueChangesTest, DetachingAnswersInvalidAndLaterFaultsAreNobodys) {
  report_at({}, 0, 1);
  report_at({}, 1, 2);
  apply_at(kRead, UserAction::detach);
  report_at(2 * kRead, 0, 3);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(1));
  EXPECT_THAT(invalid(1), IsEmpty());
  EXPECT_FALSE(reported) << "the core has to answer what comes now";
}

// The file is the same: its auto-responder finds the groups of the former attachment.
TEST_F(QueueChangesTest, ReplacingByATableWithTheSameFileAnswersInvalid) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::replace_same_file);
  report_at(2 * kRead, 0, 2);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(1));
  EXPECT_TRUE(reported);
  EXPECT_EQ(user().unanswered(), 1U) << "the new attachment has a handler, and keeps its group";
  EXPECT_THAT(user().files(), SizeIs(2)) << "one for each table, as before";
}

// It looks into the new file, where there is nothing of the former attachment.
TEST_F(QueueChangesTest, ReplacingByATableWithAnotherFileLeavesTheFormerGroups) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::replace_new_file);
  report_at(2 * kRead, 0, 2);
  rig->run();
  EXPECT_THAT(invalid(0), IsEmpty());
  ASSERT_THAT(user().files(), SizeIs(3));
  EXPECT_EQ(user().files()[0].unanswered(), 1U);
  EXPECT_EQ(user().files()[2].unanswered(), 1U) << "read by a thread of its own";
}

TEST_F(QueueChangesTest, TheyStayUntilTheFormerFileIsDestroyed) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::replace_new_file);
  report_at(2 * kRead, 0, 2);
  apply_at(3 * kRead, UserAction::destroy);
  report_at(4 * kRead, 0, 3);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(1)) << "not those of the new file";
  EXPECT_TRUE(reported) << "the new attachment goes on";
}

TEST_F(QueueChangesTest, DetachingAfterAReplacementAnswersOnlyTheNewAttachment) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::replace_new_file);
  report_at(2 * kRead, 0, 2);
  apply_at(3 * kRead, UserAction::detach);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(2));
  EXPECT_EQ(user().unanswered(), 1U);
}

TEST_F(QueueChangesTest, ClosingAnswersNothingAndNobodyReadsAnyMore) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::close);
  report_at(2 * kRead, 0, 2);
  rig->run();
  EXPECT_THAT(invalid(0), IsEmpty());
  EXPECT_EQ(user().files()[0].unanswered(), 1U);
  EXPECT_EQ(user().files()[0].undelivered(), 1U);
  EXPECT_NE(user().what_is_held().find("1 groups have been read and not answered, 1 have not"),
            std::string::npos);
}

TEST_F(QueueChangesTest, DestroyingDetachesWhatIsAttachedAndAnswersEverything) {
  report_at({}, 0, 1);
  apply_at(kRead, UserAction::close);
  report_at(2 * kRead, 0, 2);
  apply_at(3 * kRead, UserAction::destroy);
  report_at(4 * kRead, 0, 3);
  rig->run();
  EXPECT_THAT(invalid(0), testing::UnorderedElementsAre(1, 2));
  EXPECT_FALSE(reported);
}

IommufdSpec shared() {
  IommufdSpec route;
  route.queues = IommufdSpec::Queues::shared;
  return route;
}

class SharedFileChangesTest : public QueueChangesTest {
 protected:
  SharedFileChangesTest() : QueueChangesTest(shared()) {}
};

// Whatever is attached to the file goes, whosever it is.
TEST_F(SharedFileChangesTest, DestroyingTheFileConcernsAll) {
  report_at({}, 0, 1);
  report_at({}, 1, 2);
  apply_at(kRead, UserAction::destroy, 0);
  report_at(2 * kRead, 1, 3);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(1));
  EXPECT_THAT(invalid(1), testing::ElementsAre(2));
  EXPECT_FALSE(reported);
}

TEST_F(SharedFileChangesTest, DetachingOneDeviceLeavesTheOthers) {
  report_at({}, 0, 1);
  report_at({}, 1, 2);
  apply_at(kRead, UserAction::detach, 0);
  rig->run();
  EXPECT_THAT(invalid(0), testing::ElementsAre(1));
  EXPECT_THAT(invalid(1), IsEmpty());
}

}  // namespace
}  // namespace faultpath::models
