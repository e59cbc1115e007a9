// Histograms: errors of quantiles, exact moments, exact merging.
#include "sim/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <vector>

#include "sim/distribution.hpp"

namespace faultpath::sim {
namespace {

struct Source {
  const char* name;
  DistributionSpec spec;
};
void PrintTo(const Source& source, std::ostream* out) { *out << source.name; }

std::vector<Duration> draws_of(const DistributionSpec& spec, int count, const char* purpose) {
  const Distribution distribution{spec};
  RandomStream stream{{1, 0, "histogram", purpose}};
  std::vector<Duration> draws;
  for (int i = 0; i < count; ++i) draws.push_back(distribution(stream));
  return draws;
}

Histogram histogram_of(const std::vector<Duration>& values) {
  Histogram histogram;
  for (const Duration value : values) histogram.record(value);
  return histogram;
}

class HistogramQuantile : public testing::TestWithParam<Source> {};

TEST_P(HistogramQuantile, IsWithinABucketOfTheExactOne) {
  std::vector<Duration> values = draws_of(GetParam().spec, 50'000, "quantile");
  const Histogram histogram = histogram_of(values);
  std::ranges::sort(values);
  for (const double q : {0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * 50'000 - 1e-6));
    const auto exact = static_cast<double>(values[rank - 1].count());
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact, exact / 64.0 + 0.5)
        << "q = " << q;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sources, HistogramQuantile,
    testing::Values(Source{"uniform", UniformSpec{Duration::zero(), microseconds(5)}},
                    Source{"exponential", ExponentialSpec{microseconds(2)}},
                    Source{"lognormal", LognormalSpec{nanoseconds(750), microseconds(3)}},
                    Source{"pareto", ParetoSpec{nanoseconds(100), 1.2}},
                    Source{"picoseconds", ExponentialSpec{picoseconds(90)}},
                    Source{"seconds", GammaSpec{seconds(30), 0.5}}),
    [](const auto& source) { return std::string(source.param.name); });

TEST(Histogram, EveryBucketHoldsTheValuesThatItSays) {
  for (int shift = 0; shift < 63; ++shift) {
    for (const std::int64_t off : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << shift) + off;
      Histogram histogram;
      histogram.record(Duration{value});
      ASSERT_EQ(histogram.buckets().size(), 1U);
      const Histogram::Bucket bucket = histogram.buckets().front();
      EXPECT_EQ(bucket.count, 1U);
      EXPECT_LE(bucket.low.count(), value);
      EXPECT_GT(bucket.high.count(), value);
      EXPECT_LE((bucket.high - bucket.low).count(), std::max<std::int64_t>(1, value / 64 + 1));
    }
  }
}

TEST(Histogram, ValuesBelow64PicosecondsAreExact) {
  Histogram histogram;
  for (int i = 1; i <= 63; ++i) histogram.record(picoseconds(i));
  for (int i = 1; i <= 63; ++i) EXPECT_EQ(histogram.quantile(i / 63.0), picoseconds(i));
}

TEST(Histogram, AQuantileLiesInItsBucketAsFarAsItsRank) {
  Histogram histogram;  // all in the bucket from 6400 to 6463 ps
  for (int i = 0; i < 1000; ++i) histogram.record(picoseconds(6400 + i % 64));
  EXPECT_EQ(histogram.quantile(0.25), picoseconds(6416));  // 6400 + 63 / 4, to the nearest
  EXPECT_EQ(histogram.quantile(0.9), picoseconds(6457));   // 6400 + 63 * 0.9
  EXPECT_EQ(histogram.quantile(1.0), picoseconds(6463));
}

TEST(Histogram, TheRankOfAQuantileIsExactWhereTheProductRoundsUp) {
  Histogram histogram;
  for (int i = 1; i <= 50; ++i) histogram.record(picoseconds(i));
  for (int i = 51; i <= 100; ++i) histogram.record(picoseconds(60));
  // In double precision 0.07 * 100 and 0.14 * 100 are above 7 and 14.
  EXPECT_EQ(histogram.quantile(0.07), picoseconds(7));
  EXPECT_EQ(histogram.quantile(0.14), picoseconds(14));
  EXPECT_EQ(histogram.quantile(0.141), picoseconds(15));
}

TEST(Histogram, AQuantileLiesBetweenMinimumAndMaximum) {
  const Histogram histogram = histogram_of({nanoseconds(1001), nanoseconds(1001)});
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(1001));
  EXPECT_EQ(histogram.quantile(1.0), nanoseconds(1001));
}

TEST(Histogram, TakesTheLongestDuration) {
  Histogram histogram;
  histogram.record(Duration::max());
  EXPECT_EQ(histogram.quantile(0.5), Duration::max());
  EXPECT_EQ(histogram.buckets().front().high, Duration::max());
}

TEST(Histogram, MeanAndDeviationAreExact) {
  const Histogram histogram =
      histogram_of({nanoseconds(2), nanoseconds(4), nanoseconds(4), nanoseconds(4), nanoseconds(5),
                    nanoseconds(5), nanoseconds(7), nanoseconds(9)});
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), 5.0);
  EXPECT_DOUBLE_EQ(histogram.stddev_ns(), 2.0);
  EXPECT_EQ(histogram.min(), nanoseconds(2));
  EXPECT_EQ(histogram.max(), nanoseconds(9));
}

