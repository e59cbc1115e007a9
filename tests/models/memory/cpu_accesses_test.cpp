// The penalty of a thread above memory.high.
#include "models/memory/cpu_accesses.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

constexpr std::uint64_t kHigh = 1000;

TEST(DelayAboveHigh, GrowsWithTheSquareOfTheOverageAndWithThePages) {
  // 10 % over: 0.01 * 64 s for a batch of 64 pages, a second for a page at 100 %.
  EXPECT_NEAR(sim::to_ns(CpuAccesses::delay_above_high(1100, kHigh, 64)), 0.64e9, 1.0);
  EXPECT_NEAR(sim::to_ns(CpuAccesses::delay_above_high(1100, kHigh, 32)), 0.32e9, 1.0);
  EXPECT_NEAR(sim::to_ns(CpuAccesses::delay_above_high(2000, kHigh, 1)), 1e9, 1.0);
}

TEST(DelayAboveHigh, IsNothingAtTheBoundAndTwoSecondsAtMost) {
  EXPECT_EQ(CpuAccesses::delay_above_high(kHigh, kHigh, 64), sim::Duration::zero());
  EXPECT_EQ(CpuAccesses::delay_above_high(2 * kHigh, kHigh, 64), sim::seconds(2));
}

}  // namespace
}  // namespace faultpath::models
