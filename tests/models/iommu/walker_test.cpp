// Walks: how many entries they read, cold, behind cached tables, and with two stages.
#include "models/iommu/walker.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

IommuSpec levels(std::uint32_t stage1, std::uint32_t stage2 = 0) {
  IommuSpec spec;
  spec.levels = {stage1, stage2};
  return spec;
}

constexpr PageTableEntry kPresent4K{true, true, true, 12, 0};
constexpr PageTableEntry kPresent2M{true, true, true, 21, 1};

PageTableEntry absent(unsigned lowest_level) { return {.lowest_level = lowest_level}; }

TEST(Walker, AColdWalkReadsOneEntryOfEachLevel) {
  for (const std::uint32_t n : {3U, 4U, 5U}) {
    Walker walker(levels(n));
    EXPECT_EQ(walker.reads(0, {0}, kPresent4K), n);
  }
}

// (n + 1)(h + 1) - 1: the published 24 and 35, and by the same formula 29, 29 and 15.
TEST(Walker, AColdNestedWalkReadsTheProductOfBothStages) {
  struct Case {
    std::uint32_t n, h, reads;
  };
  for (const Case& c : {Case{4, 4, 24}, {5, 5, 35}, {4, 5, 29}, {5, 4, 29}, {3, 3, 15}}) {
    ASSERT_EQ((c.n + 1) * (c.h + 1) - 1, c.reads);
    Walker walker(levels(c.n, c.h));
    EXPECT_EQ(walker.reads(0, {0}, kPresent4K), c.reads) << c.n << " x " << c.h;
  }
}

TEST(Walker, BehindACachedTableOnlyTheRestIsRead) {
  // Pages that share only the tables from level k upwards leave k + 1 levels to read.
  for (const std::uint32_t h : {0U, 4U}) {
    Walker walker(levels(4, h));
    walker.reads(0, {0}, kPresent4K);
    EXPECT_EQ(walker.reads(0, {1}, kPresent4K), 1 * (h + 1));            // PDE hit
    EXPECT_EQ(walker.reads(0, {kPagesPer2M}, kPresent4K), 2 * (h + 1));  // PDPE hit
    EXPECT_EQ(walker.reads(0, {kPagesPer1G}, kPresent4K), 3 * (h + 1));  // PML4 hit
    EXPECT_EQ(walker.reads(0, {512 * kPagesPer1G}, kPresent4K), (4 + 1) * (h + 1) - 1);
  }
}

TEST(Walker, ALargeLeafSavesALevel) {
  Walker one_stage(levels(4));
  EXPECT_EQ(one_stage.reads(0, {0}, kPresent2M), 3U);
  EXPECT_EQ(one_stage.reads(0, {kPagesPer2M}, kPresent2M), 1U);  // its directory is cached
  Walker nested(levels(4, 4));
  EXPECT_EQ(nested.reads(0, {0}, kPresent2M), (3U + 1) * (4 + 1) - 1);
}

TEST(Walker, AWalkStopsAtTheLevelThatIsMissing) {
  Walker walker(levels(4));
  EXPECT_EQ(walker.reads(0, {0}, absent(3)), 1U);  // only the root exists
  EXPECT_EQ(walker.reads(0, {0}, absent(2)), 2U);
  Walker deep(levels(4));
  EXPECT_EQ(deep.reads(0, {0}, absent(0)), 4U);  // all tables, but no leaf
}

// An absent leaf has no address that the second stage could translate.
TEST(Walker, ANestedWalkToAnAbsentPageDoesNotTranslateItsAddress) {
  Walker walker(levels(4, 4));
  EXPECT_EQ(walker.reads(0, {0}, absent(0)), 24U - 4U);
  EXPECT_EQ(walker.reads(0, {1}, absent(0)), 5U - 4U);
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
  for (const std::uint64_t region : {0, 1, 2}) {
    walker.reads(0, {region * kPagesPer2M}, kPresent4K);
  }
  EXPECT_EQ(walker.reads(0, {2 * kPagesPer2M}, kPresent4K), 1U);
  EXPECT_EQ(walker.reads(0, {0}, kPresent4K), 2U);  // its table of leaves has been replaced
}

}  // namespace
}  // namespace faultpath::models
