// Walks through two stages: how many entries they read, cold, with large leaves, behind caches.
#include "models/iommu/walk/nested_walker.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "models/memory/mapped_process.hpp"

namespace faultpath::models {
namespace {

/// (g + 1)(h + 1) - 1: the root pointer, then for each guest level an entry and the address in it.
constexpr std::uint32_t cold(std::uint32_t g, std::uint32_t h) { return (g + 1) * (h + 1) - 1; }

IommuSpec levels(std::uint32_t stage1, std::uint32_t stage2, std::uint8_t leaf_bits = kPageBits) {
  IommuSpec spec;
  spec.levels = {stage1, stage2};
  spec.second_stage.leaf_bits = leaf_bits;
  return spec;
}

/// A space of 4 GiB with its guest memory, and a walker with the same spec.
struct Nested {
  explicit Nested(const IommuSpec& s, BackingSpec backing = {}, std::uint32_t tag = 0)
      : spec(s),
        process(store, "space", tag, Runs(0, 4 * kPagesPer1G), backing),
        guest(space.areas(), spec.levels, spec.second_stage.leaf_bits),
        walker(spec) {
    space.guest = &guest;
  }
  std::uint32_t reads(std::uint64_t page) { return walker.begin(space, {page}).reads; }
  /// Of a page that is mapped first.
  std::uint32_t mapped(std::uint64_t page) {
    space.map({page});
    return reads(page);
  }

