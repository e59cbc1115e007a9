// Swap that is full, and who dies then.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

constexpr sim::Time kLater = at_ns(100'000'000), kLast = at_ns(200'000'000),
                    kEnd = at_ns(300'000'000);

// Of 100 frames: min 10, low 20, high 40.
class OomTest : public MemoryFixture {
 protected:
  void make_with_swap(std::uint64_t pages, const BackingSpec& backing = {}) {
    make(100, 4, [&](HostSpec& host) { host.swap.size = pages * kPageBytes; });
    space = &add_space(1000, backing);
  }
  /// As touch_at(), and the pages differ from what swap has of them.
  void write_at(sim::Time when, std::uint64_t first, std::uint64_t count) {
    rig->at(when, [=, this] { rig->simulation.start(write(first, count), "writer"); });
  }
  sim::Process write(std::uint64_t first, std::uint64_t count) {
    Worker worker(rig->cores);
    co_await worker.enter();
    for (std::uint64_t page = first; page < first + count; ++page) {
      const Residency residency = co_await memory().make_resident(space->process(), {page}, worker);
      if (is_there(residency)) state(page).set(kDirty);
      co_await worker.pay();
      touched.push_back({page, residency, rig->simulation.now()});
    }
  }
  /// A device pins the first pages.
  void pin_at(sim::Time when, std::uint64_t count) {
    rig->at(when, [this, count] {
      for (std::uint64_t page = 0; page < count; ++page) {
        memory().leave_lists(space->process(), {page});
        rig->mapping.pin(*space, {page});
      }
    });
  }
  /// What is touched from then on is of this table.
  void turn_to(sim::Time when, IoPageTable& table) {
    rig->at(when, [this, &table] { space = &table; });
  }
  std::uint64_t kills() { return memory().oom_stats().oom_kills; }
  std::uint64_t failed() {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        touched, [](const Touch& touch) { return !is_there(touch.residency); }));
  }
};

// 90 frames leave the reserve.
TEST_F(OomTest, WithoutSwapAnonymousMemoryIsNotReclaimed) {
  make_with_swap(0);
  touch_at(at_ns(0), 0, 90);
  rig->run();
  EXPECT_EQ(memory().free_frames(), 10U);
  EXPECT_EQ(failed(), 0U);
  EXPECT_EQ(kills(), 0U);
}

TEST_F(OomTest, WithoutSwapFilesAreReclaimed) {
  make_with_swap(0, {.kind = Backing::file});
  touch_at(at_ns(0), 0, 400);
  rig->run();
  EXPECT_EQ(failed(), 0U);
  EXPECT_EQ(kills(), 0U);
}

// One process: the 91st fault kills its own process, which gives all 90 frames back.
TEST_F(OomTest, TheOnlyProcessDies) {
  make_with_swap(0);
  touch_at(at_ns(0), 0, 200, true);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_TRUE(space->process().is_killed());
  EXPECT_EQ(memory().free_frames(), 100U);
  EXPECT_EQ(space->mapped_pages(), 0U);
  EXPECT_EQ(failed(), 110U);
  EXPECT_EQ(touched[90].residency, Residency::killed);
  EXPECT_FALSE(permits(space->process(), {0}, false));
}

// 50 pages go to swap; when all places are taken, memory is full.
TEST_F(OomTest, SwapIsFilledFirst) {
  make_with_swap(50);
  write_at(at_ns(0), 0, 200);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_EQ(touched.size() - failed(), 90U + 50U);
  EXPECT_EQ(memory().free_frames(), 100U);
}

TEST_F(OomTest, TheLargestProcessDies) {
  make_with_swap(0);
  IoPageTable& large = *space;
  IoPageTable& other = add_space(1000);
  touch_at(at_ns(0), 0, 60, true);
  turn_to(kLater, other);
  touch_at(kLater, 0, 80, true);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_TRUE(large.process().is_killed());
  EXPECT_FALSE(other.process().is_killed());
  EXPECT_EQ(large.process().frames(), 0U);
  EXPECT_EQ(large.mapped_pages(), 0U);
  EXPECT_EQ(failed(), 0U) << "the fault that killed it goes on in its frames";
  EXPECT_EQ(memory().free_frames(), 20U);
}

