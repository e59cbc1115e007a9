// Behaviours and limits of guests that nothing would ever meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/models/blamed.hpp"
#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> blamed_with(const std::function<void(GuestLimitsSpec&)>& change,
                                     const GuestBehaviourSpec& behaviour = {}) {
  SystemSpec spec = hostile_guest(behaviour);
  change(spec.guests[0].vmm.limits);
  return blamed(spec);
}

TEST(GuestLimitProblems, ABehaviourNeedsADevice) {
  SystemSpec spec = small_guest();
  spec.guests.push_back(spec.guests[0]);
  spec.guests[1].name = "idle";
  spec.guests[1].processes.clear();
  spec.guests[1].behaviour = NeverAnswersSpec{};
  EXPECT_THAT(blamed(spec), ElementsAre("guests[1].behaviour"));
  spec.guests[1].behaviour = WellBehavedSpec{};
  spec.guests[1].vmm.limits = with_timeout(sim::milliseconds(1));
  EXPECT_THAT(blamed(spec), ElementsAre("guests[1].vmm.limits"));
}

// A device has no more groups outstanding than credits.
TEST(GuestLimitProblems, SoManyGroupsCanPendThatTheLimitIsMet) {
  EXPECT_THAT(blamed_with([](auto& l) { l.pending_groups = kCredits - 1; }), IsEmpty());
  EXPECT_THAT(blamed_with([](auto& l) { l.pending_groups = kCredits; }),
              ElementsAre("guests[0].vmm.limits.pending_groups"));
}

TEST(GuestLimitProblems, GroupsCanBeOversized) {
  EXPECT_THAT(blamed_with([](auto& l) { l.oversized = OversizedGroup::invalid; }),
              ElementsAre("guests[0].vmm.limits.oversized"));
}

TEST(GuestLimitProblems, TheGuestInvalidates) {
  const auto limit = [](auto& l) { l.invalidations = TokenBucketSpec{}; };
  EXPECT_THAT(blamed_with(limit), ElementsAre("guests[0].vmm.limits.invalidations"));
  EXPECT_THAT(blamed_with(limit, FloodsInvalidationsSpec{}), IsEmpty());
  EXPECT_THAT(blamed_with(limit, ChurnsPasidsSpec{}), IsEmpty());
  EXPECT_THAT(blamed_with(limit, DetachesInFaultSpec{}), IsEmpty());
}

TEST(GuestLimitProblems, TheOthersAlwaysHaveAnEffect) {
  EXPECT_THAT(blamed_with([](auto& l) {
                l.injection = TokenBucketSpec{};
                l.timeout = sim::milliseconds(1);
              }),
              IsEmpty());
}

}  // namespace
}  // namespace faultpath::models
