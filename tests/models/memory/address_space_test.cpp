// Address spaces: ranges, mappings, extents, tables and use bits.
#include "models/memory/address_space.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

class AddressSpaceTest : public testing::Test {
 protected:
  AddressSpace make(std::uint64_t first, std::uint64_t pages, BackingSpec backing = {}) {
    return {store, "space", 0, IovaPage{first}, pages, backing};
  }
  PageStore store;
};

TEST_F(AddressSpaceTest, ContainsItsRangeAndNoMore) {
  const AddressSpace space = make(100, 50);
  EXPECT_FALSE(space.contains({99}));
  EXPECT_TRUE(space.contains({100}));
  EXPECT_TRUE(space.contains({149}));
  EXPECT_FALSE(space.contains({150}));
  EXPECT_FALSE(space.contains({0}));
}

TEST_F(AddressSpaceTest, PagesAndTheirIdsTranslateBothWays) {
  const AddressSpace before = make(0, 70);
  const AddressSpace space = make(100, 50);
  for (const std::uint64_t page : {100U, 120U, 149U}) {
    const PageId id = space.id_of({page});
    EXPECT_EQ(space.page_of_id(id), IovaPage{page});
    EXPECT_TRUE(space.owns(id));
    EXPECT_FALSE(before.owns(id));
  }
}

// Four pages over 32 GiB.
TEST_F(AddressSpaceTest, BetweenItsAreasThereIsNothing) {
  const std::uint64_t top = 0x7fefe0;
  AddressSpace space(store, "space", 0, Runs({{0x600, 2}, {top, 2}}), {});
  EXPECT_EQ(space.pages(), 4U);
  EXPECT_EQ(space.span(), top + 2 - 0x600);
  EXPECT_LE(store.reserved(), 64U);
  for (const std::uint64_t hole : {0x5ffULL, 0x602ULL, 0x10000ULL, 0x7fefdfULL, 0x7fefe2ULL}) {
    EXPECT_FALSE(space.contains({hole}));
    EXPECT_FALSE(space.is_mapped({hole}));
    EXPECT_FALSE(space.peek({hole}).present);
  }
  std::uint64_t index = 0;
  for (const std::uint64_t page : {std::uint64_t{0x600}, std::uint64_t{0x601}, top, top + 1}) {
    EXPECT_TRUE(space.contains({page}));
    EXPECT_EQ(space.id_of({page}), space.id_at(index++));
    EXPECT_EQ(space.page_of_id(space.id_of({page})), IovaPage{page});
  }
  EXPECT_FALSE(space.owns(space.id_at(4)));
}

// A table is shared by what lies in its range, whether there is a hole between or not.
TEST_F(AddressSpaceTest, AWalkOfASparseSpaceEndsAtTheLowestTableThatExists) {
  AddressSpace space(store, "space", 0, Runs({{0, 1}, {100, 1}, {kPagesPer2M, 1}, {1ULL << 35, 1}}),
                     {});
  space.map({0});
  EXPECT_EQ(space.peek({100}).lowest_level, 0U);
  EXPECT_EQ(space.peek({50}).lowest_level, 0U);  // a hole
  EXPECT_EQ(space.peek({kPagesPer2M}).lowest_level, 1U);
  EXPECT_EQ(space.peek({1ULL << 34}).lowest_level, 3U);  // in a hole, beyond the first 512 GiB
  EXPECT_EQ(space.peek({1ULL << 35}).lowest_level, 3U);
  EXPECT_EQ(space.peek({1ULL << 44}).lowest_level, 4U);  // nothing but the root
  space.map({1ULL << 35});
  EXPECT_EQ(space.peek({1ULL << 35}).lowest_level, 0U);
  EXPECT_EQ(space.large_ranges(), 3U);
}

TEST_F(AddressSpaceTest, AMappedPageIsPresentUntilItIsUnmapped) {
  AddressSpace space = make(0, 100);
  EXPECT_FALSE(space.peek({5}).present);
  space.map({5});
  EXPECT_TRUE(space.is_mapped({5}));
  EXPECT_FALSE(space.is_mapped({6}));
  EXPECT_TRUE(space.walk({5}, false).present);
  EXPECT_TRUE(space.walk({5}, false).writable);
  EXPECT_EQ(space.walk({5}, false).page_bits, 12);
  EXPECT_EQ(space.mapped_pages(), 1U);
  space.unmap({5});
  EXPECT_FALSE(space.is_mapped({5}));
  EXPECT_FALSE(space.walk({5}, false).present);
  EXPECT_EQ(space.mapped_pages(), 0U);
}

TEST_F(AddressSpaceTest, RefusesToMapTwiceOrToUnmapNothing) {
  AddressSpace space = make(0, 100);
  space.map({5});
  EXPECT_DEATH(space.map({5}), "mapped once");
  EXPECT_DEATH(space.unmap({6}), "only a mapped page");
}

