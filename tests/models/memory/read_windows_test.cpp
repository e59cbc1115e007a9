// Read windows of files and of swap, and what a read fault maps.
#include "models/memory/read_windows.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 2048;

Area area_at(std::uint64_t first, std::uint64_t pages = kPages) {
  Area area;
  area.pages = {first, pages};
  area.there = pages;
  return area;
}

void expect_window(const ReadWindow& window, std::uint64_t first, std::uint64_t count) {
  EXPECT_EQ(window.first.value, first);
  EXPECT_EQ(window.count, count);
}

TEST(FileWindow, LiesAroundTheFault) {
  Area area = area_at(0);
  expect_window(file_window(area, {100}, 32), 84, 32);
}

TEST(FileWindow, BeginsWithTheFileAndEndsWithIt) {
  Area area = area_at(1000, 64);
  expect_window(file_window(area, {1003}, 32), 1000, 32);
  expect_window(file_window(area, {1060}, 32), 1044, 20);
}

TEST(FileWindow, IsThePageAloneAfterTooManyMisses) {
  Area area = area_at(0);
  for (std::uint32_t i = 0; i < kMostMisses; ++i) {
    EXPECT_EQ(file_window(area, {100}, 32).count, 32U);
  }
  EXPECT_EQ(file_window(area, {100}, 32).count, 1U);
  area.history.misses -= 10;  // hits
  EXPECT_EQ(file_window(area, {100}, 32).count, 32U);
}

TEST(FileWindow, LiesAheadInASequentialAreaAndIsThePageInARandomOne) {
  Area area = area_at(0);
  area.advice = AreaSpec::Advice::sequential;
  expect_window(file_window(area, {100}, 32), 100, 32);
  area.advice = AreaSpec::Advice::random;
  expect_window(file_window(area, {100}, 32), 100, 1);
  EXPECT_EQ(area.history.misses, 0U);
}

constexpr auto kNothingThere = [](IovaPage) { return false; };

// 32 pages from 84 on: the mark is at three quarters of them.
TEST(AsyncWindow, FollowsTheReadThatLeftTheMark) {
  Area area = area_at(0);
  file_window(area, {100}, 32);
  EXPECT_EQ(area.history.mark, IovaPage{84 + 24});
  expect_window(async_window(area, {108}, 32, kNothingThere), 116, 32);
  EXPECT_EQ(area.history.mark, IovaPage{116});
  expect_window(async_window(area, {116}, 32, kNothingThere), 148, 32);
}

TEST(AsyncWindow, IsInTheMiddleOfASequentialRead) {
  Area area = area_at(0);
  area.advice = AreaSpec::Advice::sequential;
  file_window(area, {100}, 32);
  expect_window(async_window(area, {116}, 32, kNothingThere), 132, 32);
}

// The mark of another stream: what is cached behind it is passed over.
TEST(AsyncWindow, OfAnOlderMarkBeginsBehindWhatIsThere) {
  Area area = area_at(0);
  file_window(area, {100}, 32);
  file_window(area, {1000}, 32);
  expect_window(async_window(area, {108}, 32, [](IovaPage page) { return page < IovaPage{116}; }),
                116, 32);
  expect_window(async_window(area, {200}, 32, [](IovaPage) { return true; }), 232, 0);
}

TEST(AsyncWindow, EndsWithTheFile) {
  Area area = area_at(0, 120);
  file_window(area, {100}, 32);
  expect_window(async_window(area, {108}, 32, kNothingThere), 116, 4);
  EXPECT_EQ(async_window(area, {116}, 32, kNothingThere).count, 0U);
}

// 4 hits are assumed before the first: 6 pages, rounded up to 8.
TEST(SwapWindow, IsCentredWhenTheFaultIsElsewhere) {
  Area area = area_at(0);
  expect_window(swap_window(area, {100}, 3), 97, 8);
}

TEST(SwapWindow, FollowsTheDirection) {
  Area area = area_at(0);
  swap_window(area, {100}, 3);
  area.history.hits = 4;
  expect_window(swap_window(area, {101}, 3), 101, 8);
  area.history.hits = 4;
  expect_window(swap_window(area, {100}, 3), 93, 8);
}

// Without hits: 1 page elsewhere, 2 next to the last; but at least half of the last window.
TEST(SwapWindow, ShrinksByHalvesWithoutHits) {
  Area area = area_at(0);
  EXPECT_EQ(swap_window(area, {100}, 3).count, 8U);
  EXPECT_EQ(swap_window(area, {300}, 3).count, 4U);
  EXPECT_EQ(swap_window(area, {500}, 3).count, 2U);
  EXPECT_EQ(swap_window(area, {700}, 3).count, 1U);
  EXPECT_EQ(swap_window(area, {701}, 3).count, 2U);
}

TEST(SwapWindow, HasAtMostTwoToThePageCluster) {
  for (const std::uint32_t cluster : {0U, 1U, 2U, 3U, 5U}) {
    Area area = area_at(0);
    area.history.hits = 63;
    EXPECT_EQ(swap_window(area, {100}, cluster).count, 1U << cluster);
  }
}

TEST(SwapWindow, StaysInTheArea) {
  Area area = area_at(99, 4);
  expect_window(swap_window(area, {100}, 3), 99, 4);
}

TEST(SwapWindow, StaysInThePageTableOfTheFault) {
  Area area = area_at(0);
  expect_window(swap_window(area, {513}, 3), 512, 6);
}

TEST(FaultAround, IsAlignedAndWithinAreaAndTable) {
  expect_window(fault_around_window(area_at(0), {37}, 16), 32, 16);
  expect_window(fault_around_window(area_at(35, 6), {37}, 16), 35, 6);
  expect_window(fault_around_window(area_at(0), {37}, 1), 37, 1);
}

// A table of 16 KiB has 2048 entries.
TEST(FaultAround, AndSwapStayInTheTableOfTheirGranule) {
  const PageSize size = PageSize::of_bytes(16 * kKiB);
  Area inside = area_at(0, 4096), behind = area_at(0, 4096);
  expect_window(swap_window(inside, {513}, 3, size), 510, 8);
  expect_window(swap_window(behind, {2049}, 3, size), 2048, 6);
  expect_window(fault_around_window(inside, {2047}, 4096, size), 0, 2048);
}

}  // namespace
}  // namespace faultpath::models
