// Time: conversions and the time that bytes take.
#include "sim/time.hpp"

#include <gtest/gtest.h>

namespace faultpath::sim {
namespace {

TEST(Time, UnitsArePicoseconds) {
  EXPECT_EQ(picoseconds(7).count(), 7);
  EXPECT_EQ(nanoseconds(7).count(), 7'000);
  EXPECT_EQ(microseconds(7).count(), 7'000'000);
  EXPECT_EQ(milliseconds(7).count(), 7'000'000'000);
  EXPECT_EQ(seconds(7).count(), 7'000'000'000'000);
}

TEST(Time, OutputKeepsTheFractionOfANanosecond) {
  EXPECT_DOUBLE_EQ(to_ns(picoseconds(1'234)), 1.234);
  EXPECT_DOUBLE_EQ(to_ns(Time{nanoseconds(3)}), 3.0);
  EXPECT_DOUBLE_EQ(to_seconds(milliseconds(250)), 0.25);
}

TEST(Time, ATransferTakesBytesOverBandwidthToTheNearestPicosecond) {
  EXPECT_EQ(transfer_time(4096, 12.5e9), picoseconds(327'680));
  EXPECT_EQ(transfer_time(1, 3e9), picoseconds(333));  // 333.3
  EXPECT_EQ(transfer_time(2, 3e9), picoseconds(667));  // 666.7
  EXPECT_EQ(transfer_time(0, 3e9), Duration::zero());
}

TEST(Time, ReachesAHundredDays) { EXPECT_GT(kEndOfTime, Time{seconds(100 * 86'400)}); }

}  // namespace
}  // namespace faultpath::sim
