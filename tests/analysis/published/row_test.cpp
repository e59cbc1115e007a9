// When a prediction is good.
#include "analysis/published/row.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

PublishedRow row_of(double published, double half_digit, double predicted) {
  return {.name = "a",
          .unit = "s",
          .published = Printed{published, half_digit},
          .predicted = predicted,
          .limit = RowLimit{.share = 0.1}};
}

TEST(PublishedRow, IsGoodUpToItsLimit) {
  EXPECT_EQ(row_of(10.0, 0.0, 10.99).is_good(), true);
  EXPECT_EQ(row_of(10.0, 0.0, 11.01).is_good(), false);
  EXPECT_EQ(row_of(10.0, 0.0, 8.99).is_good(), false);
  EXPECT_NEAR(*row_of(10.0, 0.0, 11.0).error(), 0.1, 1e-12);
}

// 0.1 s stands for 0.05 to 0.15 s; ten per cent of 0.1 s come on top.
TEST(PublishedRow, IsGoodWhenAValueThatRoundsToThePublishedOneWouldBe) {
  EXPECT_EQ(row_of(0.1, 0.05, 0.041).is_good(), true);
  EXPECT_EQ(row_of(0.1, 0.05, 0.039).is_good(), false);
  EXPECT_EQ(row_of(0.1, 0.05, 0.161).is_good(), false);
}

TEST(PublishedRow, MayBeJudgedByAShareOfSomethingElse) {
  auto row = row_of(1.9, 0.0, 2.3);
  row.limit = RowLimit{.share = 0.01, .of = 48.0};
  EXPECT_EQ(row.is_good(), true);
  EXPECT_NEAR(*row.error(), 0.4 / 48.0, 1e-12);
  row.predicted = 2.4;
  EXPECT_EQ(row.is_good(), false);
}

TEST(PublishedRow, MayHaveALowerBoundAlone) {
  auto row = row_of(220.0, 0.0, 500.0);
  row.limit = RowLimit{.at_least = true};
  EXPECT_EQ(row.is_good(), true);
  row.predicted = 219.0;
  EXPECT_EQ(row.is_good(), false);
}

TEST(PublishedRow, IsNotJudgedWithoutALimitOrAValueOrWhenItWasFittedTo) {
  auto row = row_of(10.0, 0.0, 20.0);
  row.use = RowUse::fit;
  EXPECT_FALSE(row.is_good());
  row = row_of(10.0, 0.0, 20.0);
  row.limit.reset();
  EXPECT_FALSE(row.is_good());
  row = row_of(10.0, 0.0, 20.0);
  row.published.reset();
  EXPECT_FALSE(row.is_good());
  EXPECT_FALSE(row.error());
  row = row_of(10.0, 0.0, 20.0);
  row.predicted.reset();
  EXPECT_FALSE(row.is_good());
}

}  // namespace
}  // namespace faultpath::analysis
