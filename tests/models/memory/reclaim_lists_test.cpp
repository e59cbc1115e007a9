// What reclaim keeps, by its lists: a working set and a scan, and a loop that is a little too long.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

// Of 100 frames: min 10, low 20, high 40. So 60 to 80 pages are resident while reclaim works.
class PageListsTest : public MemoryFixture {
 protected:
  void make_with(const ListsSpec& lists) {
    make(100, 4, [&](HostSpec& host) { host.reclaim.lists = lists; });
    space = &add_space(20'000);
    touched.clear();
    when = at_ns(0);
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
  sim::Time when{};
};

// The active list holds 20, the inactive one 40 at least: a scan of any length passes the set by.
// One list gives it a second chance, once.
TEST_F(PageListsTest, AWorkingSetThatFitsTheActiveListSurvivesAScan) {
  constexpr std::uint64_t kSet = 20;
  for (const std::uint64_t scan : {1000U, 4000U}) {
    for (const PageLists kind : {PageLists::one, PageLists::two}) {
      make_with({.kind = kind});
      visit(0, kSet);
      use(0, kSet);
      visit(1000, scan);
      rig->run();
      EXPECT_EQ(resident_among(0, kSet), kind == PageLists::two ? kSet : 0U) << scan;
    }
  }
}

// It was used in two rounds of reclaim before the scan.
TEST_F(PageListsTest, OfFourListsItSurvivesOnceItWasUsedTwice) {
  constexpr std::uint64_t kSet = 20;
  for (const unsigned uses : {1U, 2U}) {
    make_with({.kind = PageLists::four});
    visit(0, kSet);
    for (unsigned i = 0; i < uses; ++i) {
      use(0, kSet);
      visit(1000 + 200 * i, i + 1 < uses ? 70 : 2000);
    }
    rig->run();
    EXPECT_EQ(resident_among(0, kSet), uses == 2 ? kSet : 0U);
  }
}

// 30 pages that nobody needs any more are active; 60 in a loop fit into the 80 frames without them,
// but not into the inactive list. By its distance each of them is active when it comes back.
TEST_F(PageListsTest, ALoopThatComesBackInTimeDisplacesWhatIsActive) {
  constexpr std::uint64_t kStale = 30, kLoop = 60;
  for (const bool refaults : {false, true}) {
    make_with({.refaults = refaults});
    visit(0, kStale);
    use(0, kStale);
    visit(1000, 200);
    for (unsigned round = 0; round < 8; ++round) visit(5000, kLoop);
    rig->at(when, [this] { touched.clear(); });
    visit(5000, kLoop);
    rig->run();
    EXPECT_EQ(count(Residency::major), refaults ? 0U : kLoop);
    EXPECT_EQ(resident_among(0, kStale), refaults ? 0U : kStale);
    const WorkingsetStats& seen = memory().workingset_stats();
    EXPECT_EQ(seen.workingset_refaults > 0, refaults);
    EXPECT_GE(seen.workingset_activations, refaults ? kLoop : 0U);
  }
}

// Nobody could have kept it: more pages have come in between than memory holds.
TEST_F(PageListsTest, APageThatComesBackLateIsNotActive) {
  make_with({.refaults = true});
  visit(0, 1);
  visit(1000, 500);
  visit(0, 1);
  rig->run();
  EXPECT_EQ(memory().workingset_stats().workingset_refaults, 1U);
  EXPECT_EQ(memory().workingset_stats().workingset_activations, 0U);
  EXPECT_FALSE(frame(0).has(kActive));
}

// A file is read once, beside anonymous memory that is not used either. Swappiness says whose pages
// go.
TEST_F(PageListsTest, SwappinessOfZeroTakesFilesOnly) {
  for (const std::uint32_t swappiness : {0U, 200U}) {
    make_with({.kind = PageLists::four, .swappiness = swappiness});
    IoPageTable& anonymous = *space;
    IoPageTable& file = add_space(1000, {.kind = Backing::file});
    visit(0, 30);
    rig->at(when, [&] { space = &file; });
    visit(0, 51);  // with the 81st frame the background thread starts
    rig->run();
    space = &anonymous;
    EXPECT_EQ(resident_among(0, 30), swappiness == 0 ? 30U : 0U);
  }
}

}  // namespace
}  // namespace faultpath::models
