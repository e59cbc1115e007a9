// Response time-outs: when a group is late, what is done about it, and what a late answer does.
#include "models/kernel/response_timeouts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr sim::Duration kAfter = sim::microseconds(100);

IopfCoreSpec with(TimeoutAction action) {
  IopfCoreSpec spec;
  spec.timeout = {action, kAfter};
  return spec;
}

struct TimeoutRig : HandlerRig {
  explicit TimeoutRig(TimeoutAction action, Era era = Era::v6_9)
      : HandlerRig(era, FaultRoute::per_page_table, with(action)) {}
  /// A page request for page 10 + index is reported at `when`.
  void report_at(sim::Time when, std::uint16_t index) {
    at(when, [this, index] { report_last(page_request(10 + index, index)); });
  }
  IopfGroup& group(std::size_t number) { return *handler.kept.at(number); }
};

constexpr sim::Time kStart{};
constexpr sim::Duration kHalf = kAfter / 2;

class ResetDevices final : public FunctionReset {
 public:
  void reset(DeviceIndex device) override { devices.push_back(device.value); }
  std::vector<std::uint32_t> devices;
};

TEST(ResponseTimeout, IsOffUnlessItIsAskedFor) {
  EXPECT_EQ(ResponseTimeoutSpec{}.action, TimeoutAction::off);
  EXPECT_EQ(ResponseTimeoutSpec{}.after, sim::seconds(10)) << "Pan, 2020: prq_timeout";
  TimeoutRig rig(TimeoutAction::off);
  rig.report_at(kStart, 1);
  rig.simulation.run();
  EXPECT_TRUE(rig.group(0).pending);
  EXPECT_EQ(rig.stats().timeouts, 0U);
}

TEST(ResponseTimeout, AWarningCountsTheGroupOnceAndLeavesItPending) {
  TimeoutRig rig(TimeoutAction::warn);
  rig.report_at(kStart, 1);
  rig.simulation.run();
  EXPECT_EQ(rig.simulation.now(), kStart + kAfter) << "the timer has nothing left to find";
  EXPECT_EQ(rig.stats().timeouts, 1U);
  EXPECT_TRUE(rig.port.answers.empty());
  rig.respond(rig.group(0), ResponseCode::success);
  EXPECT_THAT(rig.port.answers, SizeIs(1)) << "an answer is in time, whenever it comes";
  EXPECT_EQ(rig.stats().late_responses, 0U);
}

TEST(ResponseTimeout, InvalidIsAnsweredWhenTheTimeIsUp) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart + kHalf, 1);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.port.answers[0].at, kStart + kHalf + kAfter);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  EXPECT_EQ(rig.answered(0).index, PrgIndex{1});
  EXPECT_EQ(rig.stats().timeouts, 1U);
  EXPECT_EQ(rig.stats().responses_invalid, 1U);
  EXPECT_EQ(rig.stats().requests_answered, 1U);
  EXPECT_EQ(rig.stats().requests_unanswered, 0U);
}

// Semantics: armed when the list becomes non-empty, re-armed every period.
TEST(ResponseTimeout, TheTimerOfADeviceLooksOnceAPeriod) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart, 1);
  rig.report_at(kStart + kHalf, 2);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(2));
  EXPECT_EQ(rig.port.answers[0].at, kStart + kAfter);
  EXPECT_EQ(rig.port.answers[1].at, kStart + 2 * kAfter);
}

TEST(ResponseTimeout, TheTimerStopsWithTheLastPendingGroup) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart, 1);
  rig.report_at(kStart, 2);
  rig.at(kStart + kHalf, [&] { rig.respond(rig.group(0), ResponseCode::success); });
  rig.at(kStart + kHalf, [&] { rig.respond(rig.group(1), ResponseCode::success); });
  rig.simulation.run();
  EXPECT_EQ(rig.simulation.now(), kStart + kHalf);
  EXPECT_EQ(rig.stats().timeouts, 0U);
}

TEST(ResponseTimeout, AGroupThatIsFreedWithoutAnAnswerStopsTheTimerToo) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart, 1);
  rig.at(kStart + kHalf, [&] { rig.core.free(rig.group(0)); });
  rig.simulation.run();
  EXPECT_EQ(rig.simulation.now(), kStart + kHalf);
  EXPECT_TRUE(rig.port.answers.empty());
}

TEST(ResponseTimeout, FailureIsForEveryGroupOfTheDeviceWhichIsReset) {
  TimeoutRig rig(TimeoutAction::failure_reset);
  ResetDevices resets;
  rig.core.connect(resets);
  rig.report_at(kStart, 1);
  rig.report_at(kStart + kHalf, 2);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(2));
  for (const auto& answer : rig.port.answers) {
    EXPECT_EQ(answer.at, kStart + kAfter);
    EXPECT_EQ(answer.response.code, LinuxResponse::failure);
  }
  EXPECT_EQ(rig.stats().timeouts, 1U) << "the second was not late yet";
  EXPECT_EQ(rig.stats().responses_failure, 2U);
  EXPECT_THAT(resets.devices, ElementsAre(HandlerRig::kDevice.value));
}

TEST(ResponseTimeout, TheAnswerOfAHandlerBehindItIsIgnored) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart, 1);
  rig.simulation.run();
  rig.respond(rig.group(0), ResponseCode::success);
  rig.core.free(rig.group(0));
  EXPECT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.stats().late_responses, 1U);
  EXPECT_EQ(rig.stats().responses_success, 0U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

// The author's concern: the device has the index back with the synthetic answer, and uses it again.
TEST(ResponseTimeout, ALateAnswerForAReusedIndexIsTakenForTheNewGroupBefore69) {
  TimeoutRig rig(TimeoutAction::invalid, Era::v6_7);
  rig.report_at(kStart, 1);
  rig.report_at(kStart + kAfter + kHalf, 1);
  rig.at(kStart + 2 * kAfter, [&] { rig.respond(rig.group(0), ResponseCode::success); });
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(2));
  EXPECT_EQ(rig.port.answers[1].at, kStart + 2 * kAfter);
  EXPECT_EQ(rig.answered(1).code, LinuxResponse::success) << "for a page that nobody has brought";
  EXPECT_EQ(rig.stats().late_responses, 1U);
  EXPECT_EQ(rig.stats().misplaced_responses, 1U);
  rig.respond(rig.group(1), ResponseCode::success);
  EXPECT_THAT(rig.port.answers, SizeIs(2)) << "no pending request: the response is dropped";
  EXPECT_EQ(rig.stats().late_responses, 2U);
}

TEST(ResponseTimeout, ALateAnswerForAReusedIndexIsIgnoredSince69) {
  TimeoutRig rig(TimeoutAction::invalid);
  rig.report_at(kStart, 1);
  rig.report_at(kStart + kAfter + kHalf, 1);
  rig.at(kStart + 2 * kAfter, [&] { rig.respond(rig.group(0), ResponseCode::success); });
  rig.at(kStart + 2 * kAfter, [&] { rig.respond(rig.group(1), ResponseCode::success); });
  rig.simulation.run();
  EXPECT_THAT(rig.port.answers, SizeIs(2));
  EXPECT_EQ(rig.stats().late_responses, 1U);
  EXPECT_EQ(rig.stats().misplaced_responses, 0U);
  EXPECT_EQ(rig.stats().responses_success, 1U);
}

}  // namespace
}  // namespace faultpath::models
