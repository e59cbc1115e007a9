// Numbers for people.
#include "analysis/units.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

Interval interval(double mean, double half) {
  Interval result;
  result.mean = mean;
  result.low = mean - half;
  result.high = mean + half;
  result.n = 5;
  return result;
}
Interval single(double mean) {
  Interval result;
  result.mean = mean;
  result.n = 1;
  return result;
}

TEST(ValueText, ScalesTimeFromNanosecondsToSeconds) {
  EXPECT_EQ(value_text(0.5, Unit::nanoseconds), "0.50 ns");
  EXPECT_EQ(value_text(999, Unit::nanoseconds), "999 ns");
  EXPECT_EQ(value_text(1000, Unit::nanoseconds), "1.00 us");
  EXPECT_EQ(value_text(12'340, Unit::nanoseconds), "12.3 us");
  EXPECT_EQ(value_text(123'456'789, Unit::nanoseconds), "123 ms");
  EXPECT_EQ(value_text(7.5e9, Unit::nanoseconds), "7.50 s");
}

TEST(ValueText, CountsMemoryInPowersOfTwoAndThroughputInPowersOfTen) {
  EXPECT_EQ(value_text(4096, Unit::bytes), "4.00 KiB");
  EXPECT_EQ(value_text(80530636.8, Unit::bytes), "76.8 MiB");
  EXPECT_EQ(value_text(1LL << 40, Unit::bytes), "1.00 TiB");
  EXPECT_EQ(value_text(12.5e9, Unit::bytes_per_second), "12.5 GB/s");
}

TEST(ValueText, ShowsCountsBelowTenThousandExactly) {
  EXPECT_EQ(value_text(0, Unit::count), "0");
  EXPECT_EQ(value_text(9999, Unit::count), "9999");
  EXPECT_EQ(value_text(10'000, Unit::count), "10.0 k");
  EXPECT_EQ(value_text(123'456, Unit::count), "123 k");
  EXPECT_EQ(value_text(1'230'000, Unit::count), "1.23 M");
  EXPECT_EQ(value_text(3.4, Unit::count), "3.40");
}

TEST(ValueText, HasNoUnitForZero) { EXPECT_EQ(value_text(0, Unit::bytes), "0"); }

TEST(IntervalText, GivesMeanAndHalfWidthInOneUnit) {
  EXPECT_EQ(interval_text(interval(12'340, 500), Unit::nanoseconds), "12.3 ± 0.5 us");
  EXPECT_EQ(interval_text(interval(1234, 4), Unit::count), "1234 ± 4");
}

TEST(IntervalText, AddsADigitWhenTheHalfWidthWouldVanish) {
  EXPECT_EQ(interval_text(interval(12'340, 40), Unit::nanoseconds), "12.34 ± 0.04 us");
}

TEST(IntervalText, LeavesOutAHalfWidthThatWouldBeAllZeros) {
  EXPECT_EQ(interval_text(interval(12'340, 4), Unit::nanoseconds), "12.3 us");
}

TEST(IntervalText, TakesTheUnitOfTheHalfWidthWhenThatIsLarger) {
  EXPECT_EQ(interval_text(interval(2, 5000), Unit::nanoseconds), "0.00 ± 5.00 us");
}

TEST(IntervalText, LeavesOutAHalfWidthThatIsNone) {
  EXPECT_EQ(interval_text(single(4096), Unit::bytes), "4.00 KiB");
  EXPECT_EQ(interval_text(interval(4096, 0), Unit::bytes), "4.00 KiB");
}

TEST(DifferenceText, AlwaysHasASign) {
  EXPECT_EQ(difference_text(interval(12'300, 400), Unit::nanoseconds), "+12.3 ± 0.4 us");
  EXPECT_EQ(difference_text(interval(-12'300, 400), Unit::nanoseconds), "-12.3 ± 0.4 us");
  EXPECT_EQ(difference_text(single(0), Unit::nanoseconds), "0");
}

TEST(PercentText, IsRelativeToTheBase) {
  EXPECT_EQ(percent_text(24, 100), "+24 %");
  EXPECT_EQ(percent_text(-5, 200), "-2.5 %");
  EXPECT_EQ(percent_text(5, 0), "");
}

TEST(ClockText, GivesMinutesAndSecondsRoundedUp) {
  EXPECT_EQ(clock_text(0.2), "0:01");
  EXPECT_EQ(clock_text(75), "1:15");
}

}  // namespace
}  // namespace faultpath::analysis
