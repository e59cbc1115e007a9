// Handlers that answer twice, late, or never, and groups whose device has gone.
#include <gtest/gtest.h>

#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

TEST(LateAnswer, AGroupIsAnsweredWhenItsHandlerSaysSoAndNotBefore) {
  HandlerRig rig;
  IopfGroup& group = rig.report_last(page_request(10, 1));
  EXPECT_TRUE(group.pending);
  EXPECT_TRUE(rig.port.answers.empty());
  rig.respond(group, ResponseCode::invalid);
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).index, PrgIndex{1});
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  EXPECT_FALSE(group.pending);
}

TEST(LateAnswer, TheSecondAnswerOfAHandlerIsIgnored) {
  HandlerRig rig;
  IopfGroup& group = rig.report_last(page_request(10, 1));
  rig.respond(group, ResponseCode::success);
  rig.respond(group, ResponseCode::invalid);
  EXPECT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.stats().requests_answered, 1U);
  EXPECT_EQ(rig.stats().responses_success, 1U);
  EXPECT_EQ(rig.stats().responses_invalid, 0U);
}

TEST(LateAnswer, HandlersMayAnswerInAnyOrder) {
  HandlerRig rig;
  IopfGroup& first = rig.report_last(page_request(10, 1));
  IopfGroup& second = rig.report_last(page_request(11, 2));
  rig.respond(second, ResponseCode::success);
  rig.respond(first, ResponseCode::success);
  EXPECT_EQ(rig.answered(0).index, PrgIndex{2});
  EXPECT_EQ(rig.answered(1).index, PrgIndex{1});
}

// Linux, iopf_queue_remove_device(): Invalid to all that is pending; the handler's answer comes too
// late and does nothing.
TEST(LateAnswer, AnAnswerForARemovedDeviceIsIgnored) {
  HandlerRig rig;
  IopfGroup& group = rig.report_last(page_request(10, 1));
  rig.remove();
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  rig.respond(group, ResponseCode::success);
  rig.core.free(group);
  EXPECT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.stats().responses_success, 0U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

TEST(LateAnswer, AHandlerThatNeverAnswersKeepsItsGroupUntilTheDeviceGoes) {
  HandlerRig rig;
  rig.report_last(page_request(10, 1));
  rig.simulation.run();
  EXPECT_EQ(rig.core.groups(), 1U);
  EXPECT_TRUE(rig.port.answers.empty()) << "nothing times out";
  rig.remove();
  EXPECT_EQ(rig.port.answers.size(), 1U);
}

TEST(LateAnswer, AGroupThatIsFreedWithoutAnAnswerNeverGetsOne) {
  HandlerRig rig;
  IopfGroup& group = rig.report_last(page_request(10, 1));
  rig.core.free(group);
  rig.remove();
  EXPECT_TRUE(rig.port.answers.empty());
  EXPECT_EQ(rig.core.groups(), 0U);
}

// The record of a group is used again; an answer that was ignored must not have marked it.
TEST(LateAnswer, AGroupThatIsMadeOfAFreedOneIsPending) {
  HandlerRig rig;
  IopfGroup& first = rig.report_last(page_request(10, 1));
  rig.remove();
  rig.core.free(first);
  IopfGroup& second = rig.report_last(page_request(11, 2));
  EXPECT_TRUE(second.pending);
  rig.respond(second, ResponseCode::success);
  EXPECT_EQ(rig.answered(1).index, PrgIndex{2});
  EXPECT_EQ(rig.answered(1).code, LinuxResponse::success);
}

TEST(LateAnswer, AGroupKeepsTheAttachmentThatItWasReportedUnder) {
  HandlerRig rig;
  IopfGroup& group = rig.report_last(page_request(10, 1));
  rig.attachments.detach({HandlerRig::kDevice});
  EXPECT_EQ(group.attachment.table, &rig.space);
  rig.respond(group, ResponseCode::success);
  EXPECT_EQ(rig.port.answers.size(), 1U);
}

}  // namespace
}  // namespace faultpath::models
