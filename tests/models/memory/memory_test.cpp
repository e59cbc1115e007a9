// Faults of host memory: minor, major and spurious ones, and who waits for whom.
#include "models/memory/memory.hpp"

#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

class MemoryTest : public MemoryFixture {
 protected:
  sim::Process touch_and_pin(std::uint64_t first, std::uint64_t count) {
    Worker worker(rig->cores);
    co_await worker.enter();
    for (std::uint64_t page = first; page < first + count; ++page) {
      const Residency residency = co_await memory().make_resident(space->process(), {page}, worker);
      touched.push_back({page, residency, rig->simulation.now()});
      if (residency == Residency::out_of_memory) break;
      memory().unlist(space->process(), {page});
      rig->mapping.pin(*space, {page});
    }
    co_await worker.pay();
  }
  sim::Process begin_release(std::uint64_t page) {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await memory().begin_release(space->process(), {page}, worker);
  }
};

TEST_F(MemoryTest, ANewAnonymousPageIsAMinorFaultAndTakesAFrame) {
  make(100);
  space = &add_space(1000);
  touch_at(at_ns(0), 5);
  rig->run();
  EXPECT_EQ(touched.at(0).residency, Residency::minor);
  EXPECT_EQ(touched[0].at, sim::Time{kMinor});
  EXPECT_EQ(memory().free_frames(), 99U);
  EXPECT_EQ(resident(), 1U);
  EXPECT_TRUE(space->process().is_resident({5}));
  EXPECT_FALSE(space->process().is_resident({6}));
}

TEST_F(MemoryTest, APageThatIsThereCostsALookOnly) {
  make(100);
  space = &add_space(1000);
  touch_at(at_ns(0), 5);
  touch_at(at_ns(2000), 5);
  rig->run();
  EXPECT_EQ(touched.at(1).residency, Residency::present);
  EXPECT_EQ(touched[1].at, at_ns(2000) + kSpurious);
  EXPECT_EQ(memory().free_frames(), 99U);
}

TEST_F(MemoryTest, APageOfAFileIsReadByAMajorFault) {
  make(100);
  space = &add_space(1000, {.kind = Backing::file});
  touch_at(at_ns(0), 5);
  rig->run();
  EXPECT_EQ(touched.at(0).residency, Residency::major);
  EXPECT_EQ(touched[0].at, sim::Time{kMajor + kIo});
}

TEST_F(MemoryTest, AThreadThatWaitsForTheDiskLeavesItsCore) {
  make(100, 1);
  space = &add_space(1000, {.kind = Backing::file});
  touch_at(at_ns(0), 5);
  touch_at(at_ns(0), 6);
  rig->run();
  // The second works on the only core while the first is read; their transfers share the disk.
  EXPECT_EQ(touched.at(0).at, sim::Time{kMajor + kIo});
  EXPECT_LE(touched.at(1).at, sim::Time{2 * kMajor + kIo + nanoseconds(1000)});
  EXPECT_GE(touched.at(1).at, sim::Time{2 * kMajor + kIo});
}

TEST_F(MemoryTest, OfTwoThatTouchANewPageOneFindsItThere) {
  make(100);
  space = &add_space(1000);
  touch_at(at_ns(0), 5);
  touch_at(at_ns(100), 5);
  rig->run();
  EXPECT_EQ(touched.at(0).residency, Residency::minor);
  EXPECT_EQ(touched.at(1).residency, Residency::present);
  EXPECT_EQ(memory().free_frames(), 99U);  // the frame of the loser is free again
}