  IommuSpec spec;
  PageStore store;
  MappedProcess process;
  IoPageTable& space = process.table;
  GuestMemory guest;
  NestedWalker walker;
};

// The published 24 and 35, and by the same formula 29, 29 and 15 (semantics 3.1).
TEST(NestedWalker, AColdWalkReadsTheProductOfBothStages) {
  struct Case {
    std::uint32_t g, h, reads;
  };
  for (const Case& c : {Case{4, 4, 24}, {5, 5, 35}, {4, 5, 29}, {5, 4, 29}, {3, 3, 15}}) {
    ASSERT_EQ(cold(c.g, c.h), c.reads);
    Nested nested(levels(c.g, c.h));
    EXPECT_EQ(nested.mapped(0), c.reads) << c.g << " x " << c.h;
  }
}

// Guest pages at the distance of each level's reach: 1, 2, 3, 4 reads of five.
TEST(NestedWalker, ASecondStageEntryLeavesTheLevelsBelowIt) {
  IommuSpec spec = levels(5, 5);
  spec.second_stage.walk_cache = {16, 4};
  Nested nested(spec);
  const auto reads = [&](std::uint64_t page) {
    return nested.walker.translate(0, nested.guest, GpaPage{page}).reads;
  };
  EXPECT_EQ(reads(0), 5U);
  EXPECT_EQ(reads(1), 1U) << "PDE cache";
  EXPECT_EQ(reads(kPagesPer2M), 2U) << "PDPE cache";
  EXPECT_EQ(reads(kPagesPer1G), 3U) << "PML4 cache";
  EXPECT_EQ(reads(512 * kPagesPer1G), 4U) << "PML5 cache";
  nested.walker.invalidate_domain(0);
  EXPECT_EQ(reads(1), 5U);
}

TEST(NestedWalker, ALargeLeafOfTheFirstStageSavesAGuestLevel) {
  for (const auto& [bits, saved] : {std::pair{21, 1U}, {30, 2U}}) {
    Nested nested(levels(4, 4),
                  {.huge_pages = true, .huge_page_bits = static_cast<std::uint8_t>(bits)});
    nested.space.map_everything();
    EXPECT_EQ(nested.reads(0), cold(4 - saved, 4));
  }
}

TEST(NestedWalker, ALargeLeafOfTheSecondStageSavesALevelForEachAddress) {
  for (const auto& [bits, saved] : {std::pair{21, 1U}, {30, 2U}}) {
    for (const std::uint32_t h : {3U, 4U, 5U}) {
      Nested nested(levels(4, h, static_cast<std::uint8_t>(bits)));
      EXPECT_EQ(nested.mapped(0), cold(4, h - saved));
    }
  }
}

TEST(NestedWalker, LargeLeavesOfBothStagesSaveBoth) {
  Nested nested(levels(5, 5, 21), {.huge_pages = true});
  nested.space.map_everything();
  EXPECT_EQ(nested.reads(0), cold(4, 4));
}

// Pages that share only the tables from level k upwards leave k + 1 guest levels (semantics 3.2).
TEST(NestedWalker, ANestedEntryLeavesTheRemainingLevelsTimesBothStages) {
  for (const std::uint32_t h : {3U, 4U, 5U}) {
    Nested nested(levels(4, h));
    nested.mapped(0);
    EXPECT_EQ(nested.mapped(1), 1 * (h + 1));            // PDE hit
    EXPECT_EQ(nested.mapped(kPagesPer2M), 2 * (h + 1));  // PDPE hit
    EXPECT_EQ(nested.mapped(kPagesPer1G), 3 * (h + 1));  // PML4 hit
    EXPECT_EQ(nested.reads(0), 1 * (h + 1));
  }
}

TEST(NestedWalker, WithoutAWalkCacheEveryWalkIsCold) {
  IommuSpec spec = levels(4, 4);
  spec.walk_cache.entries = 0;
  Nested nested(spec);
  nested.space.map({0});
  for (int again = 0; again < 3; ++again) EXPECT_EQ(nested.reads(0), cold(4, 4));
}

// With an empty entry there is no address that the second stage could translate.
TEST(NestedWalker, AWalkToAnAbsentPageDoesNotTranslateItsAddress) {
  Nested nested(levels(4, 4));
  EXPECT_EQ(nested.reads(0), 4U + 1U);  // only the root exists
  nested.space.map({1});
  EXPECT_EQ(nested.reads(0), cold(4, 4) - 4);
  EXPECT_EQ(nested.reads(0), 1U);  // behind the table of leaves
}

TEST(NestedWalker, NeverCachesATableThatDoesNotExist) {
  Nested nested(levels(4, 4));
  nested.reads(0);
  EXPECT_EQ(nested.mapped(0), cold(4, 4));
}

// A cached guest page costs nothing; the four tables and the page are five of them.
TEST(NestedWalker, ACacheOfGuestPagesSavesTheSecondStageOfWhatItHolds) {
  IommuSpec spec = levels(4, 4);
  spec.walk_cache.entries = 0;
  spec.second_stage.cache = {16, 4};
  Nested nested(spec);
  EXPECT_EQ(nested.mapped(0), cold(4, 4));
  EXPECT_EQ(nested.reads(0), 4U);        // the entries of the first stage alone
  EXPECT_EQ(nested.mapped(1), 4U + 4U);  // a new page behind the same tables
}

TEST(NestedWalker, OneLargeLeafInTheCacheOfGuestPagesServesAllThatItMaps) {
  IommuSpec spec = levels(4, 4, 21);
  spec.walk_cache.entries = 0;
  spec.second_stage.cache = {16, 4};
  Nested nested(spec);
  // The table of leaves, those above it, and the page: three walks of three levels.
  EXPECT_EQ(nested.mapped(0), 4U + 3 * 3U);
  EXPECT_EQ(nested.mapped(1), 4U);
}

// VT-d 6.5.3.1, table 27: what a nested page request invalidates.
TEST(NestedWalker, InvalidatingADomainForgetsItsTablesAndPagesAndNoOthers) {
  IommuSpec spec = levels(4, 4);
  spec.second_stage.cache = {64, 4};
  Nested nested(spec), other(spec, {}, 1);
  other.space.map({0});
  nested.mapped(0);
  nested.walker.begin(other.space, {0});
  nested.walker.invalidate_domain(0);
  EXPECT_EQ(nested.reads(0), cold(4, 4));
  EXPECT_EQ(nested.walker.begin(other.space, {0}).reads, 1U);
}

TEST(NestedWalker, TheSmallerLeafIsTheSizeOfTheTranslation) {
  struct Case {
    bool huge;
    std::uint8_t leaf_bits, order;
  };
  for (const Case& c : {Case{true, 12, 0}, {true, 21, 9}, {true, 30, 9}, {false, 21, 0}}) {
    Nested nested(levels(4, 4, c.leaf_bits), {.huge_pages = c.huge});
    nested.space.map_everything();
    EXPECT_EQ(walk_both(nested.space, {0}, true, 0).entry.order, c.order);
  }
}

/// As Nested, but nothing of guest memory is there yet.
struct OnDemandNested : Nested {
  explicit OnDemandNested(const IommuSpec& s) : Nested(s) { guest.map_on_demand(store, space); }
  void bring(GpaPage page) { guest.on_demand()->map(GuestMemory::input_of(page)); }
};

TEST(NestedWalker, AWalkEndsAtTheGuestPageThatTheSecondStageMisses) {
  OnDemandNested nested(levels(4, 4));
  nested.space.map({0});
  EXPECT_EQ(nested.reads(0), 1U) << "the root of the second stage is empty";
  nested.bring(nested.guest.table({0}, 3));
  EXPECT_EQ(nested.reads(0), 4U + 1U + 4U) << "down to the entry of the next table's page";
  for (unsigned level = 0; level < 3; ++level) nested.bring(nested.guest.table({0}, level));
  // The data are far from the tables: only the root of the second stage leads both ways.
  EXPECT_EQ(nested.reads(0), 4U * (4 + 1) + 2U);
  nested.bring(nested.guest.data({0}));
  EXPECT_EQ(nested.reads(0), 1U + 4U) << "the tables are cached since they have been passed";
}

// VT-d 6.5.3.3: what is not present is not cached.
TEST(NestedWalker, NeverCachesAGuestPageThatIsMissing) {
  IommuSpec spec = levels(4, 4);
  spec.walk_cache.entries = 0;
  spec.second_stage.cache = {16, 4};
  OnDemandNested nested(spec);
  nested.space.map({0});
  nested.reads(0);
  nested.bring(nested.guest.table({0}, 3));
  EXPECT_EQ(nested.reads(0), 4U + 1U + 4U);
}

TEST(NestedWalker, SaysWhatIsMissingFirst) {
  OnDemandNested nested(levels(4, 4));
  const auto missing = [&] { return walk_both(nested.space, {0}, false, 4).miss; };
  EXPECT_EQ(missing(), (WalkMiss{WalkMiss::Stage::second, 3}));
  nested.bring(nested.guest.table({0}, 3));
  EXPECT_EQ(missing(), (WalkMiss{WalkMiss::Stage::first}));
  nested.space.map({0});
  for (unsigned level = 3; level-- > 0;) {
    EXPECT_EQ(missing(), (WalkMiss{WalkMiss::Stage::second, static_cast<std::uint8_t>(level)}));
    nested.bring(nested.guest.table({0}, level));
  }
  EXPECT_EQ(missing(), (WalkMiss{WalkMiss::Stage::second, WalkMiss::kData}));
  nested.bring(nested.guest.data({0}));
  EXPECT_EQ(missing(), WalkMiss{});
}

// VT-d table 30, SFS.8: to set bits in a table page is to write it.
TEST(NestedWalker, TablePagesAreWrittenWhereTheFirstStageHasAccessedAndDirtyBits) {
  for (const bool tracks_use : {false, true}) {
    OnDemandNested nested(levels(4, 4));
    nested.space.tracks_use = tracks_use;
    nested.space.map({0});
    for (unsigned level = 0; level < 4; ++level) nested.bring(nested.guest.table({0}, level));
    nested.bring(nested.guest.data({0}));
    walk_both(nested.space, {0}, false, 4);
    for (unsigned level = 0; level < 4; ++level) {
      EXPECT_EQ(nested.guest.peek(nested.guest.table({0}, level)).dirty, tracks_use);
    }
    EXPECT_FALSE(nested.guest.peek(nested.guest.data({0})).dirty) << "it was read";
  }
}

}  // namespace
}  // namespace faultpath::models