TEST(Histogram, ASmallDeviationAroundALargeMeanDoesNotCancel) {
  const Duration base = seconds(1000);
  const Histogram histogram = histogram_of({base, base + picoseconds(1), base + picoseconds(2)});
  EXPECT_DOUBLE_EQ(histogram.stddev_ns(), std::sqrt(2.0 / 3.0) / 1e3);
}

void expect_same(const Histogram& a, const Histogram& b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
  EXPECT_EQ(a.mean_ns(), b.mean_ns());
  EXPECT_EQ(a.stddev_ns(), b.stddev_ns());
  const auto left = a.buckets();
  const auto right = b.buckets();
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].low, right[i].low);
    EXPECT_EQ(left[i].count, right[i].count);
  }
}

TEST(Histogram, MergingIsTheSameAsRecordingEverythingIntoOne) {
  const auto first = draws_of(ExponentialSpec{microseconds(2)}, 1000, "first");
  const auto second = draws_of(ParetoSpec{nanoseconds(9), 1.5}, 2000, "second");
  Histogram merged = histogram_of(first);
  merged.merge(histogram_of(second));
  std::vector<Duration> all = first;
  all.insert(all.end(), second.begin(), second.end());
  expect_same(merged, histogram_of(all));
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  const auto values = draws_of(ExponentialSpec{microseconds(2)}, 100, "values");
  Histogram merged = histogram_of(values);
  merged.merge(Histogram{});
  expect_same(merged, histogram_of(values));
  Histogram empty;
  empty.merge(histogram_of(values));
  expect_same(empty, histogram_of(values));
}

TEST(Histogram, ACopyIsIndependentAndClearingEmpties) {
  Histogram original = histogram_of({nanoseconds(1)});
  Histogram copy = original;
  copy.record(nanoseconds(2));
  EXPECT_EQ(original.count(), 1U);
  copy = original;
  expect_same(copy, original);
  original.clear();
  expect_same(original, Histogram{});
}

TEST(Histogram, AnEmptyOneHasZerosOnly) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.min(), Duration::zero());
  EXPECT_EQ(empty.max(), Duration::zero());
  EXPECT_EQ(empty.quantile(0.99), Duration::zero());
  EXPECT_EQ(empty.mean_ns(), 0.0);
  EXPECT_EQ(empty.stddev_ns(), 0.0);
  EXPECT_TRUE(empty.buckets().empty());
}

TEST(HistogramDeathTest, RefusesNegativeDurationsAndSillyQuantiles) {
  Histogram histogram;
  EXPECT_DEATH(histogram.record(picoseconds(-1)), "not negative");
  EXPECT_DEATH(histogram.quantile(0.0), "quantile");
  EXPECT_DEATH(histogram.quantile(1.01), "quantile");
}

}  // namespace
}  // namespace faultpath::sim
