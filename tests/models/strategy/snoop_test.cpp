// snoop: what a check costs, what is pinned for how long, and the elastic switch.
#include "models/strategy/snoop.hpp"

#include <gtest/gtest.h>

#include "tests/models/strategy/dma_strategy_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::milliseconds;
using sim::nanoseconds;

class SnoopTest : public DmaStrategyFixture {
 protected:
  static StrategySpec checking(SnoopSpec spec = {}) {
    spec.switching = SnoopSpec::Switch::never;
    return {"snoop", spec};
  }
  // Above one operation in a window of 1 ms it passes.
  static StrategySpec elastic() {
    return {"snoop", SnoopSpec{.threshold = 1500.0, .window = milliseconds(1)}};
  }
  static sim::Time at_us(std::int64_t n) { return sim::Time{microseconds(n)}; }
  // `count` operations of one page, each 100 us after the one before.
  void use_often(sim::Time from, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      use_at(from + static_cast<std::int64_t>(i) * microseconds(100), {{i % 10}, 1});
    }
  }
};

// VIO: 3.5 us for a hit, 4.5 us for a miss besides the fault; half of each makes 4.0 us.
TEST_F(SnoopTest, AMissTakesTheFaultOfACpuBesidesItsCheck) {
  make(checking());
  use_at(at_us(1), {{10}, 1});
  use_at(at_us(100), {{10}, 1});
  rig->run();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0], nanoseconds(4500) + minor() + costs().map_4k);
  EXPECT_EQ(before[1], nanoseconds(3500));
  EXPECT_EQ(stats().snoop_misses, 1U);
  EXPECT_EQ(stats().snoop_hits, 1U);
  const SnoopSpec published;
  EXPECT_EQ((published.hit + published.miss) / 2, nanoseconds(4000));
}

// The check of one page is in the figure of a hit; each further page is one more look.
TEST_F(SnoopTest, EachFurtherPageIsALookMore) {
  make(checking());
  use_at(at_us(1), {{10}, 4});
  use_at(at_us(100), {{10}, 4});
  rig->run();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1], nanoseconds(3500) + 3 * microseconds(1));
}

TEST_F(SnoopTest, PagesArePinnedAsLongAsAnOperationUsesThemAndStayMapped) {
  make(checking());
  use_at(at_us(1), {{10}, 2}, milliseconds(1));
  use_at(at_us(500), {{11}, 2}, milliseconds(1));
  expect_pinned_at(at_us(900), 3);
  expect_pinned_at(at_us(1200), 2);
  rig->run();
  EXPECT_EQ(pinned(), 0U);
  EXPECT_EQ(table->mapped_pages(), 3U);
  EXPECT_EQ(after[0], sim::Duration::zero());
  EXPECT_EQ(invalidations(), 0U);
}

// The thread publishes in the order of the kicks: a miss holds up what comes behind it.
TEST_F(SnoopTest, OperationsBehindAMissWaitForIt) {
  make(checking());
  use_at(at_us(1), {{10}, 1});
  use_at(at_us(100), {{20}, 1});
  use_at(at_us(100), {{10}, 1});
  rig->run();
  const sim::Duration miss = nanoseconds(4500) + minor() + costs().map_4k;
  ASSERT_EQ(before.size(), 3U);
  EXPECT_EQ(before[1], miss);
  EXPECT_EQ(before[2], miss + nanoseconds(3500));
}

// 100 pages in 50 frames: reclaim takes what no operation uses, through the notifier.
TEST_F(SnoopTest, ReclaimTakesPagesThatNoOperationUses) {
  make(checking(), 50);
  for (std::uint64_t i = 0; i < 100; ++i) {
    use_at(at_us(1) + static_cast<std::int64_t>(i) * milliseconds(1), {{i}, 1});
  }
  rig->run();
  EXPECT_EQ(refused, 0U);
  EXPECT_GE(mapped().pages_unmapped, 50U);
  EXPECT_EQ(rig->memory.stats().evictions, mapped().pages_unmapped);
}

TEST_F(SnoopTest, ALockedChunkIsPinnedAndFoundInTheBitmap) {
  SnoopSpec spec;
  spec.lock_pages = SnoopSpec::LockPages::static_chunks;
  make(checking(spec), 1000, {{{10}, 2}});
  use_at(at_us(1000), {{50}, 1});
  use_at(at_us(2000), {{50}, 3});
  rig->run();
  EXPECT_EQ(pinned(), 100U) << "the table lies in one chunk of 2 MiB";
  ASSERT_EQ(before.size(), 2U);
  const sim::Duration rest = nanoseconds(3500) - microseconds(1);
  EXPECT_EQ(before[0], rest + nanoseconds(90));
  EXPECT_EQ(before[1], rest + 3 * nanoseconds(90));
}

TEST_F(SnoopTest, AboveTheThresholdEveryPageIsPinnedAndOperationsPassUnseen) {
  make(elastic());
  use_often(at_us(1), 25);
  expect_pinned_at(at_us(2500), 100);
  rig->run();
  EXPECT_EQ(stats().policy_switches, 1U);
  EXPECT_EQ(before.back(), sim::Duration::zero());
  EXPECT_EQ(before.front(), nanoseconds(4500) + minor() + costs().map_4k);
  EXPECT_LT(stats().snoop_hits + stats().snoop_misses, 25U);
}

TEST_F(SnoopTest, BelowTheThresholdItChecksAgainAndLetsPagesGo) {
  make(elastic());
  use_often(at_us(1), 25);
  use_at(at_us(9000), {{3}, 1});
  expect_pinned_at(at_us(8000), 0);
  rig->run();
  EXPECT_EQ(stats().policy_switches, 2U);
  EXPECT_EQ(before.back(), nanoseconds(3500));
  EXPECT_EQ(table->mapped_pages(), 100U) << "mapped they stay";
}

// Of 100 frames two stay free: the 100 pages do not fit.
TEST_F(SnoopTest, WithoutRoomForAllPagesItGoesOnChecking) {
  make(elastic(), 100);
  use_often(at_us(1), 25);
  rig->run();
  EXPECT_EQ(stats().policy_switches, 0U);
  EXPECT_EQ(stats().snoop_hits + stats().snoop_misses, 25U);
  EXPECT_EQ(pinned(), 0U);
}

// The table has 100 pages.
TEST_F(SnoopTest, AboveTheLockedLimitItGoesOnChecking) {
  rules.memlock = 99 * kPageBytes;
  make(elastic());
  use_often(at_us(1), 25);
  rig->run();
  EXPECT_EQ(stats().policy_switches, 0U);
  EXPECT_GT(stats().pins_refused, 0U);
}

TEST_F(SnoopTest, UpToTheLockedLimitItPassesThemUnseen) {
  rules.memlock = 100 * kPageBytes;
  make(elastic());
  use_often(at_us(1), 25);
  rig->run();
  EXPECT_EQ(stats().policy_switches, 1U);
  EXPECT_EQ(stats().pins_refused, 0U);
}

// An operation that has passed unseen keeps its pages when the rate falls.
TEST_F(SnoopTest, WhatIsInUseStaysPinnedAcrossASwitch) {
  make(elastic());
  use_often(at_us(1), 25);
  use_at(at_us(2450), {{50}, 2}, milliseconds(6));
  expect_pinned_at(at_us(8000), 2);
  rig->run();
  EXPECT_EQ(pinned(), 0U);
}

}  // namespace
}  // namespace faultpath::models
