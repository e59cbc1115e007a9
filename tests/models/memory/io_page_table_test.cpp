// I/O page tables: mappings, extents, tables, use bits, and two of them over one process.
#include "models/memory/io_page_table.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "models/memory/mapped_process.hpp"

namespace faultpath::models {
namespace {

class IoPageTableTest : public testing::Test {
 protected:
  IoPageTable& make(std::uint64_t first, std::uint64_t pages, BackingSpec backing = {}) {
    return make(Runs(first, pages), backing);
  }
  IoPageTable& make(const Runs& areas, BackingSpec backing = {}) {
    return processes.emplace_back(store, "process", 0U, areas, backing).table;
  }
  PageStore store;
  std::deque<MappedProcess> processes;
};

// A table is shared by what lies in its range, whether there is a hole between or not.
TEST_F(IoPageTableTest, AWalkOfASparseSpaceEndsAtTheLowestTableThatExists) {
  IoPageTable& space = make(Runs({{0, 1}, {100, 1}, {kPagesPer2M, 1}, {1ULL << 35, 1}}));
  space.map({0});
  EXPECT_EQ(space.peek({100}).lowest_level, 0U);
  EXPECT_EQ(space.peek({50}).lowest_level, 0U);  // a hole
  EXPECT_EQ(space.peek({kPagesPer2M}).lowest_level, 1U);
  EXPECT_EQ(space.peek({1ULL << 34}).lowest_level, 3U);  // in a hole, beyond the first 512 GiB
  EXPECT_EQ(space.peek({1ULL << 35}).lowest_level, 3U);
  EXPECT_EQ(space.peek({1ULL << 44}).lowest_level, 4U);  // nothing but the root
  space.map({1ULL << 35});
  EXPECT_EQ(space.peek({1ULL << 35}).lowest_level, 0U);
  EXPECT_EQ(space.process().large_ranges(), 3U);
}

TEST_F(IoPageTableTest, AMappedPageIsPresentUntilItIsUnmapped) {
  IoPageTable& space = make(0, 100);
  EXPECT_FALSE(space.peek({5}).present);
  space.map({5});
  EXPECT_TRUE(space.is_mapped({5}));
  EXPECT_FALSE(space.is_mapped({6}));
  EXPECT_TRUE(space.walk({5}, false).present);
  EXPECT_TRUE(space.walk({5}, false).writable);
  EXPECT_EQ(space.walk({5}, false).order, 0);
  EXPECT_EQ(space.mapped_pages(), 1U);
  space.unmap({5});
  EXPECT_FALSE(space.is_mapped({5}));
  EXPECT_FALSE(space.walk({5}, false).present);
  EXPECT_EQ(space.mapped_pages(), 0U);
}

TEST_F(IoPageTableTest, RefusesToMapTwiceOrToUnmapNothing) {
  IoPageTable& space = make(0, 100);
  space.map({5});
  EXPECT_DEATH(space.map({5}), "mapped once");
  EXPECT_DEATH(space.unmap({6}), "only a mapped page");
}

TEST_F(IoPageTableTest, ALargeLeafIsSplitByTheFirstPageThatLeaves) {
  IoPageTable& space = make(100, 3000);  // not aligned: 2 MiB from page 512 on
  for (std::uint64_t page = 512; page < 1024; ++page) space.map({page});
  space.merge_leaf({700});
  EXPECT_EQ(space.peek({512}).order, 9);
  EXPECT_EQ(space.peek({1023}).lowest_level, 1U);
  EXPECT_FALSE(space.peek({1024}).present);
  space.unmap({800});
  EXPECT_EQ(space.peek({512}).order, 0);
  EXPECT_EQ(space.peek({800}).lowest_level, 0U);
}

TEST_F(IoPageTableTest, ALargeLeafHasOneDirtyBit) {
  IoPageTable& space = make(0, 1024);
  space.tracks_use = true;
  for (std::uint64_t page = 0; page < 1024; ++page) space.map({page});
  space.merge_leaf({0});
  EXPECT_FALSE(space.walk({3}, false).writable);
  space.walk({3}, true);
  EXPECT_TRUE(space.walk({511}, false).writable);
  EXPECT_FALSE(space.walk({512}, false).writable);
}

TEST_F(IoPageTableTest, AnExtentMapsATebibyteWithoutAStateForAPage) {
  IoPageTable& space = make(0, 1ULL << 28);
  space.map_everything();
  EXPECT_TRUE(space.is_extent());
  EXPECT_EQ(space.mapped_pages(), 1ULL << 28);
  for (const std::uint64_t page : {0ULL, 12'345'678ULL, (1ULL << 28) - 1}) {
    EXPECT_TRUE(space.walk({page}, true).present);
    EXPECT_TRUE(space.walk({page}, true).writable);
    EXPECT_EQ(store.pages.find(space.process().id_of({page})), nullptr);
    EXPECT_EQ(store.entries.find(PageId{static_cast<std::uint32_t>(page)}), nullptr);
  }
  EXPECT_FALSE(space.walk({1ULL << 28}, false).present);
}

TEST_F(IoPageTableTest, AnExtentOfHugePagesHasLeavesOneLevelHigher) {
  IoPageTable& small = make(0, 1024);
  small.map_everything();
  EXPECT_EQ(small.walk({0}, false).order, 0);
  EXPECT_EQ(small.walk({0}, false).lowest_level, 0U);
  IoPageTable& huge = make(0, 1024, {.huge_pages = true});
  huge.map_everything();
  EXPECT_EQ(huge.walk({0}, false).order, 9);
  EXPECT_EQ(huge.walk({0}, false).lowest_level, 1U);
}

TEST_F(IoPageTableTest, AnExtentCoversAnEmptyTableOnly) {
  IoPageTable& space = make(0, 100);
  space.map({1});
  EXPECT_DEATH(space.map_everything(), "empty table");
}

TEST_F(IoPageTableTest, AWalkEndsAtTheLowestTableThatExists) {
  IoPageTable& space = make(0, 4 * kPagesPer1G);
  EXPECT_GE(space.peek({0}).lowest_level, 3U);  // nothing but the root
  space.map({0});
  EXPECT_EQ(space.peek({1}).lowest_level, 0U);            // in the same 2 MiB
  EXPECT_EQ(space.peek({kPagesPer2M}).lowest_level, 1U);  // in the same 1 GiB
  EXPECT_EQ(space.peek({kPagesPer1G}).lowest_level, 2U);  // in the same 512 GiB
  space.unmap({0});
  EXPECT_EQ(space.peek({0}).lowest_level, 0U);  // tables stay
}

// VFIO: everything that is mapped counts as dirty, so that a read grants writing at once.
TEST_F(IoPageTableTest, WithoutUseBitsAReadGrantsWriting) {
  IoPageTable& space = make(0, 100);
  space.map({5});
  EXPECT_TRUE(space.walk({5}, false).writable);
  EXPECT_FALSE(space.entry({5}).has(kUsed));
}

// PCIe and VT-d: without NW a request for writing sets the dirty bit; a read of a clean page gets
// no write permission, so that the first write asks again.
TEST_F(IoPageTableTest, WithUseBitsACleanPageIsGrantedForReadingUntilItIsWritten) {
  IoPageTable& space = make(0, 100);
  space.tracks_use = true;
  space.map({5});
  EXPECT_FALSE(space.walk({5}, false).writable);
  EXPECT_TRUE(space.entry({5}).has(kUsed));
  EXPECT_FALSE(space.entry({5}).has(kWritten));
  EXPECT_TRUE(space.walk({5}, true).writable);
  EXPECT_TRUE(space.entry({5}).has(kWritten));
  EXPECT_TRUE(space.walk({5}, false).writable);
}

TEST_F(IoPageTableTest, PeekingLeavesNoMark) {
  IoPageTable& space = make(0, 100);
  space.tracks_use = true;
  space.map({5});
  space.peek({5});
  EXPECT_FALSE(space.entry({5}).has(kUsed));
}

// Under sva the table is the process's own, and so are its bits.
TEST_F(IoPageTableTest, AViewLeavesItsMarksOnThePagesOfTheProcess) {
  IoPageTable& view = make(0, 100);
  view.tracks_use = view.is_view = true;
  view.map({5});
  view.walk({5}, true);
  EXPECT_TRUE(view.process().page({5}).has(kAccessed));
  EXPECT_TRUE(view.process().page({5}).has(kDirty));
  EXPECT_FALSE(view.clear_young({5}));  // the process has the bit
}

TEST_F(IoPageTableTest, ADirtyBitOfItsOwnPassesToTheProcessWhenThePageLeaves) {
  IoPageTable& table = make(0, 100);
  table.tracks_use = true;
  table.map({5});
  table.walk({5}, true);
  EXPECT_FALSE(table.process().page({5}).has(kDirty));
  table.unmap({5});
  EXPECT_TRUE(table.process().page({5}).has(kDirty));
}

TEST_F(IoPageTableTest, TheAccessedBitIsClearedByWhoAsks) {
  IoPageTable& table = make(0, 100);
  table.tracks_use = true;
  table.map({5});
  EXPECT_FALSE(table.clear_young({5}));
  table.walk({5}, false);
  EXPECT_TRUE(table.clear_young({5}));
  EXPECT_FALSE(table.clear_young({5}));
  EXPECT_EQ(table.needs_marks({5}, false), 1U);  // the next walk sets it again
}

// VFIO and iommufd: nobody reads their accessed bits, so what a device uses looks idle.
TEST_F(IoPageTableTest, ATableThatTracksNoUseHidesItFromReclaim) {
  IoPageTable& table = make(0, 100);
  table.map({5});
  table.walk({5}, true);
  EXPECT_FALSE(table.clear_young({5}));
  EXPECT_FALSE(table.process().page({5}).has(kAccessed));
  EXPECT_EQ(table.needs_marks({5}, true), 0U);
}

TEST_F(IoPageTableTest, TwoTablesOfAProcessHaveEntriesOfTheirOwn) {
  IoPageTable& first = make(100, 50);
  IoPageTable second(store, first.process(), 1);
  first.map({120});
  EXPECT_TRUE(first.is_mapped({120}));
  EXPECT_FALSE(second.is_mapped({120}));
  second.map({120});
  second.make_read_only({120});
  EXPECT_TRUE(first.walk({120}, false).writable);
  EXPECT_FALSE(second.walk({120}, false).writable);
  first.unmap({120});
  EXPECT_TRUE(second.is_mapped({120}));
  EXPECT_EQ(first.mapped_pages() + second.mapped_pages(), 1U);
}

}  // namespace
}  // namespace faultpath::models
