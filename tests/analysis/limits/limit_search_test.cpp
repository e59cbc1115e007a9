// Finding where a metric crosses a bound.
#include "analysis/limits/limit_search.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace faultpath::analysis::limits {
namespace {

Interval exactly(double value) { return {.mean = value, .low = value, .high = value, .n = 5}; }

// A metric that is known at every limit, measured where the search wants it.
struct Search {
  std::function<Interval(std::uint64_t)> metric;
  Goal goal;
  std::uint64_t least = 1, close = 1;
  Measured measured{};

  void measure(std::uint64_t limit) { measured[limit] = metric(limit); }
  int run() {
    int steps = 0;
    for (; const auto limit = next_limit(measured, goal, least, close); ++steps) {
      EXPECT_FALSE(measured.contains(*limit));
      EXPECT_GE(*limit, least);
      measure(*limit);
      if (steps > 100) break;
    }
    return steps;
  }
  std::optional<Crossing> crossing() const { return crossing_of(measured, goal, least); }
};

TEST(LimitSearch, FindsTheLeastLimitToThePage) {
  for (const std::uint64_t edge : {1U, 2U, 500U, 789U, 999U, 1'000U}) {
    Search search{[=](std::uint64_t limit) { return exactly(limit < edge ? 40.0 : 20.0); },
                  {.bound = 30.0}};
    search.measure(1'000);
    EXPECT_LE(search.run(), 10) << edge;  // 2^10 > 1,000
    ASSERT_TRUE(search.crossing());
    EXPECT_EQ(search.crossing()->limit, edge);
    EXPECT_EQ(search.crossing()->missed, edge - 1);
    EXPECT_EQ(search.crossing()->high, edge);
  }
}

TEST(LimitSearch, StaysAboveTheLeastLimit) {
  Search search{[](std::uint64_t) { return exactly(1.0); }, {.bound = 2.0}, 40};
  search.measure(100);
  search.run();
  EXPECT_EQ(search.crossing()->limit, 40U);
  EXPECT_FALSE(search.crossing()->low);  // nothing that was measured misses it
}

TEST(LimitSearch, HasNoAnswerWhenTheGreatestLimitMisses) {
  Search search{[](std::uint64_t) { return exactly(9.0); }, {.bound = 2.0}};
  search.measure(10);
  search.measure(100);
  EXPECT_FALSE(search.crossing());
  EXPECT_EQ(search.run(), 0);
}

// A line of -1 a page with an interval of 30 around it: 500 is where the mean meets the bound, and
// the limits at which the interval leaves the bound to one side lie 30 below and above.
TEST(LimitSearch, TheIntervalOfTheLimitIsWhereThatOfTheMetricHoldsTheBound) {
  const auto line = [](std::uint64_t limit) {
    const double mean = 1'000.0 - static_cast<double>(limit);
    return Interval{.mean = mean, .low = mean - 30.0, .high = mean + 30.0, .n = 5};
  };
  Search search{line, {.bound = 500.0}};
  for (const std::uint64_t limit : {100U, 300U, 700U, 1'000U}) search.measure(limit);
  search.run();
  EXPECT_EQ(search.crossing()->limit, 500U);
  EXPECT_EQ(search.crossing()->low, 469U);   // the last at which even the low end misses
  EXPECT_EQ(search.crossing()->high, 530U);  // the first at which even the high end meets
}

TEST(LimitSearch, TakesTheLastCrossingOfAMetricThatIsNotMonotone) {
  Search search{
      [](std::uint64_t limit) { return exactly(limit == 300 || limit >= 800 ? 1.0 : 9.0); },
      {.bound = 2.0}};
  for (const std::uint64_t limit : {300U, 600U, 1'000U}) search.measure(limit);
  search.run();
  EXPECT_EQ(search.crossing()->limit, 800U);
}

TEST(LimitSearch, AGreaterMetricMayBeTheBetterOne) {
  Search search{[](std::uint64_t limit) { return exactly(static_cast<double>(limit)); },
                {.bound = 250.0, .better = Better::high}};
  search.measure(1'000);
  search.run();
  EXPECT_EQ(search.crossing()->limit, 250U);
  search.goal.strict = true;
  search.run();
  EXPECT_EQ(search.crossing()->limit, 251U);
}

TEST(LimitSearch, ComesCloseAtBothEndsBeforeItGoesDownToThePage) {
  Search search{[](std::uint64_t limit) {
                  const double mean = 10'000.0 - static_cast<double>(limit);
                  return Interval{mean, mean - 2'000.0, mean + 2'000.0, 5};
                },
                {.bound = 5'000.0},
                1,
                500};
  search.measure(10'000);
  for (int i = 0; i < 12; ++i) search.measure(*next_limit(search.measured, search.goal, 1, 500));
  const auto crossing = *search.crossing();
  EXPECT_NEAR(static_cast<double>(*crossing.low), 3'000.0, 500.0);
  EXPECT_NEAR(static_cast<double>(*crossing.high), 7'000.0, 500.0);
}

// First-look in small: faults fall all the way, the tail only where nothing is evicted any more.
TEST(Knee, LiesWhereTheMetricFallsAndNotWhereFaultsDo) {
  const Goal faults = knee_goal(100.0, Better::low), tail = knee_goal(20.0, Better::low);
  EXPECT_NEAR(faults.bound, 105.0, 1e-9);
  EXPECT_NEAR(tail.bound, 21.0, 1e-9);
  EXPECT_NEAR(knee_goal(10.0, Better::high).bound, 9.5, 1e-9);
  Search search{[](std::uint64_t limit) { return exactly(limit < 960 ? 40.0 : 20.5); }, tail};
  search.measure(1'000);
  search.run();
  EXPECT_EQ(search.crossing()->limit, 960U);
}

}  // namespace
}  // namespace faultpath::analysis::limits
