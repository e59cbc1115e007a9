// Watermarks of Linux, who sleeps in reclaim, and what pinned pages and synchronous swap cost.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

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

// Of 64 GiB in pages of 64 KiB: 32768 kB are 512 of them, and 0.1 % of 1048576 pages are 1048.
TEST(Watermarks, OfLargerPagesAreAsManyBytes) {
  MemorySpec spec;
  spec.page_size = PageSize::of_bytes(64 * kKiB);
  spec.reclaim.watermarks = WatermarkRule::linux_zone;
  spec.memory = 64ULL << 30;
  EXPECT_EQ(watermarks_of(spec).min, 512U);
  EXPECT_EQ(watermarks_of(spec).low, 512U + 1048U);
  EXPECT_EQ(watermarks_of(spec).high, 512U + 2U * 1048U);
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
