// Level series: areas and maxima computed by hand, and against a plain sum.
#include "sim/level_series.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sim/random.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

constexpr Duration kStep{std::int64_t{1} << 20};

const std::vector<LevelSeries::Bin>& bins_until(LevelSeries& series, Time end) {
  series.finish(end);
  return series.bins();
}

double mean(const LevelSeries& series, const LevelSeries::Bin& bin) {
  return bin.area / static_cast<double>(series.step().count());
}

TEST(LevelSeries, ABinHoldsTheAreaAndTheMaximumOfItsTime) {
  LevelSeries series;
  series.start(Time{}, 2);
  series.set(Time{kStep / 4}, 6);
  series.set(Time{kStep / 2}, 4);
  const auto bins = bins_until(series, Time{kStep});
  ASSERT_EQ(bins.size(), 1U);
  EXPECT_DOUBLE_EQ(mean(series, bins[0]), 2 * 0.25 + 6 * 0.25 + 4 * 0.5);
  EXPECT_EQ(bins[0].max, 6);
}

TEST(LevelSeries, ALevelLastsIntoTheBinsBehindIt) {
  LevelSeries series;
  series.start(Time{}, 0);
  series.set(Time{kStep / 2}, 8);
  series.set(Time{3 * kStep}, 1);
  const auto bins = bins_until(series, Time{4 * kStep});
  ASSERT_EQ(bins.size(), 4U);
  EXPECT_DOUBLE_EQ(mean(series, bins[0]), 4.0);
  EXPECT_DOUBLE_EQ(mean(series, bins[1]), 8.0);
  EXPECT_DOUBLE_EQ(mean(series, bins[2]), 8.0);
  EXPECT_DOUBLE_EQ(mean(series, bins[3]), 1.0);
  EXPECT_EQ(bins[3].max, 8) << "the level at the very beginning of a bin is in it";
}

TEST(LevelSeries, TheLastBinCoversWhatIsLeft) {
  LevelSeries series;
  series.start(Time{kStep}, 3);
  const auto bins = bins_until(series, Time{2 * kStep + kStep / 4});
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_DOUBLE_EQ(bins[1].area, 3.0 * static_cast<double>((kStep / 4).count()));
}

TEST(LevelSeries, NoBinBeginsAtTheEnd) {
  LevelSeries series;
  series.start(Time{}, 3);
  EXPECT_EQ(bins_until(series, Time{}).size(), 0U);
  series.start(Time{}, 3);
  EXPECT_EQ(bins_until(series, Time{kStep}).size(), 1U);
}

TEST(LevelSeries, WidensOnlyWhenTheLastBinIsFull) {
  LevelSeries series;
  series.start(Time{}, 1);
  const Duration reach = kStep * LevelSeries::kBins;
  series.set(Time{reach - picoseconds(1)}, 1);
  EXPECT_EQ(series.step(), kStep);
  series.set(Time{reach}, 1);
  EXPECT_EQ(series.step(), 2 * kStep);
}

// Nothing ever happens, so that the bins widen only at the end.
TEST(LevelSeries, ALevelThatNeverChangesIsTheMeanOfEveryBin) {
  LevelSeries series;
  series.start(Time{}, 5);
  const auto bins = bins_until(series, Time{5008 * kStep});
  for (const auto& bin : bins) EXPECT_DOUBLE_EQ(mean(series, bin), 5.0);
  EXPECT_EQ(series.step(), 16 * kStep);
  EXPECT_EQ(bins.size(), 5008U / 16U);
}

TEST(LevelSeries, ReachesTheLatestTime) {
  LevelSeries series;
  series.start(Time{}, 1);
  series.finish(kLatest);
  double area = 0.0;
  for (const auto& bin : series.bins()) area += bin.area;
  EXPECT_DOUBLE_EQ(area, static_cast<double>(kLatest.time_since_epoch().count()));
}

TEST(LevelSeries, LosesNoAreaHoweverOftenItWidened) {
  RandomStream random{{1, 0, "series", "levels"}};
  LevelSeries series;
  series.start(Time{}, 0);
  Time now{};
  double area = 0.0;
  std::int64_t level = 0, max = 0;
  for (int i = 0; i < 5000; ++i) {
    const Duration lasted{static_cast<std::int64_t>(random.below(1ULL << 26))};
    area += static_cast<double>(level) * static_cast<double>(lasted.count());
    now += lasted;
    level = static_cast<std::int64_t>(random.below(1000));
    max = std::max(max, level);
    series.set(now, level);
  }
  double sum = 0.0;
  std::int64_t highest = 0;
  for (const auto& bin : bins_until(series, now)) {
    sum += bin.area;
    highest = std::max(highest, bin.max);
  }
  EXPECT_NEAR(sum, area, area * 1e-12);
  EXPECT_EQ(highest, max);
  EXPECT_LE(series.bins().size(), LevelSeries::kBins);
}

}  // namespace
}  // namespace faultpath::sim
