// Random scenarios over everything that can be declared keep what must always hold.
#include "tests/net/net.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace faultpath::net {
namespace {

// Sanitizers take ten times as long, and look at the same code.
#ifdef FAULTPATH_SANITIZE
constexpr std::uint64_t kInATest = 15;
#else
constexpr std::uint64_t kInATest = 50;
#endif

class RandomScenariosSlow : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomScenariosSlow, KeepWhatAlwaysHolds) {
  const Counts counts = cast(GetParam(), kInATest, std::cout);
  EXPECT_EQ(counts.failed, 0U);
  EXPECT_GT(counts.ran, kInATest / 2) << "so that the rest is worth something";
}

INSTANTIATE_TEST_SUITE_P(FromSeeds, RandomScenariosSlow,
                         testing::Values(1, 51, 101, 151, 201, 251));

// Guests are seldom drawn with everything else, and seldom fit.
class RandomGuestsSlow : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomGuestsSlow, KeepWhatAlwaysHolds) {
  const Counts counts = cast(GetParam(), kInATest, std::cout, Scope::guests);
  EXPECT_EQ(counts.failed, 0U);
  EXPECT_GT(counts.ran, kInATest / 2);
}

INSTANTIATE_TEST_SUITE_P(FromSeeds, RandomGuestsSlow, testing::Values(1'001, 1'051));

}  // namespace
}  // namespace faultpath::net