TEST_F(MemoryTest, APageIsReadOnceForAllWhoWaitForIt) {
  make(100);
  space = &add_space(1000, {.kind = Backing::file});
  for (int i = 0; i < 3; ++i) touch_at(at_ns(100 * i), 5);
  touch_at(at_ns(50'000), 5);  // while it is being read
  rig->run();
  EXPECT_EQ(count(Residency::major), 1U);
  EXPECT_EQ(count(Residency::present), 3U);
  for (const Touch& each : touched) EXPECT_GE(each.at, sim::Time{kMajor + kIo});
  EXPECT_EQ(memory().free_frames(), 99U);
}

TEST_F(MemoryTest, APopulatedSpaceHasItsFramesFromTheStart) {
  make(100);
  space = &add_space(30, {.populated = true});
  EXPECT_EQ(memory().free_frames(), 70U);
  touch_at(at_ns(0), 5);
  rig->run();
  EXPECT_EQ(touched.at(0).residency, Residency::present);
  EXPECT_EQ(memory().free_frames(), 70U);
}

TEST_F(MemoryTest, AFaultWaitsForThePageThatIsBeingReleased) {
  make(100);
  space = &add_space(1000);
  touch_at(at_ns(0), 5);
  rig->at(at_ns(2000), [this] {
    memory().unlist(space->process(), {5});
    rig->mapping.pin(*space, {5});
    rig->simulation.start(begin_release(5), "releaser");
  });
  touch_at(at_ns(3000), 5);
  rig->at(at_ns(9000), [this] {
    rig->mapping.unpin(*space, {5});
    memory().end_release(space->process(), {5});
  });
  rig->run();
  EXPECT_EQ(touched.at(1).residency, Residency::present);
  EXPECT_EQ(touched[1].at, at_ns(9000) + kSpurious);
}

TEST_F(MemoryTest, ReclaimCannotStartWhenEverythingReachableFitsAboveTheLowWatermark) {
  make(100);  // low: 20 frames
  space = &add_space(79);
  EXPECT_TRUE(memory().never_reclaims());
  add_space(1);
  EXPECT_FALSE(memory().never_reclaims());
}

TEST_F(MemoryTest, FramesRunOutOnlyWhenNothingCanBeReclaimed) {
  make(100);
  space = &add_space(1000);
  rig->simulation.start(touch_and_pin(0, 101), "pinner");
  rig->run();
  EXPECT_EQ(count(Residency::minor), 100U);  // the reserve below the watermark too
  EXPECT_EQ(touched.back().residency, Residency::out_of_memory);
  EXPECT_EQ(memory().free_frames(), 0U);
}

class IoMappingTest : public MemoryFixture {};

TEST_F(IoMappingTest, KeepsGaugesAndCountersWithTheTables) {
  make(100);
  space = &add_space(1000);
  IoMapping& mapping = rig->mapping;
  for (const std::uint64_t page : {1U, 2U, 3U}) mapping.map(*space, {page});
  mapping.pin(*space, {7});
  mapping.unmap(*space, {2});
  EXPECT_EQ(mapping.stats().mapped_bytes.value(), std::int64_t{2 * kPageBytes});
  EXPECT_EQ(mapping.stats().mapped_bytes.max(), std::int64_t{3 * kPageBytes});
  EXPECT_EQ(mapping.stats().locked_bytes.value(), std::int64_t{kPageBytes});
  EXPECT_EQ(mapping.stats().pages_mapped, 3U);
  EXPECT_EQ(mapping.stats().pages_unmapped, 1U);
  EXPECT_EQ(mapping.stats().pages_pinned, 1U);
}

// VFIO reports all that is mapped as dirty; a first stage keeps a bit of its own.
TEST_F(IoMappingTest, AMappedPageIsDirtyUnlessUseIsTracked) {
  make(100);
  space = &add_space(1000);
  rig->mapping.map(*space, {1});
  EXPECT_TRUE(state(1).has(kDirty));
  space->tracks_use = true;
  rig->mapping.map(*space, {2});
  EXPECT_FALSE(state(2).has(kDirty));
}

TEST_F(IoMappingTest, APageIsUnpinnedOnlyWhenNoDeviceCanReachIt) {
  make(100);
  space = &add_space(1000);
  rig->mapping.map(*space, {1});
  rig->mapping.pin(*space, {1});
  EXPECT_DEATH(rig->mapping.unpin(*space, {1}), "after it has left");
  EXPECT_DEATH(rig->mapping.pin(*space, {1}), "pins a page once");
  rig->mapping.unmap(*space, {1});
  rig->mapping.unpin(*space, {1});
  EXPECT_EQ(rig->mapping.stats().locked_bytes.value(), 0);
}

TEST_F(IoMappingTest, AWholeSpaceIsOneStep) {
  make(1ULL << 28);
  space = &add_space(1ULL << 28);  // 1 TiB
  rig->mapping.map_and_pin_everything(*space);
  EXPECT_EQ(rig->mapping.stats().locked_bytes.value(), std::int64_t{1} << 40);
  EXPECT_EQ(rig->mapping.stats().pages_mapped, 1ULL << 28);
}

}  // namespace
}  // namespace faultpath::models
