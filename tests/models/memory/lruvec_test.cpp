// The lists of reclaim: which frame is taken next, by hand.
#include "models/memory/lruvec.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/base/address.hpp"

namespace faultpath::models {
namespace {

class LruvecTest : public testing::Test {
 protected:
  LruvecTest() { number_frames(); }
  void number_frames() {
    frames = FrameTable{};
    for (std::uint32_t i = 0; i < 100; ++i) frames.add(PageId{i});
  }
  static FrameNumber number(std::uint32_t index) { return FrameNumber{index}; }
  /// Frames `first` to `last`.
  static void add(Lruvec& lru, std::uint32_t first, std::uint32_t last, bool of_file = false) {
    for (std::uint32_t i = first; i <= last; ++i) lru.add(number(i), of_file);
  }
  static FrameNumber pop(Lruvec& lru) {
    return lru.pop_oldest([](FrameNumber) {});
  }
  /// What is taken, in order, if nothing is used any more.
  static std::vector<std::uint32_t> all(Lruvec& lru) {
    std::vector<std::uint32_t> order;
    for (FrameNumber frame = pop(lru); frame != kNoFrame; frame = pop(lru)) {
      order.push_back(to_index(frame));
    }
    return order;
  }

  FrameTable frames;
};

using Order = std::vector<std::uint32_t>;

TEST_F(LruvecTest, OfOneListAUsedFrameGoesToTheEnd) {
  Lruvec lru(frames, {.kind = PageLists::one});
  add(lru, 0, 3);
  EXPECT_EQ(pop(lru), number(0));
  EXPECT_TRUE(lru.stays(number(0), true, false));
  EXPECT_EQ(all(lru), (Order{1, 2, 3, 0}));
}

// 0 is active; 1 and 2 go. Then 3 alone is inactive: as many as are active, which is balanced.
TEST_F(LruvecTest, OfTwoListsAUsedFrameIsSparedAsLongAsTheInactiveOneIsNotShorter) {
  Lruvec lru(frames, {});
  add(lru, 0, 3);
  EXPECT_EQ(pop(lru), number(0));
  EXPECT_TRUE(lru.stays(number(0), true, false));
  EXPECT_EQ(lru.active(), 1U);
  EXPECT_EQ(all(lru), (Order{1, 2, 3, 0}));
  add(lru, 0, 1);
  EXPECT_EQ(pop(lru), number(0));
  EXPECT_TRUE(lru.stays(number(0), true, false));
  for (std::uint32_t scan = 2; scan < 90; ++scan) {
    add(lru, scan, scan);
    EXPECT_EQ(pop(lru), number(scan - 1));
  }
  EXPECT_EQ(lru.active(), 1U) << "a scan of any length passes it by";
}

TEST_F(LruvecTest, AFrameThatHasNotBeenUsedDoesNotStay) {
  for (const PageLists kind : {PageLists::one, PageLists::two, PageLists::four}) {
    Lruvec lru(frames, {.kind = kind});
    add(lru, 0, 0);
    EXPECT_FALSE(lru.stays(pop(lru), false, true));
    EXPECT_EQ(lru.size(), 0U);
  }
}

// One use: a round more. Two rounds with a use each: active.
TEST_F(LruvecTest, OfFourListsTheSecondUseMakesAFrameActive) {
  Lruvec lru(frames, {.kind = PageLists::four});
  add(lru, 0, 1);
  EXPECT_TRUE(lru.stays(pop(lru), true, false));
  EXPECT_EQ(lru.active(), 0U);
  EXPECT_EQ(pop(lru), number(1));
  EXPECT_EQ(pop(lru), number(0));
  EXPECT_TRUE(lru.stays(number(0), true, false));
  EXPECT_EQ(lru.active(), 1U);
}

TEST_F(LruvecTest, ADirtyPageOfAFileThatWasUsedBeforeHasARoundMore) {
  for (const bool of_file : {false, true}) {
    for (const bool dirty : {false, true}) {
      Lruvec lru(frames, {.kind = PageLists::four});
      add(lru, 0, 0, of_file);
      EXPECT_TRUE(lru.stays(pop(lru), true, dirty));
      EXPECT_EQ(lru.stays(pop(lru), false, dirty), of_file && dirty);
      if (lru.size() == 0) continue;
      EXPECT_FALSE(lru.stays(pop(lru), false, dirty)) << "one round";
    }
  }
}

// Without costs: anonymous 60, files 140 of 200, of lists of equal length.
TEST_F(LruvecTest, SwappinessIsTheShareOfAnonymousPages) {
  for (const std::uint32_t swappiness : {0U, 60U, 100U, 200U}) {
    number_frames();
    Lruvec lru(frames, {.kind = PageLists::four, .swappiness = swappiness});
    double expected = 0.0, taken = 0.0;
    std::uint32_t next = 40;
    add(lru, 0, 19, false);
    add(lru, 20, 39, true);
    for (; next < 80; ++next) {
      const FrameNumber frame = pop(lru);
      const bool of_file = frames.at(frame).has(kOfFile);
      taken += !of_file;
      expected += swappiness / 200.0;
      add(lru, next, next, of_file);  // the lists keep their lengths
    }
    EXPECT_NEAR(taken, expected, 1.0) << swappiness;
  }
}

TEST_F(LruvecTest, WhatOneTypeLacksTheOtherGives) {
  Lruvec lru(frames, {.kind = PageLists::four, .swappiness = 0});
  add(lru, 0, 1, false);
  add(lru, 2, 3, true);
  EXPECT_EQ(all(lru), (Order{2, 3, 0, 1}));
}

// ap = s (T + 1) / (a' + 1) and fp = (200 - s)(T + 1) / (f' + 1), with a' = T0 + a, f' = T0 + f and
// T = a' + f', T0 = a + f. For a = 30, f = 10, s = 60: a' = 70, f' = 50, T = 120, ap = 102, fp =
// 332.
TEST(ScanShares, FallWithTheCostOfAType) {
  const Lruvec::Shares equal = Lruvec::scan_shares(60, 0, 0);
  EXPECT_DOUBLE_EQ(equal.anonymous, 60.0 / 200.0);
  EXPECT_DOUBLE_EQ(equal.file, 140.0 / 200.0);
  const Lruvec::Shares costly = Lruvec::scan_shares(60, 30, 10);
  EXPECT_DOUBLE_EQ(costly.anonymous, 102.0 / (102.0 + 332.0));
  EXPECT_DOUBLE_EQ(Lruvec::scan_shares(0, 5, 5).anonymous, 0.0);
  EXPECT_DOUBLE_EQ(Lruvec::scan_shares(200, 5, 5).file, 0.0);
}

// isqrt(10 GiB): 1, 1, 3, 10, 31 for less than 1, 0, 1, 10 and 100 GiB.
TEST(ActiveRatio, GrowsWithTheRootOfTheMemory) {
  constexpr std::uint64_t kGib = (1ULL << 30) / kPageBytes;
  EXPECT_EQ(Lruvec::active_ratio(0), 1U);
  EXPECT_EQ(Lruvec::active_ratio(kGib - 1), 1U);
  EXPECT_EQ(Lruvec::active_ratio(kGib), 3U);
  EXPECT_EQ(Lruvec::active_ratio(10 * kGib), 10U);
  EXPECT_EQ(Lruvec::active_ratio(100 * kGib), 31U);
  EXPECT_EQ(Lruvec::active_ratio(100 * kGib / 16, PageSize::of_bytes(1ULL << 16)), 31U);
}

}  // namespace
}  // namespace faultpath::models