TEST_F(AddressSpaceTest, ALargeLeafIsSplitByTheFirstPageThatLeaves) {
  AddressSpace space = make(100, 3000);  // not aligned: 2 MiB from page 512 on
  for (std::uint64_t page = 512; page < 1024; ++page) space.map({page});
  space.merge_leaf({700});
  EXPECT_EQ(space.peek({512}).page_bits, 21);
  EXPECT_EQ(space.peek({1023}).lowest_level, 1U);
  EXPECT_FALSE(space.peek({1024}).present);
  space.unmap({800});
  EXPECT_EQ(space.peek({512}).page_bits, 12);
  EXPECT_EQ(space.peek({800}).lowest_level, 0U);
}

TEST_F(AddressSpaceTest, ALargeLeafHasOneDirtyBit) {
  AddressSpace space = make(0, 1024);
  space.tracks_use = true;
  for (std::uint64_t page = 0; page < 1024; ++page) space.map({page});
  space.merge_leaf({0});
  EXPECT_FALSE(space.walk({3}, false).writable);
  space.walk({3}, true);
  EXPECT_TRUE(space.walk({511}, false).writable);
  EXPECT_FALSE(space.walk({512}, false).writable);
}

TEST_F(AddressSpaceTest, AnExtentMapsATebibyteWithoutAStateForAPage) {
  AddressSpace space = make(0, 1ULL << 28);
  space.map_everything();
  EXPECT_TRUE(space.is_extent());
  EXPECT_EQ(space.mapped_pages(), 1ULL << 28);
  for (const std::uint64_t page : {0ULL, 12'345'678ULL, (1ULL << 28) - 1}) {
    EXPECT_TRUE(space.walk({page}, true).present);
    EXPECT_TRUE(space.walk({page}, true).writable);
    EXPECT_EQ(store.find(space.id_of({page})), nullptr);
  }
  EXPECT_FALSE(space.walk({1ULL << 28}, false).present);
}

TEST_F(AddressSpaceTest, AnExtentOfHugePagesHasLeavesOneLevelHigher) {
  AddressSpace small = make(0, 1024);
  small.map_everything();
  EXPECT_EQ(small.walk({0}, false).page_bits, 12);
  EXPECT_EQ(small.walk({0}, false).lowest_level, 0U);
  AddressSpace huge = make(0, 1024, {.huge_pages = true});
  huge.map_everything();
  EXPECT_EQ(huge.walk({0}, false).page_bits, 21);
  EXPECT_EQ(huge.walk({0}, false).lowest_level, 1U);
}

TEST_F(AddressSpaceTest, AnExtentCoversAnEmptyTableOnly) {
  AddressSpace space = make(0, 100);
  space.map({1});
  EXPECT_DEATH(space.map_everything(), "empty table");
}

TEST_F(AddressSpaceTest, AWalkEndsAtTheLowestTableThatExists) {
  AddressSpace space = make(0, 4 * kPagesPer1G);
  EXPECT_GE(space.peek({0}).lowest_level, 3U);  // nothing but the root
  space.map({0});
  EXPECT_EQ(space.peek({1}).lowest_level, 0U);            // in the same 2 MiB
  EXPECT_EQ(space.peek({kPagesPer2M}).lowest_level, 1U);  // in the same 1 GiB
  EXPECT_EQ(space.peek({kPagesPer1G}).lowest_level, 2U);  // in the same 512 GiB
  space.unmap({0});
  EXPECT_EQ(space.peek({0}).lowest_level, 0U);  // tables stay
}

// VFIO: everything that is mapped counts as dirty, so that a read grants writing at once.
TEST_F(AddressSpaceTest, WithoutUseBitsAReadGrantsWriting) {
  AddressSpace space = make(0, 100);
  space.map({5});
  EXPECT_TRUE(space.walk({5}, false).writable);
  EXPECT_FALSE(store.find(space.id_of({5}))->has(kAccessed));
}

// PCIe and VT-d: without NW a request for writing sets the dirty bit; a read of a clean page gets
// no write permission, so that the first write asks again.
TEST_F(AddressSpaceTest, WithUseBitsACleanPageIsGrantedForReadingUntilItIsWritten) {
  AddressSpace space = make(0, 100);
  space.tracks_use = true;
  space.map({5});
  EXPECT_FALSE(space.walk({5}, false).writable);
  EXPECT_TRUE(store.find(space.id_of({5}))->has(kAccessed));
  EXPECT_FALSE(store.find(space.id_of({5}))->has(kDirty));
  EXPECT_TRUE(space.walk({5}, true).writable);
  EXPECT_TRUE(store.find(space.id_of({5}))->has(kDirty));
  EXPECT_TRUE(space.walk({5}, false).writable);
}

TEST_F(AddressSpaceTest, PeekingLeavesNoMark) {
  AddressSpace space = make(0, 100);
  space.tracks_use = true;
  space.map({5});
  space.peek({5});
  EXPECT_FALSE(store.find(space.id_of({5}))->has(kAccessed));
}

}  // namespace
}  // namespace faultpath::models
