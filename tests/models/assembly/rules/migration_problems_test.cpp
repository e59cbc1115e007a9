// What contradicts itself in a migration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/models/blamed.hpp"
#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;
using testing::IsEmpty;

std::vector<std::string> blamed_after(MigrationPolicy policy, const StrategySpec& backing,
                                      const std::function<void(SystemSpec&)>& change = {}) {
  SystemSpec spec = small_guest();
  spec.guests[0].backing = backing;
  spec.guests[0].migration.emplace().policy = policy;
  if (policy == MigrationPolicy::preinstall_rings) spec.guests[0].migration->rings.share = 0.1;
  if (change) change(spec);
  return blamed(spec);
}
const StrategySpec kPin{"pin", PinSpec{}}, kIopf{"iopf", IopfSpec{}},
    kLocked{"lru_locked", LruLockedSpec{}};

TEST(MigrationProblems, EachPolicyHasItsBacking) {
  for (const MigrationPolicy faults :
       {MigrationPolicy::fault_on_demand, MigrationPolicy::preinstall_rings}) {
    EXPECT_THAT(blamed_after(faults, kIopf), IsEmpty());
    EXPECT_THAT(blamed_after(faults, kPin), Contains("guests[0].backing"));
    EXPECT_THAT(blamed_after(faults, kLocked), Contains("guests[0].backing"));
  }
  for (const MigrationPolicy waits : {MigrationPolicy::pin_all, MigrationPolicy::snoop}) {
    EXPECT_THAT(blamed_after(waits, kPin), IsEmpty());
    EXPECT_THAT(blamed_after(waits, kIopf), Contains("guests[0].backing"));
  }
}

TEST(MigrationProblems, RingsAreChosen) {
  EXPECT_THAT(blamed_after(MigrationPolicy::preinstall_rings, kIopf,
                           [](SystemSpec& s) { s.guests[0].migration->rings = {}; }),
              Contains("guests[0].migration.rings"));
}

TEST(MigrationProblems, NothingIsMappedBeforeItsPagesCome) {
  const StrategySpec ahead{"iopf", IopfSpec{.prefault = {.share = 0.1, .ranges = {}}}};
  EXPECT_THAT(blamed_after(MigrationPolicy::fault_on_demand, ahead),
              testing::ElementsAre("guests[0].backing.prefault"));
}

TEST(MigrationProblems, WhoWaitsForAllNeedsAStreamThatPushes) {
  EXPECT_THAT(blamed_after(MigrationPolicy::pin_all, kPin,
                           [](SystemSpec& s) { s.guests[0].migration->push_streams = 0; }),
              Contains("guests[0].migration.push_streams"));
}

TEST(MigrationProblems, PagesComeOneByOne) {
  EXPECT_THAT(blamed_after(MigrationPolicy::pin_all, kPin,
                           [](SystemSpec& s) { s.iommu.second_stage.leaf_bits = 21; }),
              Contains("iommu.second_stage.leaf"));
}

TEST(MigrationProblems, SpacesFitIntoTheGuest) {
  EXPECT_THAT(blamed_after(MigrationPolicy::pin_all, kPin,
                           [](SystemSpec& s) { s.guests[0].memory = 64 * kPageBytes; }),
              Contains("guests[0].memory"));
}

TEST(MigrationProblems, TheLookForAPageIsAPartOfACheck) {
  EXPECT_THAT(blamed_after(MigrationPolicy::snoop, kPin,
                           [](SystemSpec& s) {
                             s.guests[0].migration->check.presence = sim::microseconds(4);
                           }),
              Contains("guests[0].migration.check.presence"));
}

}  // namespace
}  // namespace faultpath::models
