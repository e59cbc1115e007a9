// Time series: bins widen without losing anything.
#include "sim/time_series.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/random.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

struct Point {
  Time at;
  Duration value;
};

TimeSeries series_of(const std::vector<Point>& points) {
  TimeSeries series;
  for (const Point& point : points) series.add(point.at, point.value);
  return series;
}

std::vector<Point> random_points(int count, Duration span) {
  RandomStream random{{1, 0, "series", "points"}};
  const auto bound = static_cast<std::uint64_t>(span.count());
  std::vector<Point> points;
  for (int i = 0; i < count; ++i) {
    points.push_back({Time{picoseconds(static_cast<std::int64_t>(random.below(bound)))},
                      picoseconds(static_cast<std::int64_t>(random.below(1000)))});
  }
  return points;
}

TEST(TimeSeries, PutsAValueIntoTheBinOfItsTime) {
  TimeSeries series;
  const Duration step = series.step();
  series.add(Time{step - picoseconds(1)}, picoseconds(3));
  series.add(Time{step}, picoseconds(5));
  series.add(Time{step}, picoseconds(7));
  EXPECT_EQ(series.bins()[0].count, 1U);
  EXPECT_EQ(series.bins()[0].sum, 3);
  EXPECT_EQ(series.bins()[1].count, 2U);
  EXPECT_EQ(series.bins()[1].sum, 12);
}

TEST(TimeSeries, CountsTimeFromItsOrigin) {
  TimeSeries series;
  const Duration step = series.step();
  const Time origin{1000 * TimeSeries::kBins * step};  // far behind the bins of time zero
  series.start(origin);
  series.add(origin, picoseconds(3));
  series.add(origin + step, picoseconds(5));
  EXPECT_EQ(series.step(), step);
  EXPECT_EQ(series.bins()[0].sum, 3);
  EXPECT_EQ(series.bins()[1].sum, 5);
}

TEST(TimeSeries, WidensOnlyWhenAValueFallsBehindTheLastBin) {
  TimeSeries series;
  const Duration step = series.step();
  const Duration reach = step * TimeSeries::kBins;
  series.add(Time{reach - picoseconds(1)}, picoseconds(1));
  EXPECT_EQ(series.step(), step);
  series.add(Time{reach}, picoseconds(1));
  EXPECT_EQ(series.step(), 2 * step);
}

TEST(TimeSeries, EveryBinHoldsWhatFellIntoItsTimeHoweverOftenItWidened) {
  const std::vector<Point> points = random_points(2000, milliseconds(50));
  const TimeSeries series = series_of(points);
  for (std::size_t i = 0; i < TimeSeries::kBins; ++i) {
    const Time begin{series.step() * static_cast<std::int64_t>(i)};
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    std::int64_t max = 0;
    for (const Point& point : points) {
      if (point.at < begin || point.at >= begin + series.step()) continue;
      ++count;
      sum += point.value.count();
      max = std::max(max, point.value.count());
    }
    EXPECT_EQ(series.bins()[i].count, count);
    EXPECT_EQ(series.bins()[i].sum, sum);
    EXPECT_EQ(series.bins()[i].max, max);
  }
}

TEST(TimeSeries, TheOrderOfValuesDoesNotMatter) {
  std::vector<Point> points = random_points(500, milliseconds(50));
  const TimeSeries forth = series_of(points);
  std::ranges::reverse(points);
  const TimeSeries back = series_of(points);
  EXPECT_EQ(forth.step(), back.step());
  for (std::size_t i = 0; i < TimeSeries::kBins; ++i) {
    EXPECT_EQ(forth.bins()[i].count, back.bins()[i].count);
    EXPECT_EQ(forth.bins()[i].sum, back.bins()[i].sum);
  }
}

TEST(TimeSeries, TakesTheEndOfTime) {
  TimeSeries series;
  series.add(kEndOfTime, picoseconds(1));
  series.add(Time{}, picoseconds(2));
  EXPECT_EQ(series.bins().back().count, 1U);
  EXPECT_EQ(series.bins().front().sum, 2);
}

}  // namespace
}  // namespace faultpath::sim
