// viommu_map: what a guest's requests map and unmap, when, and for which time.
#include "models/strategy/viommu_map.hpp"

#include <gtest/gtest.h>

#include "tests/models/strategy/dma_strategy_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::milliseconds;

class ViommuMapTest : public DmaStrategyFixture {
 protected:
  using Mode = ViommuMapSpec::Mode;

  static StrategySpec strict() {
    return {"viommu_map", ViommuMapSpec{.exit = constant(microseconds(5))}};
  }
  static StrategySpec lazy(std::uint32_t entries = 256) {
    return {"viommu_map",
            ViommuMapSpec{
                .mode = Mode::lazy, .exit = constant(microseconds(5)), .flush_entries = entries}};
  }
  std::uint64_t exits() const { return stats().vm_exits; }
};

// VFIO_IOMMU_MAP_DMA of one page: an exit, the page is faulted in, mapped and pinned.
TEST_F(ViommuMapTest, MappingTakesAnExitAndTheWorkOfEachPage) {
  make(strict());
  use_at(at_ns(1000), {{10}, 3});
  rig->run();
  const sim::Duration page = minor() + costs().map_4k + costs().pin;
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0], microseconds(5) + 3 * page);
  EXPECT_EQ(exits(), 2U) << "and one to unmap";
}

// A page that has its frame is found by get_user_pages() without a fault.
TEST_F(ViommuMapTest, APageThatIsResidentIsNotFaultedIn) {
  make(strict());
  use_at(at_ns(1000), {{10}, 1});
  use_at(at_ns(1'000'000), {{10}, 1});
  rig->run();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1], microseconds(5) + costs().map_4k + costs().pin);
  EXPECT_EQ(mapped().pages_mapped, 2U);
}

// The operation ends when no device can reach the pages any more.
TEST_F(ViommuMapTest, StrictUnmappingWaitsForOneInvalidationOfTheRange) {
  make(strict());
  use_at(at_ns(1000), {{10}, 4}, microseconds(1));
  rig->run();
  EXPECT_EQ(invalidations(), 1U);
  ASSERT_EQ(rig->endpoints[0].invalidations.size(), 1U);
  EXPECT_EQ(rig->endpoints[0].invalidations[0].message.first.value, 10U);
  EXPECT_EQ(rig->endpoints[0].invalidations[0].message.pages, 4U);
  const sim::Duration least = microseconds(5) + 4 * costs().unmap_4k + microseconds(2);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_GE(after[0], least) << "an exit, the unmapping, the device's answer";
  EXPECT_LT(after[0], least + microseconds(2)) << "and the ring's descriptors";
  EXPECT_EQ(table->mapped_pages(), 0U);
  EXPECT_EQ(pinned(), 0U);
  EXPECT_EQ(mapped().pages_pinned, 4U);
  EXPECT_EQ(mapped().pages_unmapped, 4U);
}

// One request at a time: the VMM's lock (QEMU: the BQL) is held from the exit to its end.
TEST_F(ViommuMapTest, RequestsOfOneGuestTakeTurns) {
  make(strict());
  use_at(at_ns(1000), {{10}, 1});
  use_at(at_ns(1000), {{20}, 1});
  rig->run();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1], 2 * before[0]);
}

TEST_F(ViommuMapTest, OperationsThatUseAPageAtTheSameTimeShareItsMapping) {
  make(strict());
  use_at(at_ns(1000), {{10}, 2}, milliseconds(1));
  use_at(at_ns(1000), {{11}, 2}, milliseconds(2));
  expect_mapped_at(at_ns(900'000), 3);
  expect_mapped_at(at_ns(1'500'000), 2);
  rig->run();
  EXPECT_EQ(mapped().pages_mapped, 3U);
  EXPECT_EQ(mapped().pages_unmapped, 3U);
  EXPECT_EQ(invalidations(), 2U);
  EXPECT_EQ(exits(), 4U);
}

// Linux, dma-iommu: an unmap of a lazy domain enters the flush queue.
TEST_F(ViommuMapTest, LazyOperationsEndAtOnceAndTheirPagesStayAccessible) {
  make(lazy());
  use_at(at_ns(1000), {{10}, 4}, microseconds(1));
  expect_mapped_at(at_ns(9'000'000), 4);
  rig->run();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0], sim::Duration::zero());
  EXPECT_EQ(exits(), 1U);
  EXPECT_EQ(invalidations(), 0U) << "the run ends before the timer: a service keeps no run alive";
}

