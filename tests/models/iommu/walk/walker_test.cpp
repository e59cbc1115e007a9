// Walks of one stage: how many entries they read, cold and behind cached tables.
#include "models/iommu/walk/walker.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

IommuSpec levels(std::uint32_t stage1) {
  IommuSpec spec;
  spec.levels.stage1 = stage1;
  return spec;
}

constexpr PageTableEntry kPresent4K{true, true, true, 0, 0};
constexpr PageTableEntry kPresent2M{true, true, true, 9, 1};
constexpr PageTableEntry kPresent1G{true, true, true, 18, 2};

PageTableEntry absent(unsigned lowest_level) { return {.lowest_level = lowest_level}; }

TEST(Walker, AColdWalkReadsOneEntryOfEachLevel) {
  for (const std::uint32_t n : {3U, 4U, 5U}) {
    Walker walker(levels(n));
    EXPECT_EQ(walker.reads(0, {0}, kPresent4K), n);
  }
}

TEST(Walker, BehindACachedTableOnlyTheRestIsRead) {
  // Pages that share only the tables from level k upwards leave k + 1 levels to read.
  Walker walker(levels(4));
  walker.reads(0, {0}, kPresent4K);
  EXPECT_EQ(walker.reads(0, {1}, kPresent4K), 1U);            // PDE hit
  EXPECT_EQ(walker.reads(0, {kPagesPer2M}, kPresent4K), 2U);  // PDPE hit
  EXPECT_EQ(walker.reads(0, {kPagesPer1G}, kPresent4K), 3U);  // PML4 hit
  EXPECT_EQ(walker.reads(0, {512 * kPagesPer1G}, kPresent4K), 4U);
}

// 64 KiB: tables of 2^13 entries, which are those of 512 MiB, and above them of 4 TiB.
TEST(Walker, TablesOfLargerPagesHaveMoreEntries) {
  const PageSize size = PageSize::of_bytes(64 * kKiB);
  Walker walker(levels(3), size);
  EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 3U) << "cold";
  EXPECT_EQ(walker.reads(0, {8191}, kPresent4K), 1U);
  EXPECT_EQ(walker.reads(0, {8192}, kPresent4K), 2U);
  EXPECT_EQ(walker.reads(0, {8192 * 8192}, kPresent4K), 3U);
}

TEST(Walker, ALargeLeafSavesALevel) {
  Walker walker(levels(4));
  EXPECT_EQ(walker.reads(0, {0}, kPresent2M), 3U);
  EXPECT_EQ(walker.reads(0, {kPagesPer2M}, kPresent2M), 1U);  // its directory is cached
  Walker two_levels_less(levels(4));
  EXPECT_EQ(two_levels_less.reads(0, {0}, kPresent1G), 2U);
}

TEST(Walker, WithoutAWalkCacheEveryWalkStartsAtTheRoot) {
  IommuSpec spec = levels(4);
  spec.walk_cache.entries = 0;
  Walker walker(spec);
  for (int again = 0; again < 2; ++again) EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 4U);
}

TEST(Walker, AWalkStopsAtTheLevelThatIsMissing) {
  Walker walker(levels(4));
  EXPECT_EQ(walker.reads(0, {0}, absent(3)), 1U);  // only the root exists
  EXPECT_EQ(walker.reads(0, {0}, absent(2)), 2U);
  Walker deep(levels(4));
  EXPECT_EQ(deep.reads(0, {0}, absent(0)), 4U);  // all tables, but no leaf
}

TEST(Walker, NeverCachesATableThatDoesNotExist) {
  Walker walker(levels(4));
  walker.reads(0, {0}, absent(2));                  // read root and the table of level 2
  EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 3U);  // level 2, 1 and 0: nothing below was cached
}

TEST(Walker, InvalidationForgetsTheTablesOnTheWay) {
  Walker walker(levels(4));
  walker.reads(0, {0}, kPresent4K);
  walker.reads(0, {2 * kPagesPer1G}, kPresent4K);
  walker.invalidate(0, {1});
  EXPECT_EQ(walker.reads(0, {2 * kPagesPer1G + 1}, kPresent4K), 1U);  // another branch
  EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 4U);
}

TEST(Walker, DomainsDoNotShareTables) {
  Walker walker(levels(4));
  walker.reads(0, {0}, kPresent4K);
  EXPECT_EQ(walker.reads(1, {0}, kPresent4K), 4U);
  walker.invalidate(0, {0});
  EXPECT_EQ(walker.reads(1, {0}, kPresent4K), 1U);
}

TEST(Walker, ASmallCacheForgetsTheLeastRecentlyUsedTable) {
  IommuSpec spec = levels(3);
  spec.walk_cache = {2, 2};  // two tables a level
  Walker walker(spec);
  for (const std::uint64_t region : {0U, 1U, 2U}) {
    walker.reads(0, {region * kPagesPer2M}, kPresent4K);
  }
  EXPECT_EQ(walker.reads(0, {2 * kPagesPer2M}, kPresent4K), 1U);
  EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 2U);  // its table of leaves has been replaced
}

}  // namespace
}  // namespace faultpath::models
