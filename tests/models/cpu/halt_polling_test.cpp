// The window of halt polling, halt by halt.
#include "models/cpu/halt_polling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using testing::ElementsAre;

// The windows in nanoseconds after halts of these lengths.
std::vector<std::int64_t> windows(const HaltPollSpec& spec, const std::vector<Duration>& halts) {
  HaltPolling polling;
  std::vector<std::int64_t> after;
  for (const Duration halt : halts) {
    polling.learn(spec, halt);
    after.push_back(polling.window() / sim::nanoseconds(1));
  }
  return after;
}

Duration us(std::int64_t n) { return microseconds(n); }

TEST(HaltPolling, BeginsWithoutAWindow) { EXPECT_EQ(HaltPolling{}.window(), Duration::zero()); }

TEST(HaltPolling, DoublesFromTenMicrosecondsUpToTwoHundred) {
  EXPECT_THAT(windows({}, {us(5), us(15), us(30), us(50), us(90), us(170), us(199)}),
              ElementsAre(10'000, 20'000, 40'000, 80'000, 160'000, 200'000, 200'000));
}

TEST(HaltPolling, HalvesAfterALongHaltAndIsOffBelowItsStart) {
  EXPECT_THAT(windows({}, {us(5), us(15), us(30), us(500), us(500), us(500), us(500)}),
              ElementsAre(10'000, 20'000, 40'000, 20'000, 10'000, 0, 0));
}

TEST(HaltPolling, IsResetByALongHaltWhereItDoesNotShrink) {
  EXPECT_THAT(windows({.shrink = 0}, {us(5), us(15), us(30), us(201)}),
              ElementsAre(10'000, 20'000, 40'000, 0));
}

TEST(HaltPolling, StaysAsItIsWithinTheWindowAndAtTheMaximum) {
  EXPECT_THAT(windows({}, {us(5), us(10), us(200)}), ElementsAre(10'000, 10'000, 10'000));
  EXPECT_THAT(windows({}, {us(5), us(10) + sim::picoseconds(1)}), ElementsAre(10'000, 20'000));
  EXPECT_THAT(windows({}, {us(5), us(200) + sim::picoseconds(1)}), ElementsAre(10'000, 0));
}

TEST(HaltPolling, IsOffWithAMaximumOfZeroOrWithoutGrowth) {
  EXPECT_THAT(windows({.max = Duration::zero()}, {us(5), us(15)}), ElementsAre(0, 0));
  EXPECT_THAT(windows({.grow = 0}, {us(5), us(15)}), ElementsAre(0, 0));
}

TEST(HaltPolling, FollowsItsStartAndItsFactor) {
  const HaltPollSpec spec{.max = us(100), .start = us(7), .grow = 3, .shrink = 4};
  EXPECT_THAT(windows(spec, {us(5), us(20), us(22), us(64), us(101)}),
              ElementsAre(7'000, 21'000, 63'000, 100'000, 25'000));
}

}  // namespace
}  // namespace faultpath::models
