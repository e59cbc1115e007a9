// Quantiles, shares and merging, against values by hand.
#include "analysis/histogram.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

using Bucket = Histogram::Bucket;

TEST(Histogram, ABucketIsOnePicosecondWideBelow128AndA64thOfItsPowerOfTwoAbove) {
  EXPECT_EQ(Histogram::width(0, 6), 1);
  EXPECT_EQ(Histogram::width(127, 6), 1);
  EXPECT_EQ(Histogram::width(128, 6), 2);
  EXPECT_EQ(Histogram::width(6400, 6), 64);  // 4096 / 64
  EXPECT_EQ(Histogram::width(6400, 7), 32);
}

TEST(Histogram, AQuantileLiesBetweenTheValuesOfItsBucketByItsRank) {
  const Histogram histogram{6, {{100, 4}, {6400, 6}}};
  EXPECT_EQ(histogram.count(), 10u);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.4), 100.0);  // the fourth of four
  // Rank 5 is the first of six in 6400 to 6463, rank 10 the last.
  EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 6400.0 + 63.0 / 6.0);
  EXPECT_DOUBLE_EQ(histogram.quantile(1.0), 6463.0);
}

TEST(Histogram, TheShareAboveAQuantileIsTheRest) {
  const Histogram histogram{6, {{100, 4}, {6400, 6}, {12800, 90}}};
  for (const double q : {0.05, 0.08, 0.25, 0.5, 0.9, 0.99})
    EXPECT_NEAR(histogram.share_above(histogram.quantile(q)), 1.0 - q, 1e-12) << q;
  EXPECT_EQ(histogram.share_above(99.0), 1.0);
  EXPECT_EQ(histogram.share_above(100.0), 0.96);
  EXPECT_EQ(histogram.share_above(3000.0), 0.96);  // between two buckets
  EXPECT_EQ(histogram.share_above(1e9), 0.0);
}

TEST(Histogram, MergingAddsTheCountsOfEqualBuckets) {
  const Histogram a{6, {{1, 2}, {100, 4}}};
  const Histogram b{6, {{2, 1}, {100, 6}, {200, 1}}};
  const std::array<const Histogram*, 2> both{&a, &b};
  EXPECT_EQ(merged(both), (Histogram{6, {{1, 2}, {2, 1}, {100, 10}, {200, 1}}}));
  EXPECT_EQ(merged(both).count(), 14u);
}

}  // namespace
}  // namespace faultpath::analysis
