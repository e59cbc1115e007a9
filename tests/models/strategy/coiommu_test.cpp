// coiommu: when the guest exits, what the host keeps pinned, and when its timer gives pages back.
#include "models/strategy/coiommu.hpp"

#include <gtest/gtest.h>

#include "tests/models/strategy/dma_strategy_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::milliseconds;
using sim::nanoseconds;

class CoiommuTest : public DmaStrategyFixture {
 protected:
  static constexpr sim::Duration kTrack = nanoseconds(40);

  static StrategySpec lasting() {
    CoiommuSpec spec;
    spec.track = kTrack;
    spec.exit = constant(microseconds(5));
    return {"coiommu", spec};
  }
  // The timer comes by every 10 ms: at 10 ms, 20 ms, ...
  static StrategySpec timed(std::uint32_t threshold = 10,
                            std::optional<std::uint32_t> limit = std::nullopt) {
    CoiommuSpec spec = std::get<CoiommuSpec>(lasting().kind);
    spec.unpin = CoiommuSpec::Unpin::timer;
    spec.interval = milliseconds(10);
    spec.limit = limit;
    spec.threshold = threshold;
    return {"coiommu", spec};
  }
  static sim::Time at_ms(std::int64_t n) { return sim::Time{milliseconds(n)}; }
  std::uint64_t exits() const { return stats().vm_exits; }
};

// One notification for all pages that are missing.
TEST_F(CoiommuTest, TheFirstUseOfPagesIsOneExit) {
  make(lasting());
  use_at(at_ns(1000), {{10}, 3});
  rig->run();
  const sim::Duration page = minor() + costs().map_4k + costs().pin;
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0], 3 * kTrack + microseconds(5) + 3 * page);
  EXPECT_EQ(exits(), 1U);
  EXPECT_EQ(pinned(), 3U) << "lazy unpinning";
}

// "Smart pinning".
TEST_F(CoiommuTest, APinnedPageIsUsedAgainWithoutAnExit) {
  make(lasting());
  use_at(at_ns(1000), {{10}, 2});
  use_at(at_ms(1), {{10}, 2});
  rig->run();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1], 2 * kTrack);
  EXPECT_EQ(after[1], 2 * kTrack) << "the guest counts down, and that is all";
  EXPECT_EQ(exits(), 1U);
  EXPECT_EQ(mapped().pages_mapped, 2U);
  EXPECT_EQ(invalidations(), 0U);
}

TEST_F(CoiommuTest, OnlyMissingPagesArePinnedByANotification) {
  make(lasting());
  use_at(at_ns(1000), {{10}, 2});
  use_at(at_ms(1), {{11}, 2});
  rig->run();
  EXPECT_EQ(exits(), 2U);
  EXPECT_EQ(mapped().pages_pinned, 3U);
}

// Both notify; the second finds done what it asks for.
TEST_F(CoiommuTest, TwoThatMissAPageAtTheSameTimePinItOnce) {
  make(lasting());
  use_at(at_ns(1000), {{10}, 1});
  use_at(at_ns(1000), {{10}, 1});
  rig->run();
  EXPECT_EQ(exits(), 2U);
  EXPECT_EQ(mapped().pages_pinned, 1U);
}

// The accessed flag gives a page one whole interval of grace.
TEST_F(CoiommuTest, APageIsUnpinnedByTheSecondRoundThatFindsItUnmapped) {
  make(timed());
  use_at(at_ms(1), {{10}, 1});
  expect_pinned_at(at_ms(15), 1);  // after a round
  expect_pinned_at(at_ms(25), 0);
  rig->run();
  EXPECT_EQ(invalidations(), 1U);
  EXPECT_EQ(mapped().pages_unmapped, 1U);
}

TEST_F(CoiommuTest, APageThatIsMappedStaysPinned) {
  make(timed());
  use_at(at_ms(1), {{10}, 1}, milliseconds(50));
  expect_pinned_at(at_ms(49), 1);
  expect_pinned_at(at_ms(75), 0);
  rig->run();
}

TEST_F(CoiommuTest, APageThatComesBackAfterItsUnpinningIsAnExitAgain) {
  make(timed());
  use_at(at_ms(1), {{10}, 1});
  use_at(at_ms(30), {{10}, 1});
  rig->run();
  EXPECT_EQ(exits(), 2U);
  EXPECT_EQ(mapped().pages_pinned, 2U);
}

TEST_F(CoiommuTest, ARoundUnpinsNoMoreThanItsLimit) {
  make(timed(10, 2));
  use_at(at_ms(1), {{10}, 5});
  expect_pinned_at(at_ms(25), 3);
  expect_pinned_at(at_ms(35), 1);
  expect_pinned_at(at_ms(45), 0);
  rig->run();
}

// With a threshold of 2: busy at 10 and 20 ms, then old. Old pages are looked at in every second
// round, at 20, 40 and 60 ms.
TEST_F(CoiommuTest, AnOldPageIsLookedAtLessOften) {
  make(timed(2));
  use_at(at_ms(1), {{10}, 1}, milliseconds(24));
  expect_pinned_at(at_ms(35), 1);  // a young one would have gone
  expect_pinned_at(at_ms(45), 0);
  rig->run();
}

// The interval counts from the first look that finds no use; what is nonfaultable never goes.
TEST_F(CoiommuTest, WhatDevicesCannotFaultOnStaysPinnedWithoutAnExit) {
  make(timed(), 1000, {{{10}, 2}});
  use_at(at_ms(1), {{10}, 2});
  expect_pinned_at(at_ms(55), 2);
  rig->run();
  EXPECT_EQ(exits(), 0U);
}

TEST_F(CoiommuTest, WithoutMemoryAnOperationIsRefused) {
  make(lasting(), 6);
  use_at(at_ns(1000), {{10}, 5}, milliseconds(10));
  use_at(at_ms(1), {{20}, 5});
  rig->run();
  EXPECT_EQ(refused, 1U);
  EXPECT_LE(pinned(), 6U);
}

// What a notification has pinned before the limit stays pinned, for whoever uses it next.
class CoiommuLimit : public CoiommuTest, public testing::WithParamInterface<MappingEngine> {};

TEST_P(CoiommuLimit, AnOperationAboveItIsRefused) {
  rules.engine = GetParam();
  rules.memlock = 5 * kPageBytes;
  make(lasting());
  use_at(at_ns(1000), {{10}, 4});
  use_at(at_ms(1), {{20}, 2});
  use_at(at_ms(2), {{10}, 4});
  use_at(at_ms(3), {{20}, 1});
  rig->run();
  EXPECT_EQ(refused, 1U);
  EXPECT_EQ(stats().pins_refused, 1U);
  EXPECT_EQ(exits(), 2U);
  EXPECT_EQ(pinned(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Engines, CoiommuLimit,
                         testing::Values(MappingEngine::type1, MappingEngine::iommufd));

}  // namespace
}  // namespace faultpath::models
