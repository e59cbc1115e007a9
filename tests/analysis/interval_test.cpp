// Student's t against published tables, and intervals by hand.
#include "analysis/interval.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace faultpath::analysis {
namespace {

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, three decimals.
struct Row {
  double probability, degrees, quantile;
};
constexpr std::array<Row, 9> kTable{{{0.975, 1, 12.706},
                                     {0.975, 2, 4.303},
                                     {0.975, 4, 2.776},
                                     {0.975, 9, 2.262},
                                     {0.975, 29, 2.045},
                                     {0.95, 10, 1.812},
                                     {0.995, 4, 4.604},
                                     {0.90, 3, 1.638},
                                     {0.999, 7, 4.785}}};

TEST(StudentT, QuantilesAreThoseOfThePublishedTable) {
  for (const auto& [probability, degrees, quantile] : kTable)
    EXPECT_NEAR(student_t_quantile(probability, degrees), quantile, 0.0006) << degrees;
}

TEST(Interval, OfFiveValuesIsTheOneWorkedOutByHand) {
  // Mean 3, sample variance 10/4, standard error sqrt(2.5/5), t(0.975, 4) = 2.776.
  const std::array<double, 5> values{1, 2, 3, 4, 5};
  const auto interval = interval_of(values, 0.95);
  const double half = 2.776 * std::sqrt(0.5);
  EXPECT_EQ(interval.n, 5u);
  EXPECT_DOUBLE_EQ(interval.mean, 3.0);
  EXPECT_NEAR(*interval.low, 3.0 - half, 0.0006);
  EXPECT_NEAR(*interval.high, 3.0 + half, 0.0006);
}

TEST(Interval, WidensWithTheConfidence) {
  // t(0.995, 4) = 4.604.
  const std::array<double, 5> values{1, 2, 3, 4, 5};
  EXPECT_NEAR(*interval_of(values, 0.99).high, 3.0 + 4.604 * std::sqrt(0.5), 0.0006);
}

TEST(Interval, OfOneValueIsTheValueWithoutBounds) {
  const std::array<double, 1> values{7.5};
  const auto interval = interval_of(values, 0.95);
  EXPECT_EQ(interval.n, 1u);
  EXPECT_EQ(interval.mean, 7.5);
  EXPECT_FALSE(interval.low);
  EXPECT_FALSE(interval.high);
  EXPECT_FALSE(interval.excludes_zero());
}

TEST(Interval, OfEqualValuesHasNoWidth) {
  const std::array<double, 3> values{2, 2, 2};
  const auto interval = interval_of(values, 0.95);
  EXPECT_EQ(*interval.low, 2.0);
  EXPECT_EQ(*interval.high, 2.0);
}

TEST(Interval, ExcludesZeroOnlyWhenBothBoundsLieOnOneSide) {
  const std::array<double, 3> above{9, 10, 11}, below{-9, -10, -11}, around{-10, 0, 10};
  EXPECT_TRUE(interval_of(above, 0.95).excludes_zero());
  EXPECT_TRUE(interval_of(below, 0.95).excludes_zero());
  EXPECT_FALSE(interval_of(around, 0.95).excludes_zero());
}

}  // namespace
}  // namespace faultpath::analysis
