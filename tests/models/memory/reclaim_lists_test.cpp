// What reclaim keeps, by its lists: a working set and a scan, and a loop that is a little too long.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

// Of 400 frames: min 40, low 80, high 160. Some 240 to 320 pages are resident while reclaim works;
// two threads that reclaim at once take 64 more at most.
class PageListsTest : public MemoryFixture {
 protected:
  void make_with(const ListsSpec& lists) {
    make(400, 4, [&](HostSpec& host) { host.reclaim.lists = lists; });
    space = &add_space(20'000);
  }
  static constexpr sim::Duration kPause = sim::milliseconds(40);  // all is swapped out by then

  /// Touches the pages one after the other, each dirty, so that it has a copy in swap.
  void visit(std::uint64_t first, std::uint64_t pages) {
    touch_at(when, first, pages);
    when += kPause;
    rig->at(when, [=, this] {
      for (std::uint64_t page = first; page < first + pages; ++page) {
        if (space->process().is_resident({page})) state(page).set(kDirty);
      }
    });
  }
  /// Since reclaim looked last.
  void use(std::uint64_t first, std::uint64_t pages) {
    rig->at(when, [=, this] {
      for (std::uint64_t page = first; page < first + pages; ++page) state(page).set(kAccessed);
    });
  }
  std::uint64_t resident_among(std::uint64_t first, std::uint64_t pages) {
    std::uint64_t sum = 0;
    for (std::uint64_t page = first; page < first + pages; ++page) {
      sum += space->process().is_resident({page});
    }
    return sum;
  }
  /// A set of pages is used in so many rounds of reclaim, then 4000 others come once; how many of
  /// the set are left.
  std::uint64_t survivors(PageLists kind, unsigned uses) {
    make_with({.kind = kind});
    visit(0, kSet);
    for (unsigned i = 0; i < uses; ++i) {
      use(0, kSet);
      visit(1000 + 1000 * i, i + 1 < uses ? 400 : 4000);
    }
    rig->run();
    return resident_among(0, kSet);
  }
  /// Pages that nobody needs any more are active. 300 others come round and round: they fit into
  /// the 320 frames without them, but never into the inactive list. Faults of the last round.
  std::uint64_t faults_of_a_loop(bool refaults) {
    make_with({.refaults = refaults});
    visit(0, kSet);
    use(0, kSet);
    visit(1000, 800);
    for (unsigned round = 0; round < 12; ++round) visit(5000, kLoop);
    rig->at(when, [this] { touched.clear(); });
    visit(5000, kLoop);
    rig->run();
    return count(Residency::major);
  }
  /// Of 80 anonymous pages, beside 241 of a file: 81 go at least.
  std::uint64_t anonymous_pages_left(std::uint32_t swappiness) {
    make_with({.kind = PageLists::four, .swappiness = swappiness});
    IoPageTable& anonymous = *space;
    IoPageTable& file = add_space(1000, {.kind = Backing::file});
    visit(0, 80);
    rig->at(when, [&] { space = &file; });
    visit(0, 241);  // with the 321st frame the background thread starts
    rig->run();
    space = &anonymous;
    return resident_among(0, 80);
  }
  static constexpr std::uint64_t kSet = 40, kLoop = 300;
  sim::Time when{};
};

// The active list holds 40, and the inactive one always more: a scan of any length passes by.
TEST_F(PageListsTest, AWorkingSetThatFitsTheActiveListSurvivesAScan) {
  EXPECT_EQ(survivors(PageLists::two, 1), kSet);
}

// It has a second chance, once.
TEST_F(PageListsTest, OfOneListAScanTakesIt) { EXPECT_EQ(survivors(PageLists::one, 1), 0U); }

TEST_F(PageListsTest, OfFourListsItSurvivesOnceItWasUsedTwice) {
  EXPECT_EQ(survivors(PageLists::four, 2), kSet);
}

TEST_F(PageListsTest, OfFourListsOneUseIsNotEnough) {
  EXPECT_EQ(survivors(PageLists::four, 1), 0U);
}

// By its distance each page of the loop is active when it comes back.
TEST_F(PageListsTest, ALoopThatComesBackInTimeDisplacesWhatIsActive) {
  EXPECT_EQ(faults_of_a_loop(true), 0U);
  EXPECT_EQ(resident_among(5000, kLoop), kLoop);
  EXPECT_GE(memory().workingset_stats().workingset_activations, 1U);
}

TEST_F(PageListsTest, WithoutDistancesItFaultsForEver) {
  EXPECT_GT(faults_of_a_loop(false), kLoop / 2);
  EXPECT_EQ(resident_among(0, kSet), kSet) << "which nobody needs";
  EXPECT_EQ(memory().workingset_stats().workingset_refaults, 0U);
}

// Nobody could have kept it: more pages have come in between than memory holds.
TEST_F(PageListsTest, APageThatComesBackLateIsNotActive) {
  make_with({.refaults = true});
  visit(0, 1);
  visit(1000, 2000);
  visit(0, 1);
  rig->run();
  EXPECT_EQ(memory().workingset_stats().workingset_refaults, 1U);
  EXPECT_EQ(memory().workingset_stats().workingset_activations, 0U);
  EXPECT_FALSE(frame(0).has(kActive));
}

TEST_F(PageListsTest, SwappinessOfZeroTakesFilesOnly) { EXPECT_EQ(anonymous_pages_left(0), 80U); }

TEST_F(PageListsTest, SwappinessOfTwoHundredTakesAnonymousPagesFirst) {
  EXPECT_EQ(anonymous_pages_left(200), 0U);
}

}  // namespace
}  // namespace faultpath::models
