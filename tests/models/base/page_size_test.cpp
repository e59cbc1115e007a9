// Bytes, pages and tables of each size of base pages.
#include <gtest/gtest.h>

#include "models/base/address.hpp"
#include "models/base/sizes.hpp"
#include "models/memory/levels_spec.hpp"

namespace faultpath::models {
namespace {

// Arm ARM D8.2: tables of 512, 2048 and 8192 entries; 48 bits need 4, 4 and 3 levels of them.
TEST(PageSize, KnowsTheTablesThatGoWithIt) {
  struct Case {
    std::uint64_t bytes, entries;
    unsigned bits;
    std::uint32_t levels;
  };
  for (const Case& c :
       {Case{4 * kKiB, 512, 9, 4}, {16 * kKiB, 2048, 11, 4}, {64 * kKiB, 8192, 13, 3}}) {
    const PageSize size = PageSize::of_bytes(c.bytes);
    EXPECT_EQ(size.bytes(), c.bytes);
    EXPECT_EQ(size.table_entries(), c.entries);
    EXPECT_EQ(size.table_bits(), c.bits);
    EXPECT_EQ(usual_levels(size), c.levels);
  }
  EXPECT_EQ(PageSize{}, PageSize::of_bytes(4 * kKiB)) << "unless it is said";
}

TEST(PageSize, CountsWholePagesOrThoseThatHoldTheBytes) {
  const PageSize size = PageSize::of_bytes(64 * kKiB);
  EXPECT_EQ(size.pages_in(64 * kKiB - 1), 0U);
  EXPECT_EQ(size.pages_in(192 * kKiB), 3U);
  EXPECT_EQ(size.pages_for(1), 1U);
  EXPECT_EQ(size.pages_for(64 * kKiB + 1), 2U);
  EXPECT_EQ(size.bytes_of(3), 192 * kKiB);
  EXPECT_EQ(page_of(Iova{3 * 64 * kKiB - 1}, size), IovaPage{2});
  EXPECT_EQ(start_of(IovaPage{2}, size), Iova{128 * kKiB});
}

}  // namespace
}  // namespace faultpath::models
