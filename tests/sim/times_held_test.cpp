// Times held: sums computed by hand, and Little's law beside a gauge.
#include "sim/times_held.hpp"

#include <gtest/gtest.h>

#include "sim/gauge.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

// In picoseconds.
std::int64_t area_of(const TimesHeld& times, Time now) {
  return static_cast<std::int64_t>(times.area(now));
}

TEST(TimesHeld, AreTheSumOfWhatEachThingTook) {
  TimesHeld times;
  times.begin(at_ns(2), 3);
  times.begin(at_ns(5));
  times.end(at_ns(2), at_ns(6), 3);
  // 3 things for 4 ns, and one that has been there for 5 ns.
  EXPECT_EQ(area_of(times, at_ns(10)), (3 * 4 + 5) * 1000);
}

TEST(TimesHeld, StartingStatisticsForgetsThePastButNotWhatIsHeld) {
  TimesHeld times;
  times.begin(at_ns(0));
  times.begin(at_ns(0));
  times.end(at_ns(0), at_ns(3));
  times.start_statistics(at_ns(4));
  times.end(at_ns(0), at_ns(6));
  EXPECT_EQ(area_of(times, at_ns(9)), 2 * 1000);
}

TEST(TimesHeld, WhatComesAfterTheStatisticsIsNoPartOfThem) {
  TimesHeld times;
  times.begin(at_ns(1));
  times.end_statistics(at_ns(4));
  times.begin(at_ns(5));
  times.end(at_ns(1), at_ns(7));
  EXPECT_EQ(area_of(times, at_ns(8)), 3 * 1000);
}

TEST(TimesHeld, AreTheAreaUnderTheGaugeOfTheSameThings) {
  TimesHeld times;
  Gauge gauge;
  const auto begin = [&](std::int64_t ns) {
    times.begin(at_ns(ns));
    gauge.add(at_ns(ns), 1);
  };
  const auto end = [&](std::int64_t since, std::int64_t ns) {
    times.end(at_ns(since), at_ns(ns));
    gauge.add(at_ns(ns), -1);
  };
  begin(1);
  begin(3);
  times.start_statistics(at_ns(4));
  gauge.start_statistics(at_ns(4));
  end(1, 6);
  begin(7);
  times.end_statistics(at_ns(9));
  gauge.end_statistics(at_ns(9));
  end(3, 12);
  EXPECT_EQ(area_of(times, at_ns(20)), (2 + 5 + 2) * 1000);
  EXPECT_EQ(times.area(at_ns(20)), gauge.area(at_ns(20)));
}

// What is counted wrongly shows: one of two things is said to have begun too late.
TEST(TimesHeld, DifferFromTheAreaWhenATimeIsWrong) {
  TimesHeld times;
  Gauge gauge;
  times.begin(at_ns(1));
  gauge.add(at_ns(1), 1);
  times.end(at_ns(2), at_ns(5));
  gauge.add(at_ns(5), -1);
  EXPECT_NE(times.area(at_ns(6)), gauge.area(at_ns(6)));
}

}  // namespace
}  // namespace faultpath::sim
