// The keys of what guests do wrong, and of what their VMMs let them do.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

models::GuestMachineSpec guest_of(const std::string& keys) {
  const std::string text =
      "guests: [{name: vm, processes: [{name: app}], " + keys + "}]\n" +
      "devices: [{name: a, guest: vm, process: app, pri: {allocation: 32}}]\n"
      "strategies: [sva]\nstop_after: {operations: 10}\nscenario: 1\nname: scratch\n";
  return Scratch().load(text).cases[0].spec.guests.at(0);
}

TEST(GuestBehaviourKeys, AWordIsAMapWithItsDefaults) {
  for (const char* const keys : {"behaviour: never_answers", "behaviour: {kind: never_answers}"}) {
    const models::GuestMachineSpec guest = guest_of(keys);
    ASSERT_TRUE(std::holds_alternative<models::NeverAnswersSpec>(guest.behaviour)) << keys;
    EXPECT_EQ(std::get<models::NeverAnswersSpec>(guest.behaviour).share, 1.0);
  }
  EXPECT_TRUE(std::holds_alternative<models::WellBehavedSpec>(guest_of("count: 1").behaviour));
}

TEST(GuestBehaviourKeys, FillTheSpecOfTheirKind) {
  const auto another =
      guest_of("behaviour: {kind: answers_another, index: repeated, share: 20%}").behaviour;
  EXPECT_EQ(std::get<models::AnswersAnotherSpec>(another).index,
            models::AnswersAnotherSpec::Index::repeated);
  EXPECT_EQ(std::get<models::AnswersAnotherSpec>(another).share, 0.2);
  const auto detaches =
      guest_of("behaviour: {kind: detaches_in_fault, rate: 5kops/s, away: 30us}").behaviour;
  EXPECT_EQ(std::get<models::DetachesInFaultSpec>(detaches).rate, 5e3);
  EXPECT_EQ(std::get<models::DetachesInFaultSpec>(detaches).away, sim::microseconds(30));
}

TEST(GuestBehaviourKeys, AnUnknownKindIsAnError) {
  EXPECT_THROW(guest_of("behaviour: never_answer"), ConfigError);
  EXPECT_THROW(guest_of("behaviour: {kind: answers_twice, index: unknown}"), ConfigError);
}

TEST(GuestLimitKeys, FillTheLimits) {
  const models::GuestLimitsSpec limits =
      guest_of(
          "behaviour: floods_invalidations, vmm: {limits: {pending_groups: 8, timeout: 2ms, "
          "injection: {rate: 5kops/s, burst: 4}, invalidations: {rate: 1kops/s, burst: 2}}}")
          .vmm.limits;
  EXPECT_EQ(limits.pending_groups, 8U);
  EXPECT_EQ(limits.timeout, sim::milliseconds(2));
  ASSERT_TRUE(limits.injection && limits.invalidations);
  EXPECT_EQ(limits.injection->rate, 5e3);
  EXPECT_EQ(limits.injection->burst, 4U);
  EXPECT_EQ(limits.invalidations->burst, 2U);
}

TEST(GuestLimitKeys, AreOffUnlessNamed) {
  const models::GuestLimitsSpec limits = guest_of("count: 1").vmm.limits;
  EXPECT_FALSE(limits.concern_groups());
  EXPECT_FALSE(limits.invalidations.has_value());
}

}  // namespace
}  // namespace faultpath::scenarios
