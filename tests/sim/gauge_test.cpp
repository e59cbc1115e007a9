// Gauges: areas computed by hand.
#include "sim/gauge.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

TEST(Gauge, ItsMeanIsTheAreaOverTheTime) {
  Gauge gauge;
  gauge.set(at_ns(2), 3);
  gauge.add(at_ns(5), 4);
  gauge.set(at_ns(6), 1);
  // 2 ns of 0, 3 ns of 3, 1 ns of 7, 4 ns of 1.
  EXPECT_DOUBLE_EQ(gauge.mean(at_ns(10)), (9.0 + 7.0 + 4.0) / 10.0);
  EXPECT_EQ(gauge.max(), 7);
  EXPECT_EQ(gauge.value(), 1);
}

TEST(Gauge, ALevelOfNoDurationHasNoAreaButCountsForTheMaximum) {
  Gauge gauge;
  gauge.set(at_ns(1), 100);
  gauge.set(at_ns(1), 2);
  EXPECT_DOUBLE_EQ(gauge.mean(at_ns(2)), 1.0);
  EXPECT_EQ(gauge.max(), 100);
}

TEST(Gauge, StartingStatisticsForgetsThePastButNotTheLevel) {
  Gauge gauge;
  gauge.set(at_ns(0), 50);
  gauge.set(at_ns(4), 6);
  gauge.start_statistics(at_ns(10));
  gauge.set(at_ns(12), 2);
  EXPECT_DOUBLE_EQ(gauge.mean(at_ns(16)), (2 * 6.0 + 4 * 2.0) / 6.0);
  EXPECT_EQ(gauge.max(), 6);
}

TEST(Gauge, WhatComesAfterTheEndOfStatisticsIsNotInThem) {
  Gauge gauge;
  gauge.set(at_ns(2), 3);
  gauge.end_statistics(at_ns(10));
  gauge.set(at_ns(11), 100);
  gauge.set(at_ns(20), 5);
  EXPECT_DOUBLE_EQ(gauge.mean(at_ns(30)), 8 * 3.0 / 10.0);
  EXPECT_EQ(gauge.max(), 3);
  EXPECT_EQ(gauge.final(), 3);
  EXPECT_EQ(gauge.value(), 5) << "the level goes on";
}

TEST(Gauge, WhatHappensAtTheEndOfStatisticsIsInThemInWhateverOrder) {
  Gauge before, after;
  before.set(at_ns(10), 7);
  before.end_statistics(at_ns(10));
  after.end_statistics(at_ns(10));
  after.set(at_ns(10), 7);
  for (const Gauge& gauge : {before, after}) {
    EXPECT_EQ(gauge.max(), 7);
    EXPECT_EQ(gauge.final(), 7);
    EXPECT_DOUBLE_EQ(gauge.mean(at_ns(10)), 0.0);
  }
}

TEST(Gauge, WithoutTimeItsMeanIsItsLevel) {
  Gauge gauge;
  gauge.set(Time{}, 9);
  EXPECT_DOUBLE_EQ(gauge.mean(Time{}), 9.0);
}

TEST(Gauge, TakesBytesOverDaysWithoutOverflow) {
  Gauge gauge;
  gauge.set(Time{}, std::int64_t{1} << 50);
  const Time hundred_days{seconds(100 * 86'400)};
  EXPECT_DOUBLE_EQ(gauge.mean(hundred_days), 0x1p50);
}

TEST(Gauge, GoesBelowZero) {
  Gauge gauge;
  gauge.add(at_ns(0), -4);
  EXPECT_DOUBLE_EQ(gauge.mean(at_ns(3)), -4.0);
  EXPECT_EQ(gauge.max(), 0);
}

}  // namespace
}  // namespace faultpath::sim