// Of 150 pages 60 are in swap, all of them of the first process, which has fewer in memory.
TEST_F(OomTest, PagesInSwapCount) {
  make_with_swap(60);
  IoPageTable& swapped = *space;
  IoPageTable& other = add_space(1000);
  write_at(at_ns(0), 0, 90);
  turn_to(kLater, other);
  write_at(kLater, 0, 60);
  rig->at(kLast, [&] {
    EXPECT_EQ(kills(), 0U);
    EXPECT_LT(swapped.process().frames(), other.process().frames());
  });
  write_at(kLast, 60, 1);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_TRUE(swapped.process().is_killed());
}

TEST_F(OomTest, WhoIsNotToBeKilledIsSpared) {
  make_with_swap(0);
  space->process().ending.killable = false;
  touch_at(at_ns(0), 0, 105);
  rig->run();
  EXPECT_EQ(kills(), 0U);
  EXPECT_EQ(failed(), 5U) << "100 frames, the reserve too";
  EXPECT_EQ(touched.back().residency, Residency::out_of_memory);
}

TEST_F(OomTest, WhatIsPinnedStaysWithAKilledProcess) {
  make_with_swap(0);
  touch_at(at_ns(0), 0, 80);
  pin_at(kLater, 30);
  touch_at(kLast, 80, 20);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_EQ(memory().free_frames(), 70U);
  EXPECT_EQ(space->process().frames(), 30U);
}

TEST_F(OomTest, WhatIsUnpinnedAfterTheKillComesBackThen) {
  make_with_swap(0);
  touch_at(at_ns(0), 0, 80);
  pin_at(kLater, 30);
  touch_at(kLast, 80, 20);
  for (std::uint64_t page = 0; page < 30; ++page) {
    rig->at(kEnd, [this, page] { rig->simulation.start(release(*space, page), "owner"); });
  }
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_EQ(space->process().frames(), 0U);
  EXPECT_EQ(memory().free_frames(), 100U);
}

// A file could be reclaimed, but has no page in memory yet.
TEST_F(OomTest, TheReaderOfAFileMayNeedAFrameOfAnother) {
  make_with_swap(0, {.kind = Backing::file});
  IoPageTable& reading = *space;
  IoPageTable& writing = add_space(1000);
  space = &writing;
  touch_at(at_ns(0), 0, 90);
  turn_to(kLater, reading);
  touch_at(kLater, 0, 5);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_TRUE(writing.process().is_killed());
  EXPECT_EQ(failed(), 0U);
  EXPECT_EQ(memory().free_frames(), 95U);
}

TEST_F(OomTest, FaultsOfTheVictimThatWaitForAFrameLeaveNothingBehind) {
  make_with_swap(0);
  touch_at(at_ns(0), 0, 90, true);
  for (std::uint64_t page = 90; page < 94; ++page) touch_at(kLater, page, 1, true);
  rig->run();
  EXPECT_EQ(kills(), 1U);
  EXPECT_EQ(count(Residency::killed), 4U);
  EXPECT_EQ(space->process().ending.faults, 0U);
  EXPECT_EQ(space->process().frames(), 0U);
  EXPECT_EQ(memory().free_frames(), 100U);
}

// What comes back keeps its place, unless more than half of swap is taken: then it has to be
// written again.
class PlaceOfAPage : public OomTest {
 protected:
  // One of the 120 pages that are written comes back.
  void bring_back(std::uint64_t places) {
    make_with_swap(places);
    write_at(at_ns(0), 0, 120);
    rig->at(kLater, [&] {
      while (space->process().is_resident({page})) ++page;
      EXPECT_TRUE(state(page).has(kSwapped));
      rig->simulation.start(touch(page, 1, false), "toucher");
    });
    rig->run();
    EXPECT_TRUE(space->process().is_resident({page}));
  }
  std::uint64_t page = 0;
};

TEST_F(PlaceOfAPage, IsKeptInSwapThatIsLessThanHalfFull) {
  bring_back(200);
  EXPECT_TRUE(state(page).has(kSwapped));
  EXPECT_FALSE(state(page).has(kDirty));
}

TEST_F(PlaceOfAPage, IsGivenUpInSwapThatIsMoreThanHalfFull) {
  bring_back(60);
  EXPECT_FALSE(state(page).has(kSwapped));
  EXPECT_TRUE(state(page).has(kDirty));
}

}  // namespace
}  // namespace faultpath::models
