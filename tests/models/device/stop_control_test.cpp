// When a run stops: exact counts, and how far a device may run ahead of them.
#include "models/device/stop_control.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

StopSpec after_operations(std::uint64_t n) { return {std::nullopt, n, std::nullopt}; }
StopSpec after_faults(std::uint64_t n) { return {std::nullopt, std::nullopt, n}; }
StopSpec after(sim::Duration length) { return {length, std::nullopt, std::nullopt}; }

TEST(StopControl, WithoutALimitNothingEnds) {
  StopControl stop{{}};
  stop.start(at_ns(0));
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(stop.issue(at_ns(i)));
  EXPECT_EQ(stop.horizon(at_ns(0)), sim::kEndOfTime);
  EXPECT_EQ(stop.progress(at_ns(1000)), 0.0);
}

TEST(StopControl, ADurationEndsToThePicosecond) {
  StopControl stop(after(nanoseconds(10)));
  stop.start(at_ns(100));
  EXPECT_TRUE(stop.issue(at_ps(109'999)));
  EXPECT_FALSE(stop.over(at_ps(109'999)));
  EXPECT_TRUE(stop.over(at_ns(110)));
  EXPECT_FALSE(stop.issue(at_ns(110)));
  EXPECT_EQ(stop.issued(), 1U);
}

TEST(StopControl, OperationsAreCountedExactly) {
  StopControl stop(after_operations(3));
  stop.start(at_ns(0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(stop.issue(at_ns(0)));
  EXPECT_FALSE(stop.issue(at_ns(0)));
  EXPECT_EQ(stop.issued(), 3U);
}

TEST(StopControl, TheLastFaultEndsTheIssuingAtItsTime) {
  StopControl stop(after_faults(2));
  stop.start(at_ns(0));
  stop.fault_begun(at_ns(10));
  EXPECT_TRUE(stop.issue(at_ns(20)));
  stop.fault_begun(at_ns(30));
  EXPECT_TRUE(stop.issue(at_ns(29)));  // issued before, told later
  EXPECT_FALSE(stop.issue(at_ns(30)));
  stop.fault_begun(at_ns(40));  // in flight already: counted, and the end stays
  EXPECT_FALSE(stop.issue(at_ns(30)));
  EXPECT_EQ(stop.faults(), 3U);
}

TEST(StopControl, TheFirstOfSeveralLimitsEnds) {
  StopControl stop({nanoseconds(10), 2, 100});
  stop.start(at_ns(0));
  EXPECT_TRUE(stop.issue(at_ns(1)));
  EXPECT_TRUE(stop.issue(at_ns(2)));
  EXPECT_FALSE(stop.issue(at_ns(3)));
}

// 100 operations, 10 at once and 1 each microsecond: 90 microseconds are safe.
TEST(StopControl, NobodyRunsAheadFartherThanTheCountAllows) {
  StopControl stop(after_operations(100));
  stop.add_device(10, microseconds(1), nanoseconds(400));
  stop.start(at_ns(0));
  EXPECT_EQ(stop.horizon(at_ns(0)), sim::Time{microseconds(90)});
}

TEST(StopControl, DevicesShareTheWindow) {
  StopControl stop(after_operations(100));
  stop.add_device(10, microseconds(1), nanoseconds(400));
  stop.add_device(40, microseconds(1), nanoseconds(400));
  stop.start(at_ns(0));
  EXPECT_EQ(stop.horizon(at_ns(0)), sim::Time{microseconds(25)});  // (100 - 50) / 2 a microsecond
}

TEST(StopControl, NearTheCountTheClockIsKept) {
  StopControl stop(after_operations(11));
  stop.add_device(10, microseconds(1), nanoseconds(400));
  stop.start(at_ns(0));
  EXPECT_TRUE(stop.issue(at_ns(0)));
  stop.issue(at_ns(0));
  const sim::Time later{microseconds(5)};
  EXPECT_EQ(stop.horizon(later), later);
}

TEST(StopControl, AWindowHoldsForAllUntilItHasPassed) {
  StopControl stop(after_operations(100));
  stop.add_device(10, microseconds(1), nanoseconds(400));
  stop.start(at_ns(0));
  const sim::Time end = stop.horizon(at_ns(0));
  for (int i = 0; i < 50; ++i) stop.issue(at_ns(0));
  EXPECT_EQ(stop.horizon(at_ns(1)), end);
  EXPECT_GE(stop.horizon(end), end);
  EXPECT_EQ(stop.horizon(end), end + microseconds(40));  // 100 - 50 issued - 10 at once
}

TEST(StopControl, ADeviceWithoutABoundKeepsEverybodyAtTheClock) {
  StopControl stop(after_operations(1000));
  stop.add_device(10, microseconds(1), nanoseconds(400));
  stop.add_device(0, sim::Duration::zero(), nanoseconds(400));
  stop.start(at_ns(0));
  EXPECT_EQ(stop.horizon(at_ns(7)), at_ns(7));
}

TEST(StopControl, FaultsAllowTheShortestRoundTripUntilTheyCouldBeTheLast) {
  StopControl stop(after_faults(10));
  stop.add_device(3, microseconds(1), nanoseconds(400));
  stop.add_device(3, microseconds(1), nanoseconds(300));
  stop.start(at_ns(0));
  EXPECT_EQ(stop.horizon(at_ns(0)), at_ns(300));
  for (int i = 0; i < 4; ++i) stop.fault_begun(at_ns(300));  // six more may be under way
  EXPECT_EQ(stop.horizon(at_ns(300)), at_ns(300));
}

// A device whose faults or operations nobody has announced runs ahead without a bound.
TEST(StopControlDeathTest, AnOperationBehindTheLastFaultStopsTheRun) {
  StopControl stop(after_faults(1));
  stop.start(at_ns(0));
  EXPECT_TRUE(stop.issue(at_ns(20)));
  EXPECT_DEATH(stop.fault_begun(at_ps(19'999)), "beyond the last fault");
}

TEST(StopControlDeathTest, AnOperationBehindOneThatIsTooManyStopsTheRun) {
  StopControl stop(after_operations(1));
  stop.start(at_ns(0));
  EXPECT_TRUE(stop.issue(at_ns(20)));
  EXPECT_DEATH(stop.issue(at_ps(19'999)), "beyond the end of the run");
}

TEST(StopControl, ProgressIsThatOfTheLimitNearestToItsEnd) {
  StopControl stop({nanoseconds(100), 10, std::nullopt});
  stop.start(at_ns(50));
  EXPECT_EQ(stop.progress(at_ns(50)), 0.0);
  EXPECT_DOUBLE_EQ(stop.progress(at_ns(75)), 0.25);
  for (int i = 0; i < 5; ++i) stop.issue(at_ns(60));
  EXPECT_DOUBLE_EQ(stop.progress(at_ns(75)), 0.5);
  EXPECT_EQ(stop.progress(at_ns(1000)), 1.0);
}

}  // namespace
}  // namespace faultpath::models
