// Reclaim: watermarks, second chance, swap, and invalidation before a frame is free.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

// Of 100 frames: min 10, low 20, high 40.
class ReclaimTest : public MemoryFixture {
 protected:
  void SetUp() override { make(100); }
  void make_space(const BackingSpec& backing = {}) { space = &add_space(1000, backing); }
  std::uint64_t reclaimed_of(std::uint64_t first, std::uint64_t count) {
    std::uint64_t sum = 0;
    for (std::uint64_t page = first; page < first + count; ++page) {
      sum += !space->process().is_resident({page});
    }
    return sum;
  }
};

TEST_F(ReclaimTest, NothingIsReclaimedUntilFreeFramesFallBelowTheLowWatermark) {
  make_space();
  touch_at(at_ns(0), 0, 80);
  rig->run();
  EXPECT_EQ(memory().free_frames(), 20U);
  EXPECT_EQ(reclaimed_of(0, 80), 0U);
}

// A batch has 32 pages: the thread stops at the first batch that reaches the high watermark.
TEST_F(ReclaimTest, TheBackgroundThreadReclaimsUpToTheHighWatermark) {
  make_space();
  touch_at(at_ns(0), 0, 81);
  rig->run();
  EXPECT_GE(memory().free_frames(), 40U);
  EXPECT_LT(memory().free_frames(), 40U + 32U);
  EXPECT_EQ(reclaimed_of(0, 81), memory().free_frames() - 19);
}

TEST_F(ReclaimTest, TheOldestPagesGoFirst) {
  make_space();
  touch_at(at_ns(0), 0, 81);
  rig->run();
  const std::uint64_t gone = reclaimed_of(0, 81);
  EXPECT_EQ(reclaimed_of(0, gone), gone);
}

