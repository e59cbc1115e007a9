// Lost responses: which answers of handlers get lost, and what becomes of their groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Where = LostResponseSpec::Where;

constexpr sim::Duration kAfter = sim::microseconds(100);
constexpr sim::Duration kLate = sim::microseconds(30);

IopfCoreSpec losing(const LostResponseSpec& lost, TimeoutAction action) {
  IopfCoreSpec spec;
  spec.timeout = {action, kAfter};
  spec.lost = lost;
  return spec;
}

struct LossRig : HandlerRig {
  explicit LossRig(const LostResponseSpec& lost, TimeoutAction action = TimeoutAction::off)
      : HandlerRig(Era::v6_9, FaultRoute::per_page_table, losing(lost, action)) {}
  /// Reports, answers and frees a group, as a handler without a time of its own.
  void serve(std::uint16_t index) {
    IopfGroup& group = report_last(page_request(10, index));
    respond(group, ResponseCode::success);
    core.free(group);
  }
  std::vector<std::uint16_t> answered_indices() const {
    std::vector<std::uint16_t> indices;
    for (const auto& answer : port.answers) indices.push_back(answer.response.index.value);
    return indices;
  }
};

TEST(LostResponses, AreTheOnesThatAreAskedFor) {
  LossRig rig({.where = Where::handler, .share = 1.0, .after = 2, .at_most = 3});
  for (std::uint16_t index = 0; index < 7; ++index) rig.serve(index);
  EXPECT_THAT(rig.answered_indices(), ElementsAre(0, 1, 5, 6));
  EXPECT_EQ(rig.stats().lost_responses, 3U);
  EXPECT_EQ(rig.stats().requests_answered, 4U);
  EXPECT_EQ(rig.stats().requests_unanswered, 3U);
}

// A binomial distribution of 4000 draws with p = 0.25 has a standard deviation of 27.4.
TEST(LostResponses, HaveTheirShare) {
  LossRig rig({.where = Where::handler, .share = 0.25});
  for (int i = 0; i < 4000; ++i) rig.serve(1);
  EXPECT_NEAR(static_cast<double>(rig.stats().lost_responses), 1000.0, 4 * 27.4);
}

TEST(LostResponses, OfAHandlerLeaveTheGroupPendingUntilTheTimeIsUp) {
  LossRig rig({.where = Where::handler, .share = 1.0}, TimeoutAction::invalid);
  rig.serve(1);
  EXPECT_EQ(rig.core.groups(), 1U);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  EXPECT_EQ(rig.core.groups(), 0U) << "its record is given back";
  EXPECT_EQ(rig.stats().requests_unanswered, 0U);
}

TEST(LostResponses, OfAHandlerLeaveTheGroupPendingUntilTheDeviceGoes) {
  LossRig rig({.where = Where::handler, .share = 1.0});
  rig.serve(1);
  rig.remove();
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  EXPECT_EQ(rig.core.groups(), 0U);
}

// The core has answered: nothing is pending, and nothing times out.
TEST(LostResponses, OnTheirWayAreOutOfReachOfATimeOut) {
  LossRig rig({.where = Where::message, .share = 1.0}, TimeoutAction::invalid);
  rig.serve(1);
  rig.simulation.run();
  EXPECT_TRUE(rig.port.answers.empty());
  EXPECT_EQ(rig.stats().timeouts, 0U);
  EXPECT_EQ(rig.stats().lost_responses, 1U);
  EXPECT_EQ(rig.stats().requests_unanswered, 1U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

TEST(LostResponses, ComeLateWhereTheyDo) {
  for (const Where where : {Where::handler, Where::message}) {
    LossRig rig({.where = where, .share = 1.0, .late = kLate});
    rig.serve(1);
    rig.simulation.run();
    ASSERT_THAT(rig.port.answers, SizeIs(1));
    EXPECT_EQ(rig.port.answers[0].at, sim::Time{kLate});
    EXPECT_EQ(rig.answered(0).code, LinuxResponse::success);
    EXPECT_EQ(rig.stats().requests_answered, 1U);
    EXPECT_EQ(rig.stats().requests_unanswered, 0U);
    EXPECT_EQ(rig.core.groups(), 0U);
  }
}

TEST(LostResponses, ThatComeAfterTheTimeOutAreIgnored) {
  LossRig rig({.where = Where::handler, .share = 1.0, .late = 2 * kAfter}, TimeoutAction::invalid);
  rig.serve(1);
  rig.simulation.run();
  EXPECT_EQ(rig.simulation.now(), sim::Time{2 * kAfter});
  EXPECT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.stats().late_responses, 1U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

}  // namespace
}  // namespace faultpath::models
