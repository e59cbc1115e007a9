// Guests that answer wrongly: what each costs, what bounds it, and that nothing is lost sight of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

std::string stuck_message(const SystemSpec& spec) {
  try {
    run_system(spec);
  } catch (const sim::StuckError& stuck) {
    return stuck.what();
  }
  return {};
}

// Nothing but the credits of its device bounds it.
TEST(HostileGuests, OneThatNeverAnswersKeepsAllCreditsOfItsDevice) {
  const Counters c = settled(hostile_guest(NeverAnswersSpec{})).counters;
  EXPECT_EQ(c.page_request_groups, kCredits);
  EXPECT_EQ(c.guest_answers_withheld, kCredits);
  EXPECT_EQ(c.requests_unanswered, kCredits);
  EXPECT_EQ(c.guest_answers, 0U);
  EXPECT_EQ(c.dma_operations, 0U);
}

// At the end of the run there is nothing to wait for.
TEST(HostileGuests, TheEndOfAPasidLeavesWhatNobodyAnswersAsItIs) {
  for (const StopAtEnd how : {StopAtEnd::marker, StopAtEnd::answers}) {
    SystemSpec spec = hostile_guest(NeverAnswersSpec{});
    spec.devices[0].stop_at_end = how;
    const Counters c = settled(spec).counters;
    EXPECT_EQ(c.page_request_groups, kCredits);
    EXPECT_EQ(c.requests_unanswered, kCredits);
  }
}

TEST(HostileGuests, ATimeOutAnswersInvalidInItsPlace) {
  const Counters c =
      settled(hostile_guest(NeverAnswersSpec{}, with_timeout(sim::microseconds(100)))).counters;
  EXPECT_GT(c.page_request_groups, kCredits);
  EXPECT_EQ(c.guest_groups_timed_out, c.page_request_groups);
  EXPECT_EQ(c.responses_invalid, c.page_request_groups);
  EXPECT_EQ(c.requests_unanswered, 0U);
  EXPECT_EQ(c.guest_answers_withheld, c.page_request_groups) << "the guest has handled them";
}

// Its credits come back at once, and are asked for again at once: credits / time-out groups a
// second, however few the guest answers. That is a flood when the time-out is short.
TEST(HostileGuests, ATimeOutLetsAGuestAskForItsCreditsOncePerTimeOut) {
  const auto groups_in = [](sim::Duration duration, sim::Duration timeout) {
    SystemSpec spec = hostile_guest(NeverAnswersSpec{}, with_timeout(timeout));
    spec.run.stop.duration = duration;
    return static_cast<double>(settled(spec).counters.page_request_groups);
  };
  // From the answer to the next group in the VMM's hands: eight of them one after the other, each
  // below 20 us.
  const double longest = kCredits * 20e-6;
  for (const double timeout : {1e-3, 2e-3}) {
    const double duration = 10e-3;
    const double groups =
        groups_in(sim::milliseconds(10), sim::microseconds(std::llround(1e6 * timeout)));
    EXPECT_LE(groups, kCredits * (duration / timeout + 1));
    EXPECT_GE(groups, kCredits * std::floor(duration / (timeout + longest)));
  }
}

// Of a share of the groups, the others get their answers.
TEST(HostileGuests, AShareOfTheGroupsIsWithheld) {
  SystemSpec spec = hostile_guest(NeverAnswersSpec{0.25}, with_timeout(sim::microseconds(200)));
  spec.run.stop.duration = sim::milliseconds(5);
  const Counters c = settled(spec).counters;
  const auto groups = static_cast<double>(c.page_request_groups);
  EXPECT_EQ(c.guest_groups_timed_out, c.guest_answers_withheld);
  EXPECT_EQ(c.responses_success, c.page_request_groups - c.guest_answers_withheld);
  const double deviation = std::sqrt(groups * 0.25 * 0.75);
  EXPECT_NEAR(static_cast<double>(c.guest_answers_withheld), groups * 0.25, 4 * deviation);
}

// The VMM has forgotten the group by then.
TEST(HostileGuests, TheSecondOfTwoAnswersFindsNoGroup) {
  const Counters c = settled(hostile_guest(AnswersTwiceSpec{})).counters;
  EXPECT_EQ(c.guest_answers_extra, c.page_request_groups);
  EXPECT_EQ(c.guest_answers_unmatched, c.page_request_groups);
  EXPECT_EQ(c.responses_success, c.page_request_groups);
  EXPECT_EQ(c.responses_misrouted, 0U);
}