TEST_F(ReclaimTest, APageThatWasUsedGetsASecondChance) {
  make_space();
  touch_at(at_ns(0), 0, 80);
  rig->at(at_ns(100'000), [this] { state(3).set(kAccessed); });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_TRUE(space->process().is_resident({3}));
  EXPECT_FALSE(state(3).has(kAccessed));
  EXPECT_TRUE(frame(3).has(kActive));
  EXPECT_FALSE(space->process().is_resident({2}));
  EXPECT_FALSE(space->process().is_resident({4}));
}

TEST_F(ReclaimTest, EvenWhenEveryPageWasUsedSomeAreReclaimed) {
  make_space();
  touch_at(at_ns(0), 0, 80);
  rig->at(at_ns(100'000), [this] {
    for (std::uint64_t page = 0; page < 80; ++page) state(page).set(kAccessed);
  });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_GE(memory().free_frames(), 40U);
}

TEST_F(ReclaimTest, PinnedPagesStay) {
  make_space();
  touch_at(at_ns(0), 0, 80);
  rig->at(at_ns(100'000), [this] {
    for (std::uint64_t page = 0; page < 10; ++page) {
      memory().unlist(space->process(), {page});
      rig->mapping.pin(*space, {page});
    }
  });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_EQ(reclaimed_of(0, 10), 0U);
  EXPECT_FALSE(space->process().is_resident({10}));
}

TEST_F(ReclaimTest, ACleanPageIsFreeAtOnceAndADirtyOneAfterItsWrite) {
  make_space();
  touch_at(at_ns(0), 0, 2, true);  // mapped, so dirty
  touch_at(at_ns(10'000), 2, 79);
  rig->at(at_ns(1'000'000), [this] {
    EXPECT_TRUE(state(0).has(kSwapped));
    EXPECT_FALSE(state(2).has(kSwapped));
    EXPECT_FALSE(space->process().is_resident({0}));
    touched.clear();
  });
  touch_at(at_ns(1'000'000), 0);
  touch_at(at_ns(1'000'000), 2);
  rig->run();
  EXPECT_EQ(count(Residency::major), 1U);  // 0 from swap
  EXPECT_EQ(count(Residency::minor), 1U);  // 2 is zero again
}

TEST_F(ReclaimTest, ADirtyPageOfAFileIsWrittenBackAndNotSwapped) {
  make_space({.kind = Backing::file});
  touch_at(at_ns(0), 0, 81, true);
  rig->run();
  EXPECT_FALSE(space->process().is_resident({0}));
  EXPECT_FALSE(state(0).has(kSwapped));
}

// What a boot has written is not to be lost: reclaim writes it to swap.
TEST_F(ReclaimTest, APopulatedAnonymousPageIsSwappedOut) {
  IoPageTable& populated = add_space(50, {.populated = true});
  space = &add_space(1000);
  touch_at(at_ns(0), 0, 31);
  rig->run();
  EXPECT_FALSE(populated.process().is_resident({0}));
  EXPECT_TRUE(populated.process().page({0}).has(kSwapped));
}

TEST_F(ReclaimTest, PopulatedPagesThatNobodyUsedAreTheOldest) {
  IoPageTable& populated = add_space(50, {.populated = true});
  space = &add_space(1000);
  touch_at(at_ns(0), 0, 31);
  rig->run();
  EXPECT_EQ(reclaimed_of(0, 31), 0U);
  EXPECT_FALSE(populated.process().is_resident({0}));
}

TEST_F(ReclaimTest, AMappedPageLeavesTheTableAndEveryCacheBeforeItsFrameIsFree) {
  make_space();
  Endpoint& endpoint = rig->endpoints[0];
  endpoint.invalidation = nanoseconds(50'000);
  touch_at(at_ns(0), 0, 81, true);
  std::uint64_t free_before = 0;
  bool resident_before = false, mapped_before = true;
  const sim::Time filled{81 * kMinor};  // reclaim started with the 81st frame, one minor before
  rig->at(filled + nanoseconds(40'000), [&] {
    free_before = memory().free_frames();
    resident_before = space->process().is_resident({0});
    mapped_before = space->is_mapped({0});
  });
  rig->run();
  EXPECT_EQ(free_before, 19U);  // the device has not answered yet
  EXPECT_TRUE(resident_before);
  EXPECT_FALSE(mapped_before);
  EXPECT_EQ(endpoint.invalidations.at(0).message.first, IovaPage{0});
  EXPECT_FALSE(space->process().is_resident({0}));
  EXPECT_EQ(memory().stats().evictions, reclaimed_of(0, 81));
  EXPECT_EQ(rig->mapping.stats().mapped_bytes.value(),
            static_cast<std::int64_t>((81 - reclaimed_of(0, 81)) * kPageBytes));
}

TEST_F(ReclaimTest, AFaultOnAPageThatIsBeingEvictedWaitsAndReadsItAgain) {
  make_space();
  rig->endpoints[0].invalidation = nanoseconds(50'000);
  touch_at(at_ns(0), 0, 81, true);
  const sim::Time during = sim::Time{81 * kMinor} + nanoseconds(40'000);
  touch_at(during, 0);
  rig->run();
  const Touch& last = touched.back();
  EXPECT_EQ(last.page, 0U);
  EXPECT_EQ(last.residency, Residency::major);
  EXPECT_GE(last.at, during + kIo + kIo);  // written, then read
}

// With one core the background thread never gets it while the toucher goes on.
TEST(DirectReclaim, AnAllocationAtTheMinimumReclaimsForItself) {
  class OneCore : public MemoryFixture {
   public:
    void TestBody() override {
      make(100, 1);
      space = &add_space(1000);
      touch_at(at_ns(0), 0, 200);
      rig->run();
      EXPECT_EQ(count(Residency::minor), 200U);
      // 90 frames without reclaim; the 91st page scans a batch of 32 first, then takes its frame.
      EXPECT_EQ(touched[89].at, sim::Time{90 * kMinor});
      EXPECT_EQ(touched[90].at, sim::Time{91 * kMinor + 32 * kScan});
      EXPECT_EQ(touched[121].at, sim::Time{122 * kMinor + 32 * kScan});
      EXPECT_EQ(touched[122].at, sim::Time{123 * kMinor + 64 * kScan});
    }
  };
  OneCore().TestBody();
}

// 90 of 100 frames are pinned, and page 90 has one of the reserve. Page 91 takes it away again,
// which leaves the reserve as it was: there is nothing to wait for.
TEST(DirectReclaim, DoesNotWaitWhereWhatItFreesFillsTheReserve) {
  class OneCore : public MemoryFixture {
   public:
    void TestBody() override {
      make(100, 1, [](HostSpec& host) { host.reclaim.low = host.reclaim.high = 0.1; });
      space = &add_space(1000);
      touch_at(at_ns(0), 0, 90);
      rig->at(at_ns(100'000), [this] {
        for (std::uint64_t page = 0; page < 90; ++page) {
          memory().unlist(space->process(), {page});
          rig->mapping.pin(*space, {page});
        }
      });
      touch_at(at_ns(200'000), 90, 2);
      rig->run();
      EXPECT_EQ(count(Residency::minor), 92U);
      EXPECT_FALSE(space->process().is_resident({90}));
    }
  };
  OneCore().TestBody();
}

// Everything that could be freed is on its way out in another thread's hands: that is no reason to
// give up.
TEST(DirectReclaim, WaitsForFramesThatAnotherThreadIsAboutToFree) {
  class FewFrames : public MemoryFixture {
   public:
    void TestBody() override {
      make(4, 8);
      space = &add_space(1000);
      rig->endpoints[0].invalidation = nanoseconds(50'000);
      for (std::uint64_t thread = 0; thread < 8; ++thread) {
        touch_at(at_ns(0), 100 * thread, 20, true);
      }
      rig->run();
      EXPECT_EQ(touched.size(), 160U);
      EXPECT_EQ(count(Residency::out_of_memory), 0U);
    }
  };
  FewFrames().TestBody();
}

}  // namespace
}  // namespace faultpath::models
