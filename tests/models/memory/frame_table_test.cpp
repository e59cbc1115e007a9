// Frames: numbers that are used again, owners, and lists.
#include "models/memory/frame_table.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

TEST(FrameTable, NumbersAreGivenInOrderAndUsedAgain) {
  FrameTable frames;
  EXPECT_EQ(to_index(frames.add(PageId{7})), 0U);
  EXPECT_EQ(to_index(frames.add(PageId{8})), 1U);
  frames.remove(FrameNumber{0});
  EXPECT_EQ(frames.numbered(), 1U);
  EXPECT_EQ(to_index(frames.add(PageId{9})), 0U);
  EXPECT_EQ(to_index(frames.add(PageId{10})), 2U);
}

TEST(FrameTable, AFrameThatIsUsedAgainKnowsNothingOfBefore) {
  FrameTable frames;
  const FrameNumber frame = frames.add(PageId{7});
  frames.at(frame).set(kActive);
  frames.remove(frame);
  ASSERT_EQ(frames.add(PageId{9}), frame);
  EXPECT_FALSE(frames.at(frame).has(kActive));
  EXPECT_EQ(frames.at(frame).owner, PageId{9});
}

class FrameListTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint32_t page = 0; page < 1000; ++page) frames.add(PageId{page});
  }
  static FrameNumber frame(std::uint32_t number) { return FrameNumber{number}; }

  FrameTable frames;
  FrameList list{frames};
};

TEST_F(FrameListTest, TheOldestComesOutFirst) {
  for (const std::uint32_t page : {5U, 900U, 3U}) list.push_back(frame(page));
  EXPECT_EQ(list.size(), 3U);
  EXPECT_EQ(list.pop_front(), frame(5));
  EXPECT_EQ(list.pop_front(), frame(900));
  EXPECT_EQ(list.pop_front(), frame(3));
  EXPECT_TRUE(list.empty());
}

TEST_F(FrameListTest, PagesLeaveFromFrontMiddleAndBack) {
  for (std::uint32_t page = 0; page < 5; ++page) list.push_back(frame(page));
  list.remove(frame(2));
  list.remove(frame(0));
  list.remove(frame(4));
  EXPECT_EQ(list.size(), 2U);
  list.push_back(frame(2));
  EXPECT_EQ(list.pop_front(), frame(1));
  EXPECT_EQ(list.pop_front(), frame(3));
  EXPECT_EQ(list.pop_front(), frame(2));
  EXPECT_TRUE(list.empty());
}

TEST_F(FrameListTest, APageIsOnOneListAtATime) {
  FrameList other(frames);
  list.push_back(frame(0));
  EXPECT_DEATH(other.push_back(frame(0)), "one list");
  EXPECT_DEATH(other.remove(frame(1)), "listed");
  list.remove(frame(0));
  other.push_back(frame(0));
  EXPECT_EQ(other.size(), 1U);
}

}  // namespace
}  // namespace faultpath::models