TEST_F(ViommuMapTest, AFullFlushQueueIsFlushedByOneRequestAndOneInvalidation) {
  make(lazy(3));
  for (std::uint64_t i = 0; i < 7; ++i) {
    use_at(at_ns(1000) + static_cast<std::int64_t>(i) * microseconds(100), {{10 * i}, 2});
  }
  rig->at(at_ns(1'000'000), [this] {  // before the timer
    EXPECT_EQ(mapped().pages_mapped, 14U);
    EXPECT_EQ(mapped().pages_unmapped, 12U) << "two flushes of three";
    EXPECT_EQ(invalidations(), 2U);
    EXPECT_EQ(exits(), 7U + 2U);
    EXPECT_EQ(table->mapped_pages(), 2U);
  });
  rig->run();
}

TEST_F(ViommuMapTest, TheTimerFlushesWhatHasWaitedLong) {
  make(lazy());
  use_at(at_ns(1000), {{10}, 1});
  use_at(at_ns(2'000'000), {{20}, 1});
  expect_mapped_at(at_ns(9'900'000), 2);
  expect_mapped_at(at_ns(11'000'000), 0);  // 10 ms after the first
  rig->run();
  EXPECT_EQ(invalidations(), 1U);
}

TEST_F(ViommuMapTest, AFlushSparesWhatIsInUseAgain) {
  make(lazy());
  use_at(at_ns(1000), {{10}, 2});
  use_at(at_ns(1'000'000), {{11}, 1}, milliseconds(20));
  expect_mapped_at(at_ns(12'000'000), 1);
  rig->run();
  EXPECT_EQ(mapped().pages_mapped, 2U) << "page 11 was still there";
}

// A timeline that holds each page for good: three pages of three frames leave none for a fourth.
TEST_F(ViommuMapTest, WithoutMemoryAnOperationIsRefusedAndKeepsNothing) {
  make(strict(), 4);
  use_at(at_ns(1000), {{10}, 3}, milliseconds(10));
  use_at(at_ns(1'000'000), {{20}, 3});
  rig->run();
  EXPECT_EQ(refused, 1U);
  EXPECT_EQ(pinned(), 0U);
  EXPECT_EQ(table->mapped_pages(), 0U);
}

// Three pages may be locked. type1 refuses the fourth before it charges it, iommufd undoes it. What
// the operation had before goes back, and one that fits is granted again.
class ViommuMapLimit : public ViommuMapTest, public testing::WithParamInterface<MappingEngine> {};

TEST_P(ViommuMapLimit, AnOperationAboveItIsRefusedAndKeepsNothing) {
  rules.engine = GetParam();
  rules.memlock = 3 * kPageBytes;
  make(strict());
  use_at(at_ns(1000), {{10}, 2}, milliseconds(10));
  use_at(at_ns(1'000'000), {{20}, 2});
  expect_pinned_at(at_ns(2'000'000), 2);
  use_at(at_ns(20'000'000), {{20}, 3});
  rig->run();
  EXPECT_EQ(refused, 1U);
  EXPECT_EQ(stats().pins_refused, 1U);
  const std::int64_t most = GetParam() == MappingEngine::type1 ? 3 : 4;
  EXPECT_EQ(mapped().locked_bytes.max(), most * static_cast<std::int64_t>(kPageBytes));
  EXPECT_EQ(table->mapped_pages(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Engines, ViommuMapLimit,
                         testing::Values(MappingEngine::type1, MappingEngine::iommufd));

}  // namespace
}  // namespace faultpath::models
