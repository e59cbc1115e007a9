// Groups whose requests are forwarded one by one: when they are answered, and what is recalled.
#include "models/kernel/forwarded_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"
#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

using testing::SizeIs;

IopfCoreSpec forwarding(TimeoutAction action = TimeoutAction::off) {
  IopfCoreSpec spec;
  spec.hold_partial = false;
  spec.timeout = {action, sim::microseconds(100)};
  return spec;
}

struct ForwardingRig : HandlerRig {
  explicit ForwardingRig(Era era = Era::v6_9, TimeoutAction action = TimeoutAction::off)
      : HandlerRig(era, FaultRoute::per_page_table, forwarding(action)) {}
  IopfGroup& report_part(const PageRequest& request) {
    EXPECT_TRUE(report(request));
    return *handler.kept.back();
  }
  /// As a handler that has served the part.
  void serve(IopfGroup& part, ResponseCode code = ResponseCode::success) {
    IopfGroup* const whole = core.end_part(part, code);
    if (whole == nullptr) return;
    respond(*whole, whole->code);
    core.free(*whole);
  }
};

TEST(ForwardedGroups, AreNoneUnlessTheyAreAskedFor) { EXPECT_TRUE(IopfCoreSpec{}.hold_partial); }

TEST(ForwardedGroups, GiveEachRequestToItsHandlerAtOnce) {
  ForwardingRig rig;
  const IopfGroup& part = rig.report_part(page_request(10, 1, false));
  ASSERT_THAT(part.faults, SizeIs(1));
  EXPECT_EQ(part.faults[0].page, IovaPage{10});
  EXPECT_FALSE(part.pending) << "there is nothing to answer yet";
  EXPECT_EQ(rig.core.partial_requests(), 1U);
}

TEST(ForwardedGroups, AreAnsweredWhenEachOfTheirRequestsHasBeenServed) {
  ForwardingRig rig;
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  IopfGroup& last = rig.report_part(page_request(11, 1));
  EXPECT_EQ(rig.core.partial_requests(), 0U);
  rig.serve(last);
  EXPECT_TRUE(rig.port.answers.empty());
  rig.serve(first);
  ASSERT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.stats().requests_answered, 2U);
  EXPECT_EQ(rig.stats().responses_success, 1U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

TEST(ForwardedGroups, AreNotAnsweredBeforeTheLastHasCome) {
  ForwardingRig rig;
  rig.serve(rig.report_part(page_request(10, 1, false)));
  EXPECT_TRUE(rig.port.answers.empty());
  rig.serve(rig.report_part(page_request(11, 1)));
  EXPECT_THAT(rig.port.answers, SizeIs(1));
}

TEST(ForwardedGroups, AreAnsweredInvalidIfOneRequestCannotBeServed) {
  ForwardingRig rig;
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  IopfGroup& last = rig.report_part(page_request(11, 1));
  rig.serve(first, ResponseCode::invalid);
  rig.serve(last);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
}

TEST(ForwardedGroups, OfDifferentIndicesAreApart) {
  ForwardingRig rig;
  IopfGroup& one = rig.report_part(page_request(10, 1, false));
  IopfGroup& other = rig.report_part(page_request(20, 2));
  rig.serve(other);
  ASSERT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.answered(0).index, PrgIndex{2});
  EXPECT_TRUE(one.whole->open);
}

TEST(ForwardedGroups, AreRecalledByAnOverflow) {
  ForwardingRig rig;
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  rig.core.discard_partial();
  EXPECT_TRUE(first.is_recalled());
  EXPECT_EQ(rig.stats().requests_discarded, 1U);
  EXPECT_EQ(rig.stats().partial_groups_discarded, 1U);
  EXPECT_EQ(rig.core.partial_requests(), 0U);
  rig.serve(first);
  EXPECT_TRUE(rig.port.answers.empty()) << "silently";
  EXPECT_EQ(rig.core.groups(), 0U);
}

TEST(ForwardedGroups, ALastThatSurvivesARecallIsAGroupOfItsOwn) {
  ForwardingRig rig;
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  rig.core.discard_partial();
  IopfGroup& last = rig.report_part(page_request(11, 1));
  rig.serve(last);
  ASSERT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.stats().requests_answered, 1U);
  rig.serve(first);
  EXPECT_THAT(rig.port.answers, SizeIs(1));
}

TEST(ForwardedGroups, ThatAreCompleteAreNotRecalled) {
  ForwardingRig rig;
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  IopfGroup& last = rig.report_part(page_request(11, 1));
  rig.core.discard_partial();
  EXPECT_FALSE(first.is_recalled());
  rig.serve(first);
  rig.serve(last);
  EXPECT_EQ(rig.stats().requests_answered, 2U);
}

TEST(ForwardedGroups, WithoutAHandlerWhatIsNotTheLastIsDroppedBefore611AndAnsweredSince) {
  PageRequest request = page_request(10, 1, false);
  request.pasid = Pasid{9};  // of which nobody knows
  for (const EraRules& rules : eras()) {
    if (rules.route == FaultRoute::per_device) continue;
    ForwardingRig rig(rules.era);
    EXPECT_FALSE(rig.report(request));
    rig.refuse(request, ResponseCode::failure);
    EXPECT_EQ(rig.port.answers.size(), rules.looks_up_every_request ? 1U : 0U) << rules.name;
    EXPECT_EQ(rig.stats().requests_discarded, rules.looks_up_every_request ? 0U : 1U);
  }
}

TEST(ForwardedGroups, ThatTimeOutAreAnsweredOnceWhateverIsStillInService) {
  ForwardingRig rig(Era::v6_9, TimeoutAction::invalid);
  IopfGroup& first = rig.report_part(page_request(10, 1, false));
  IopfGroup& last = rig.report_part(page_request(11, 1));
  rig.simulation.run();
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  rig.serve(first);
  rig.serve(last);
  EXPECT_THAT(rig.port.answers, SizeIs(1));
  EXPECT_EQ(rig.stats().late_responses, 1U);
  EXPECT_EQ(rig.core.groups(), 0U);
}

// On two cores both pages of a group are served at the same time.
TEST(ForwardedGroups, AreServedByAsManyThreadsAsTheyHaveRequests) {
  RigSpec spec;
  spec.host.cores = 2;
  spec.host.iopf.hold_partial = false;
  HostRig rig(spec);
  RecordingStrategy strategy(rig.context());
  strategy.cost = sim::nanoseconds(500);
  rig.serve_with(strategy);
  rig.add_space(1000);
  rig.at(at_ns(0), [&] {
    EXPECT_TRUE(rig.core.report(page_request(10, 1, false)));
    EXPECT_TRUE(rig.core.report(page_request(11, 1)));
  });
  rig.run();
  ASSERT_THAT(strategy.handled, SizeIs(2));
  EXPECT_EQ(strategy.handled[0].begun, strategy.handled[1].begun);
  const auto& seen = rig.endpoints[0].responses;
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].at, at_ns(1000 + 500 + 150)) << "wake-up, handling, submission";
}

}  // namespace
}  // namespace faultpath::models
