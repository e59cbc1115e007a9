// Stage profiles: the stages at a quantile of the whole.
#include "sim/stage_profile.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using Profile = StageProfile<3>;

void record(Profile& profile, Duration a, Duration b, Duration c) {
  profile.record(a + b + c, {a, b, c});
}

// 98 items of 10 us, half in the first stage; 2 of 100 us, nearly all of it in the third.
Profile two_modes() {
  Profile profile;
  for (int i = 0; i < 98; ++i) record(profile, microseconds(5), microseconds(3), microseconds(2));
  for (int i = 0; i < 2; ++i) record(profile, microseconds(5), microseconds(3), microseconds(92));
  return profile;
}

TEST(StageProfile, TellsTheStagesOfTheItemsAroundAQuantile) {
  const auto median = two_modes().shares_at(0.5);
  EXPECT_DOUBLE_EQ(median[0], 0.5);
  EXPECT_DOUBLE_EQ(median[1], 0.3);
  EXPECT_DOUBLE_EQ(median[2], 0.2);
  const auto tail = two_modes().shares_at(0.99);
  EXPECT_DOUBLE_EQ(tail[0], 0.05);
  EXPECT_DOUBLE_EQ(tail[1], 0.03);
  EXPECT_DOUBLE_EQ(tail[2], 0.92);
}

// Ranks 97.5 to 98.5 around 98: half an item of each mode.
TEST(StageProfile, WeighsTheBucketsByWhatLiesAroundTheQuantile) {
  const auto shares = two_modes().shares_at(0.98);
  EXPECT_NEAR(shares[2], (0.5 * 2.0 + 0.5 * 92.0) / (0.5 * 10.0 + 0.5 * 100.0), 1e-12);
}

TEST(StageProfile, SharesSumToOne) {
  for (const double q : {0.5, 0.9, 0.99, 0.999}) {
    const auto shares = two_modes().shares_at(q);
    EXPECT_NEAR(shares[0] + shares[1] + shares[2], 1.0, 1e-12) << q;
  }
}

TEST(StageProfile, MergingIsTheSameAsRecordingIntoOne) {
  Profile one = two_modes();
  record(one, microseconds(700), microseconds(1), microseconds(1));
  Profile other = two_modes();
  Profile single;
  record(single, microseconds(700), microseconds(1), microseconds(1));
  other.merge(single);
  EXPECT_EQ(other.count(), 101U);
  for (const double q : {0.5, 0.98, 0.999}) EXPECT_EQ(one.shares_at(q), other.shares_at(q)) << q;
}

TEST(StageProfile, IsEmptyWithoutItems) {
  EXPECT_EQ(Profile{}.shares_at(0.5), (std::array<double, 3>{}));
}

}  // namespace
}  // namespace faultpath::sim
