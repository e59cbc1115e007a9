// Limits of a VMM, and guests that answer wrongly, behind the kinds whose groups the VMM sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/models/blamed.hpp"
#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SystemSpec hostile_behind(const VirtualIommuSpec& viommu, const GuestBehaviourSpec& behaviour,
                          const GuestLimitsSpec& limits = {}) {
  SystemSpec spec = hostile_guest(behaviour, limits);
  spec.iommu.kind = *host_kind_of(viommu);
  spec.guests[0].viommu = viommu;
  return spec;
}
const GuestLimitsSpec kSoon = with_timeout(sim::microseconds(100));

// A queue of two entries each, so that it is full as well.
VirtualIommuSpec with_narrow_queue(VirtualIommuSpec viommu) {
  if (auto* const virtio = std::get_if<VirtioPrqSpec>(&viommu)) {
    virtio->queue_entries = 2;
    virtio->held = 2;
  }
  if (auto* const smmu = std::get_if<EmulatedSmmuSpec>(&viommu)) smmu->queue_entries = 2;
  return viommu;
}

class LimitedKinds : public testing::TestWithParam<VirtualIommuSpec> {};

TEST_P(LimitedKinds, ATimeOutAnswersInvalidInTheGuestsPlace) {
  const Counters c = settled(hostile_behind(GetParam(), NeverAnswersSpec{}, kSoon)).counters;
  EXPECT_GT(c.page_request_groups, kCredits);
  EXPECT_EQ(c.guest_groups_timed_out, c.page_request_groups);
  EXPECT_EQ(c.responses_invalid, c.page_request_groups);
  EXPECT_EQ(c.requests_unanswered, 0U);
  EXPECT_EQ(c.guest_answers, 0U);
}

TEST_P(LimitedKinds, ATimeOutEndsWhatAFullQueueHasHeldBack) {
  const Counters c =
      settled(hostile_behind(with_narrow_queue(GetParam()), NeverAnswersSpec{}, kSoon)).counters;
  EXPECT_GT(c.guest_groups_timed_out, kCredits);
  EXPECT_EQ(c.requests_unanswered, 0U);
}

TEST_P(LimitedKinds, TheSecondOfTwoAnswersFindsNoGroup) {
  const Counters c = settled(hostile_behind(GetParam(), AnswersTwiceSpec{})).counters;
  EXPECT_EQ(c.guest_answers_extra, c.page_request_groups);
  EXPECT_EQ(c.guest_answers_unmatched, c.page_request_groups);
  EXPECT_EQ(c.responses_success, c.page_request_groups);
}

TEST_P(LimitedKinds, FailureIsRefusedAndATimeOutEndsTheGroup) {
  const Counters c = settled(hostile_behind(GetParam(), AnswersFailureSpec{}, kSoon)).counters;
  EXPECT_GT(c.responses_refused, 0U);
  EXPECT_EQ(c.responses_refused + c.guest_answers_unmatched, c.page_request_groups);
  EXPECT_EQ(c.guest_groups_timed_out, c.page_request_groups);
  EXPECT_EQ(c.requests_unanswered, 0U);
}

TEST_P(LimitedKinds, GroupsBeyondThoseThatMayPendAreAnsweredInvalidAtOnce) {
  GuestLimitsSpec limits;
  limits.pending_groups = kCredits - 1;
  const Counters c = settled(hostile_behind(GetParam(), WellBehavedSpec{}, limits)).counters;
  EXPECT_GT(c.guest_groups_limited, 0U);
  EXPECT_EQ(c.responses_invalid, c.guest_groups_limited);
  EXPECT_EQ(c.guest_answers + c.guest_groups_limited, c.page_request_groups);
  EXPECT_EQ(c.requests_unanswered, 0U);
}

TEST_P(LimitedKinds, TheGuestGetsNoMoreGroupsThanThereAreTokens) {
  GuestLimitsSpec limits;
  limits.injection = TokenBucketSpec{20e3, 4};
  SystemSpec spec = hostile_behind(GetParam(), WellBehavedSpec{}, limits);
  spec.run.stop.duration = sim::milliseconds(2);
  const Seen seen = settled(spec);
  const double seconds = sim::to_seconds(seen.simulated);
  EXPECT_LE(static_cast<double>(seen.counters.guest_requests), 4 + 20e3 * seconds);
  EXPECT_GE(static_cast<double>(seen.counters.guest_requests), 20e3 * (seconds - 150e-6));
  EXPECT_GT(seen.counters.guest_groups_delayed, 0U);
}

TEST_P(LimitedKinds, InvalidationsWaitForTokens) {
  GuestLimitsSpec limits;
  limits.invalidations = TokenBucketSpec{4e3, 1};
  const Seen with = settled(hostile_behind(GetParam(), FloodsInvalidationsSpec{}, limits));
  const Seen without = settled(hostile_behind(GetParam(), FloodsInvalidationsSpec{}));
  EXPECT_GT(with.counters.guest_invalidations_delayed, 0U);
  EXPECT_LE(static_cast<double>(with.counters.guest_invalidations),
            2 + 4e3 * sim::to_seconds(with.simulated));
  EXPECT_GT(without.counters.guest_invalidations, with.counters.guest_invalidations);
}

INSTANTIATE_TEST_SUITE_P(Each, LimitedKinds,
                         testing::Values(VirtualIommuSpec{VirtioPrqSpec{}},
                                         VirtualIommuSpec{EmulatedSmmuSpec{}}),
                         [](const auto& kind) {
                           return std::holds_alternative<VirtioPrqSpec>(kind.param) ? "virtio_prq"
                                                                                    : "smmu";
                         });

TEST(LimitsBehindVirtio, AnIndexThatNobodyHasIsIgnored) {
  const Counters c = settled(hostile_behind(VirtioPrqSpec{}, AnswersAnotherSpec{})).counters;
  EXPECT_EQ(c.guest_answers_unmatched, kCredits);
  EXPECT_EQ(c.requests_unanswered, kCredits);
}

TEST(LimitsBehindVirtio, TheHostAnswersInvalidWhenThePasidGoes) {
  SystemSpec spec = hostile_behind(VirtioPrqSpec{}, DetachesInFaultSpec{.rate = 20e3});
  const Counters c = settled(spec).counters;
  EXPECT_GT(c.guest_groups_detached, 0U);
  EXPECT_GE(c.responses_invalid, c.guest_groups_detached);
  EXPECT_EQ(c.requests_unanswered, 0U);
}

// What stalls in an SMMU has no end but an answer.
TEST(LimitsBehindAnSmmu, AGuestThatWithholdsAnswersNeedsATimeOut) {
  EXPECT_THAT(blamed(hostile_behind(EmulatedSmmuSpec{}, NeverAnswersSpec{})),
              ElementsAre("guests[0].behaviour"));
  EXPECT_THAT(blamed(hostile_behind(EmulatedSmmuSpec{}, NeverAnswersSpec{}, kSoon)),
              testing::IsEmpty());
}

// Hardware hands the groups over: nobody could limit or answer them.
TEST(LimitsBehindHardware, AreRefusedBecauseNoVmmSeesTheGroups) {
  for (const SystemSpec& spec : {hostile_behind(HardwareQueuesSpec{}, WellBehavedSpec{}, kSoon),
                                 hostile_behind(HardwareQueuesSpec{}, NeverAnswersSpec{})}) {
    const std::vector<SpecProblem> problems = problems_of(spec);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("no VMM sees the groups"));
  }
}

}  // namespace
}  // namespace faultpath::models
