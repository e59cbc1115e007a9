// Refault distance, by hand.
#include "models/memory/workingset.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

constexpr PageId kA{1}, kB{2}, kC{3};

TEST(WorkingsetTest, TheDistanceCountsWhatWasTakenSince) {
  Workingset set;
  set.take(kA);  // age 0
  set.take(kB);  // 1
  set.take(kC);  // 2
  EXPECT_EQ(set.come_back(kA), 3U);
  EXPECT_EQ(set.come_back(kC), 1U);
}

TEST(WorkingsetTest, AnActivationAgesWhatIsGone) {
  Workingset set;
  set.take(kA);
  set.activate();
  EXPECT_EQ(set.come_back(kA), 2U);
}

TEST(WorkingsetTest, APageThatWasNotTakenHasNoDistance) {
  Workingset set;
  set.take(kA);
  EXPECT_FALSE(set.come_back(kB).has_value());
  EXPECT_TRUE(set.come_back(kA).has_value());
  EXPECT_FALSE(set.come_back(kA).has_value()) << "it is back";
}

TEST(WorkingsetTest, APageThatWasGivenBackIsForgotten) {
  Workingset set;
  set.take(kA);
  set.forget(kA);
  EXPECT_FALSE(set.come_back(kA).has_value());
}

}  // namespace
}  // namespace faultpath::models
