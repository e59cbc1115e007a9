// Guests that invalidate, churn PASIDs, or detach while their device waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/hostile_support.hpp"

namespace faultpath::models {
namespace {

// No faster than its rate, and an exit each.
TEST(GuestActivities, AFloodInvalidatesAtItsRate) {
  constexpr double kRate = 20e3;
  SystemSpec spec = hostile_guest(FloodsInvalidationsSpec{kRate});
  spec.devices[0].workload.footprint = kPageBytes;  // one fault, and no more
  spec.run.stop.duration = sim::milliseconds(20);
  const Seen seen = settled(spec);
  // Between two there is also the time that one takes, well below 10 us.
  const double seconds = sim::to_seconds(seen.simulated);
  const double most = kRate * seconds, fewest = seconds / (1.0 / kRate + 10e-6);
  const auto count = static_cast<double>(seen.counters.guest_invalidations);
  EXPECT_LE(count, most + 4 * std::sqrt(most));
  EXPECT_GE(count, fewest - 4 * std::sqrt(fewest));
  EXPECT_GE(seen.counters.vm_exits_user, seen.counters.guest_invalidations);
}

// What it costs is the lock of its VMM, which the thread of its own faults waits for.
TEST(GuestActivities, PasidChurnHoldsTheLockOfItsVmm) {
  const Seen quiet = settled(hostile_guest(WellBehavedSpec{}));
  const Seen churning = settled(hostile_guest(ChurnsPasidsSpec{100e3}));
  EXPECT_GT(churning.counters.guest_pasid_changes, 0U);
  EXPECT_GT(churning.stage("vmm_lock").mean_ns, quiet.stage("vmm_lock").mean_ns);
  EXPECT_EQ(quiet.counters.guest_pasid_changes, 0U);
}

TEST(GuestActivities, ShadowingAnEntryTakesTheVmmItsTime) {
  const auto changes = [](sim::Duration shadow) {
    SystemSpec spec = hostile_guest(ChurnsPasidsSpec{1e9});
    spec.devices[0].workload.footprint = kPageBytes;  // its virtual CPU has little else to do
    spec.guests[0].vmm.costs.shadow = constant(shadow);
    return static_cast<double>(settled(spec).counters.guest_pasid_changes);
  };
  EXPECT_GT(changes(sim::microseconds(1)), 1.5 * changes(sim::microseconds(20)));
}

// All groups of the attachment get Invalid; the guest's own answers to them find no group then.
TEST(GuestActivities, DetachingInMidFaultAnswersInvalidToAllPendingGroups) {
  SystemSpec spec = hostile_guest(DetachesInFaultSpec{20e3, sim::microseconds(50)});
  spec.run.stop.duration = sim::milliseconds(2);
  const Counters c = settled(spec).counters;
  EXPECT_GT(c.guest_pasid_changes, 2U);
  EXPECT_GT(c.guest_groups_detached, 0U);
  EXPECT_GE(c.responses_invalid, c.guest_groups_detached);
  EXPECT_GT(c.guest_answers_unmatched, 0U);
  EXPECT_EQ(c.responses_refused, 0U);
  EXPECT_EQ(c.responses_misrouted, 0U);
  EXPECT_EQ(c.requests_unanswered, 0U);
  EXPECT_GT(c.responses_success, 0U) << "it comes back";
}

// While the PASID is away the host refuses its requests; the guest hears of none.
TEST(GuestActivities, APasidThatIsAwayHasNoFaults) {
  SystemSpec spec = hostile_guest(DetachesInFaultSpec{50e3, sim::milliseconds(10)});
  spec.run.stop.duration = sim::milliseconds(1);
  const Counters c = settled(spec).counters;
  EXPECT_GE(c.guest_pasid_changes, 1U);
  EXPECT_GT(c.responses_invalid, c.guest_groups_detached);
  EXPECT_LT(c.guest_requests, c.page_requests);
}

}  // namespace
}  // namespace faultpath::models
