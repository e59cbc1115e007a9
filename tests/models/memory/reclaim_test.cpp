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

// Of 64 GiB: min = isqrt(2^26 kB * 16) = 32768 kB, gap = 0.1 % of 16777216 pages.
TEST(Watermarks, OfLinuxGrowWithTheRootOfTheMemory) {
  MemorySpec spec;
  spec.reclaim.watermarks = WatermarkRule::linux_zone;
  spec.memory = 64ULL << 30;
  const Watermarks large = watermarks_of(spec);
  EXPECT_EQ(large.min, 8192U);
  EXPECT_EQ(large.low, 8192U + 16'777U);
  EXPECT_EQ(large.high, 8192U + 2U * 16'777U);
  // 1 GiB: isqrt(2^20 * 16) = 4096 kB; a quarter of min is below 0.1 % of memory, 262 pages.
  spec.memory = 1ULL << 30;
  EXPECT_EQ(watermarks_of(spec).min, 1024U);
  EXPECT_EQ(watermarks_of(spec).low, 1024U + 262U);
  // 4 MiB: isqrt(4096 * 16) = 256 kB; a quarter of it is more than 0.1 % of 1024 pages.
  spec.memory = 4ULL << 20;
  EXPECT_EQ(watermarks_of(spec).min, 64U);
  EXPECT_EQ(watermarks_of(spec).high, 64U + 2U * 16U);
  spec.memory = 1ULL << 20;
  EXPECT_EQ(watermarks_of(spec).min, 32U) << "128 kB at least";
  spec.memory = 64ULL << 40;
  EXPECT_EQ(watermarks_of(spec).min, 65'536U) << "256 MiB at most";
  spec.reclaim.scale = 100;
  EXPECT_EQ(watermarks_of(spec).low - watermarks_of(spec).min, (64ULL << 40) / kPageBytes / 100);
}

// 30 of 100 frames are pinned, and the oldest: each batch passes them, for 200 ns each. 90 frames
// are taken before the fault that finds the minimum scans a batch of 32.
class PinnedOnLists : public MemoryFixture {
 protected:
  void expect_scans(bool scanned) {
    make(100, 1, [&](HostSpec& host) { host.reclaim.scan_pinned = scanned; });
    space = &add_space(1000);
    touch_at(at_ns(0), 0, 30);
    rig->at(at_ns(100'000), [this] {
      for (std::uint64_t page = 0; page < 30; ++page) {
        memory().leave_lists(space->process(), {page});
        rig->mapping.pin(*space, {page});
      }
      touched.clear();
    });
    const sim::Time start = at_ns(200'000);
    touch_at(start, 30, 61);
    rig->run();
    const std::uint64_t passed = scanned ? 30 : 0;
    EXPECT_EQ(touched[59].at, start + 60 * kMinor);
    EXPECT_EQ(touched[60].at, start + 61 * kMinor + (32 + passed) * kScan);
    EXPECT_GE(memory().reclaim_stats().pinned_scans, passed);
    for (std::uint64_t page = 0; page < 30; ++page) {
      EXPECT_TRUE(space->process().is_resident({page}));
      EXPECT_EQ(frame(page).has(kListed), scanned);
    }
  }
};

TEST_F(PinnedOnLists, CostScansOnly) { expect_scans(true); }
TEST_F(PinnedOnLists, AreNotThereByDefault) { expect_scans(false); }

// 4 dirty pages fill memory, and the fifth waits for the first write: 81 us, or some 12 scans of 32
// pages.
class ReclaimWaits : public MemoryFixture {
 protected:
  const ReclaimStats& waits_of(bool spin, ThreadKind kind) {
    make(4, 1, [&](HostSpec& host) {
      host.reclaim = {.min = 0.0, .low = 0.0, .high = 0.0, .spin = spin};
      host.reclaim.per_page = constant(kScan);
    });
    space = &add_space(1000);
    toucher = kind;
    touch_at(at_ns(0), 0, 5, true);
    rig->run();
    EXPECT_EQ(touched.size(), 5U);
    return memory().reclaim_stats();
  }
};

TEST_F(ReclaimWaits, ThreadsOfTheKernelScanAgain) {
  const ReclaimStats& seen = waits_of(true, ThreadKind::kernel);
  EXPECT_EQ(seen.reclaim_sleeps, 0U);
  EXPECT_GE(seen.reclaim_spins, 10U);
  EXPECT_LE(seen.reclaim_spins, 16U);
}

TEST_F(ReclaimWaits, TasksSleep) {
  const ReclaimStats& seen = waits_of(true, ThreadKind::task);
  EXPECT_GT(seen.reclaim_sleeps, 0U);
  EXPECT_EQ(seen.reclaim_spins, 0U);
}

TEST_F(ReclaimWaits, EverybodySleepsByDefault) {
  const ReclaimStats& seen = waits_of(false, ThreadKind::kernel);
  EXPECT_GT(seen.reclaim_sleeps, 0U);
  EXPECT_EQ(seen.reclaim_spins, 0U);
}

// Two workers want a page each that is in swap. On one core they copy one after the other; from a
// disk both pages are on their way at once.
class SynchronousSwap : public MemoryFixture {
 protected:
  void expect_second_after(bool synchronous, sim::Duration second) {
    make(100, 1, [&](HostSpec& host) { host.swap.synchronous = synchronous; });
    space = &add_space(1000);
    for (const std::uint64_t page : {0U, 1U}) state(page).set(kSwapped);
    touch_at(at_ns(0), 0);
    touch_at(at_ns(0), 1);
    rig->run();
    EXPECT_EQ(count(Residency::major), 2U);
    EXPECT_EQ(touched[0].at, sim::Time{kMajor + kIo});
    EXPECT_EQ(touched[1].at, sim::Time{kMajor + kIo} + second);
  }
};

TEST_F(SynchronousSwap, KeepsTheProcessorBusy) { expect_second_after(true, kMajor + kIo); }
TEST_F(SynchronousSwap, IsNotADisk) { expect_second_after(false, kMajor); }

}  // namespace
}  // namespace faultpath::models
