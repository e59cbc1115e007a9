// Page states: sparse, small, and with the flags of their range.
#include "models/memory/page_store.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

PageId operator+(PageId id, std::uint32_t pages) { return PageId{to_index(id) + pages}; }

PageState populated_state() {
  PageState state;
  state.set(kResident);
  return state;
}

TEST(PageStore, AFrameTakes16BytesAndEntriesOfEitherKind8) {
  EXPECT_EQ(sizeof(Frame), 16U);
  EXPECT_EQ(sizeof(PageState), 8U);
  EXPECT_EQ(sizeof(IoEntry), 8U);
}

TEST(PageStore, ARangeThatNobodyTouchesHasNoStates) {
  PageArray<PageState> store;
  const PageId first = store.reserve(1ULL << 28);  // 1 TiB
  for (const std::uint32_t page : {0U, 1000U, (1U << 28) - 1}) {
    EXPECT_EQ(store.find(first + page), nullptr);
  }
}

TEST(PageStore, TouchingAPageMakesItAndItsNeighboursOnly) {
  PageArray<PageState> store;
  const PageId first = store.reserve(10'000);
  store.at(first + 130).set(kAccessed);
  EXPECT_NE(store.find(first + 128), nullptr);
  EXPECT_NE(store.find(first + 191), nullptr);
  EXPECT_EQ(store.find(first + 127), nullptr);
  EXPECT_EQ(store.find(first + 192), nullptr);
  EXPECT_TRUE(store.find(first + 130)->has(kAccessed));
  EXPECT_FALSE(store.find(first + 131)->has(kAccessed));
}

TEST(PageStore, StatesBeginWithTheFlagsOfTheirRange) {
  PageArray<PageState> store;
  const PageId plain = store.reserve(100);
  const PageId populated = store.reserve(100, populated_state());
  const PageId after = store.reserve(100);
  EXPECT_FALSE(store.at(plain + 99).has(kResident));
  EXPECT_TRUE(store.at(populated).has(kResident));
  EXPECT_TRUE(store.at(populated + 99).has(kResident));
  EXPECT_FALSE(store.at(after).has(kResident));
}

TEST(PageStore, RangesDoNotOverlap) {
  PageArray<PageState> store;
  const PageId a = store.reserve(65);
  const PageId b = store.reserve(1);
  EXPECT_GE(to_index(b), to_index(a) + 65);
  EXPECT_GE(store.reserved(), 66U);
}

TEST(PageStore, AddressesOfStatesStayTheSame) {
  PageArray<PageState> store;
  const PageId first = store.reserve(1 << 20);
  PageState* const state = &store.at(first);
  for (std::uint32_t page = 0; page < 1 << 20; page += 64) store.at(first + page);
  EXPECT_EQ(&store.at(first), state);
}

TEST(PageStoreDeathTest, RefusesMoreThan16TiB) {
  PageArray<PageState> store;
  store.reserve((1ULL << 32) - 64);
  EXPECT_DEATH(store.reserve(1), "16 TiB");
}

TEST(PageState, FlagsAreIndependent) {
  PageState state;
  state.set(kDirty | kAccessed);
  state.clear(kAccessed);
  EXPECT_TRUE(state.has(kDirty));
  EXPECT_FALSE(state.has(kAccessed));
  EXPECT_TRUE(state.has(kDirty | kAccessed));  // any of them
}

// A frame that is only counted has no number.
TEST(PageStore, APageGetsTheNumberOfItsFrameWhenSomebodyAsks) {
  PageStore store;
  const PageId first = store.pages.reserve(1ULL << 28);  // 1 TiB
  EXPECT_EQ(store.frames.numbered(), 0U);
  const FrameNumber frame = store.frame_of(first + 12'345);
  EXPECT_EQ(store.frame_of(first + 12'345), frame);
  EXPECT_EQ(store.frames.at(frame).owner, first + 12'345);
  EXPECT_EQ(store.frames.numbered(), 1U);
}

}  // namespace
}  // namespace faultpath::models
