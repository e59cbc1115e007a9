// Guest memory: its layout, and that nothing lies where something else does.
#include "models/memory/guest_memory.hpp"

#include <gtest/gtest.h>

#include <map>

namespace faultpath::models {
namespace {

GuestMemory guest(const Runs& areas, LevelsSpec levels = {4, 4}, std::uint8_t leaf_bits = kPageBits,
                  unsigned first_leaf_bits = kPageBits) {
  return {areas, levels, leaf_bits, first_leaf_bits};
}
GuestMemory guest(std::uint64_t first, std::uint64_t pages, LevelsSpec levels = {4, 4},
                  std::uint8_t leaf_bits = kPageBits) {
  return guest(Runs(first, pages), levels, leaf_bits);
}

TEST(GuestMemory, DataKeepTheirPlaceWithinARangeOf1GiB) {
  const std::uint64_t first = 3 * kPagesPer1G + 1000;
  const GuestMemory memory = guest(first, 5000);
  EXPECT_EQ(memory.data({first}), GpaPage{1000});
  EXPECT_EQ(memory.data({first + 4999}), GpaPage{5999});
}

// One table of level 0 for each 512 pages that the space touches, and so on upwards.
TEST(GuestMemory, TablesFollowTheDataLevelByLevelUpToTheRoot) {
  const GuestMemory memory = guest(511, 514);  // pages 511 to 1024: three tables of leaves
  const std::uint64_t tables = 1025;
  EXPECT_EQ(memory.table({511}, 0), GpaPage{tables});
  EXPECT_EQ(memory.table({512}, 0), GpaPage{tables + 1});
  EXPECT_EQ(memory.table({1024}, 0), GpaPage{tables + 2});
  for (unsigned level = 1; level < 4; ++level) {
    EXPECT_EQ(memory.table({700}, level), GpaPage{tables + 2 + level});
  }
  EXPECT_EQ(memory.process_table(0), GpaPage{tables + 6});
  EXPECT_EQ(memory.end(), tables + 6 + GuestMemory::kProcessTables);
}

void expect_places_of_their_own(const Runs& areas, const GuestMemory& memory) {
  std::map<std::uint64_t, std::uint64_t> what;  // guest page to what lies there
  for (std::uint64_t i = 0; i < areas.count(); ++i) {
    ASSERT_TRUE(what.emplace(memory.data({areas.at(i)}).value, areas.at(i)).second);
  }
  for (std::uint64_t i = 0; i < areas.count(); ++i) {
    const std::uint64_t page = areas.at(i);
    for (unsigned level = 0; level < 5; ++level) {
      const std::uint64_t table = std::uint64_t{level + 1} << 56 | page >> (9 * (level + 1));
      const auto [at, is_new] = what.emplace(memory.table({page}, level).value, table);
      ASSERT_EQ(at->second, table);
    }
  }
  for (unsigned level = 0; level < GuestMemory::kProcessTables; ++level) {
    ASSERT_TRUE(what.emplace(memory.process_table(level).value, 0).second);
  }
  EXPECT_GE(what.begin()->first, memory.begin());
  EXPECT_LT(what.rbegin()->first, memory.end());
}

TEST(GuestMemory, EveryPageAndTableHasAPlaceOfItsOwn) {
  const Runs one(kPagesPer1G - 700, 3000);
  expect_places_of_their_own(one, guest(one, {5, 4}));
  const Runs holed({{kPagesPer1G - 700, 900}, {5 * kPagesPer1G + 3, 1}, {1ULL << 35, 600}});
  expect_places_of_their_own(holed, guest(holed, {5, 4}));
  expect_places_of_their_own(holed, guest(holed, {5, 4}, 21));
  expect_places_of_their_own(holed, guest(holed, {5, 4}, kPageBits, 21));
}

// Two pages at the bottom and two at the top of 128 TiB: four of data, tables of three levels for
// each place below a common root, and those of processes.
TEST(GuestMemory, OfASparseSpaceIsForWhatIsThere) {
  const std::uint64_t top = (1ULL << 35) - 2;
  const GuestMemory memory = guest(Runs({{0, 2}, {top, 2}}));
  EXPECT_EQ(memory.data({1}), GpaPage{1});
  EXPECT_EQ(memory.data({top}), GpaPage{2});
  EXPECT_EQ(memory.end(), 4 + 2 * 3 + 1 + GuestMemory::kProcessTables);
}

// Pages keep their place within a leaf of either stage.
TEST(GuestMemory, OfASparseSpaceIsAlignedAsTheLargerLeaf) {
  const Runs areas({{3, 2}, {9 * kPagesPer2M + 7, 1}});
  for (const GuestMemory& memory :
       {guest(areas, {4, 4}, 21), guest(areas, {4, 4}, kPageBits, 21)}) {
    EXPECT_EQ(memory.data({3}), GpaPage{3});
    EXPECT_EQ(memory.data({9 * kPagesPer2M + 7}), GpaPage{kPagesPer2M + 7});
  }
}

TEST(GuestMemory, LargeLeavesHoldEitherDataOrTables) {
  const GuestMemory memory = guest(0, 700, {4, 4}, 21);
  EXPECT_EQ(memory.table({0}, 0), GpaPage{2 * kPagesPer2M});
  EXPECT_EQ(memory.end(), 3 * kPagesPer2M);
}

TEST(GuestMemory, APinnedSecondStageMapsEverythingWithItsLeaves) {
  for (const auto& [bits, level] : {std::pair{12, 0U}, {21, 1U}, {30, 2U}}) {
    const GuestMemory memory = guest(0, 10, {4, 4}, static_cast<std::uint8_t>(bits));
    const PageTableEntry entry = memory.peek(memory.table({0}, 3));
    EXPECT_TRUE(entry.present && entry.writable);
    EXPECT_EQ(entry.order + 12, bits);
    EXPECT_EQ(entry.lowest_level, level);
  }
}

}  // namespace
}  // namespace faultpath::models
