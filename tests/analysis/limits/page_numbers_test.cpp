// Numbers by first access.
#include "analysis/limits/page_numbers.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/analysis/limits/access_streams.hpp"

namespace faultpath::analysis::limits {
namespace {

TEST(PageNumbers, CountPagesInTheOrderOfTheirFirstAccess) {
  PageNumbers numbers;
  EXPECT_EQ(numbers.of(700), 0U);
  EXPECT_EQ(numbers.of(0), 1U);
  EXPECT_EQ(numbers.of(700), 0U);
  EXPECT_EQ(numbers.of(~std::uint64_t{0}), 2U);
  EXPECT_EQ(numbers.count(), 3U);
}

TEST(PageNumbers, AgreeWithAMapWhenTheTableGrows) {
  PageNumbers numbers;
  std::map<std::uint64_t, std::uint32_t> map;
  for (const auto page : uniform_pages(20'000, 9'000, 1)) {
    const std::uint64_t far = std::uint64_t{page} << 30;
    const auto known = map.try_emplace(far, static_cast<std::uint32_t>(map.size())).first;
    ASSERT_EQ(numbers.of(far), known->second) << far;
  }
  EXPECT_EQ(numbers.count(), map.size());
}

}  // namespace
}  // namespace faultpath::analysis::limits