TEST(HostileGuests, AnAnswerToAnUnknownIndexIsIgnored) {
  const Counters c = settled(hostile_guest(AnswersAnotherSpec{})).counters;
  EXPECT_EQ(c.guest_answers_unmatched, kCredits);
  EXPECT_EQ(c.guest_answers_withheld, kCredits);
  EXPECT_EQ(c.requests_unanswered, kCredits);
}

// An index that comes back reaches whoever has it now; else nobody.
TEST(HostileGuests, ARepeatedIndexAnswersWhoeverHasItNow) {
  const AnswersAnotherSpec repeated{AnswersAnotherSpec::Index::repeated};
  const Counters c = settled(hostile_guest(repeated)).counters;
  EXPECT_GT(c.guest_answers_withheld, 0U);
  EXPECT_EQ(c.guest_answers_extra, c.guest_answers_withheld);
  EXPECT_LE(c.requests_unanswered, kCredits);
  EXPECT_EQ(c.page_request_groups, c.responses_success + c.requests_unanswered);
}

// -EINVAL, and the VMM has forgotten the group: the host waits for ever.
TEST(HostileGuests, FailureIsRefusedAndTheGroupIsLost) {
  const Counters c = settled(hostile_guest(AnswersFailureSpec{})).counters;
  EXPECT_EQ(c.responses_refused, kCredits);
  EXPECT_EQ(c.requests_unanswered, kCredits);
  EXPECT_EQ(c.responses_failure, 0U);
}

TEST(HostileGuests, ATimeOutEndsGroupsWhoseFailureWasRefused) {
  const Counters c =
      settled(hostile_guest(AnswersFailureSpec{}, with_timeout(sim::microseconds(100)))).counters;
  EXPECT_GT(c.responses_refused, 0U);
  EXPECT_EQ(c.responses_refused + c.guest_answers_unmatched, c.page_request_groups)
      << "the guest answers each, some of them too late";
  EXPECT_EQ(c.guest_groups_timed_out, c.page_request_groups);
  EXPECT_EQ(c.requests_unanswered, 0U);
}

TEST(HostileGuests, ARunThatWaitsForThemSaysWhy) {
  SystemSpec spec = hostile_guest(NeverAnswersSpec{});
  spec.run.stop = {};
  spec.run.stop.operations = 100;
  EXPECT_THAT(stuck_message(spec), testing::HasSubstr("vmm.limits.timeout"));
}

TEST(HostileGuests, ARunThatWaitsForAnOversizedGroupSaysWhy) {
  SystemSpec spec = small_guest();
  spec.devices[0].workload.operation = 4 * kPageBytes;
  spec.devices[0].pri.group = 4;
  spec.guests[0].vmm.records = 3;
  EXPECT_THAT(stuck_message(spec), testing::HasSubstr("vmm.records"));
}

// Its device gets no further than its own credits, and the neighbour's operations come to as many
// as if it were not there, but for those that wait behind its eight groups.
TEST(HostileGuests, TheNeighbourOfOneThatNeverAnswersGoesOn) {
  SystemSpec spec = hostile_guest(WellBehavedSpec{});
  spec.run.by = Dimension::device;
  spec.guests.push_back(spec.guests[0]);
  spec.guests[1].name = "bad";
  spec.guests[1].behaviour = NeverAnswersSpec{};
  spec.devices.push_back(spec.devices[0]);
  spec.devices[0].name = "neighbour";
  spec.devices[1].name = "hostile";
  spec.devices[1].guest = "bad";
  spec.traces.resize(2);
  const RunOutcome outcome = run_system(spec);
  EXPECT_EQ(outcome.parts[1].counters.page_request_groups, kCredits);
  EXPECT_EQ(outcome.parts[1].counters.dma_operations, 0U);
  EXPECT_EQ(outcome.parts[0].counters.requests_unanswered, 0U);
  EXPECT_GT(outcome.parts[0].counters.dma_operations, 0U);
}

}  // namespace
}  // namespace faultpath::models
