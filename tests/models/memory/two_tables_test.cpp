// Two I/O page tables over the memory of one process: what reclaim takes, and what pins hold.
#include "tests/models/memory/memory_fixture.hpp"

namespace faultpath::models {
namespace {

// Of 100 frames: min 10, low 20, high 40. Pages are touched for the first table.
class TwoTablesTest : public MemoryFixture {
 protected:
  void SetUp() override {
    make(100);
    space = &add_space(1000);
    second = &add_table(*space);
  }
  ProcessMemory& process() { return space->process(); }
  void pin(IoPageTable& table, std::uint64_t page) {
    memory().unlist(process(), {page});
    rig->mapping.pin(table, {page});
  }

  IoPageTable* second = nullptr;
};

TEST_F(TwoTablesTest, AReclaimedPageLeavesBothAndTheCachesOfBoth) {
  touch_at(at_ns(0), 0, 80, true);
  rig->at(at_ns(100'000), [this] { rig->mapping.map(*second, {0}); });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_FALSE(process().is_resident({0}));
  EXPECT_FALSE(space->is_mapped({0}));
  EXPECT_FALSE(second->is_mapped({0}));
  EXPECT_EQ(rig->endpoints[0].invalidations.at(0).message.first, IovaPage{0});
  ASSERT_EQ(rig->endpoints[1].invalidations.size(), 1U);
  EXPECT_EQ(rig->endpoints[1].invalidations[0].message.first, IovaPage{0});
}

// 21 frames are missing to the high watermark; a page in two tables is one page.
TEST_F(TwoTablesTest, AnEvictionIsOfAPageHoweverManyTablesHadIt) {
  touch_at(at_ns(0), 0, 80, true);
  rig->at(at_ns(100'000), [this] {
    for (std::uint64_t page = 0; page < 80; ++page) rig->mapping.map(*second, {page});
  });
  touch_at(at_ns(200'000), 80);
  rig->run();
  const std::uint64_t evictions = memory().stats().evictions;
  EXPECT_GE(evictions, 21U);
  EXPECT_EQ(rig->mapping.stats().pages_unmapped, 2 * evictions);
  EXPECT_EQ(space->mapped_pages(), 80 - evictions);
  EXPECT_EQ(second->mapped_pages(), 80 - evictions);
}

TEST_F(TwoTablesTest, WhatOneHasPinnedIsNotReclaimedFromTheOther) {
  touch_at(at_ns(0), 0, 80, true);
  rig->at(at_ns(100'000), [this] { pin(*second, 0); });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_TRUE(process().is_resident({0}));
  EXPECT_TRUE(space->is_mapped({0}));
  EXPECT_FALSE(process().is_resident({1}));
}

// VFIO type1 charges each container.
TEST_F(TwoTablesTest, APageThatBothPinIsChargedToEach) {
  touch_at(at_ns(0), 0, 2);
  rig->run();
  for (IoPageTable* const table : {space, second}) pin(*table, 0);
  pin(*second, 1);
  EXPECT_EQ(rig->mapping.stats().locked_bytes.value(), std::int64_t{3 * kPageBytes});
  EXPECT_EQ(resident(), 2U);
  EXPECT_EQ(frame(0).pins, 2U);
  rig->mapping.unpin(*space, {0});
  EXPECT_TRUE(frame(0).pinned());
  rig->mapping.unpin(*second, {0});
  EXPECT_FALSE(frame(0).pinned());
  EXPECT_EQ(rig->mapping.stats().locked_bytes.value(), std::int64_t{kPageBytes});
}

TEST_F(TwoTablesTest, APageThatTheOtherPinsStaysOffTheListsWhenItIsReleased) {
  touch_at(at_ns(0), 0);
  rig->at(at_ns(10'000), [this] {
    for (IoPageTable* const table : {space, second}) pin(*table, 0);
    rig->simulation.start(release(*space, 0), "releaser");
  });
  rig->at(at_ns(20'000), [this] {
    EXPECT_FALSE(frame(0).has(kListed));
    rig->simulation.start(release(*second, 0), "releaser");
  });
  rig->run();
  EXPECT_TRUE(frame(0).has(kListed));
}

// The accessed bit of either gives a page its second chance.
TEST_F(TwoTablesTest, AUseThroughOneOfThemKeepsThePage) {
  second->tracks_use = true;
  touch_at(at_ns(0), 0, 80, true);
  rig->at(at_ns(100'000), [this] {
    rig->mapping.map(*second, {0});
    second->walk({0}, false);
  });
  touch_at(at_ns(200'000), 80);
  rig->run();
  EXPECT_TRUE(process().is_resident({0}));
  EXPECT_FALSE(second->entry({0}).has(kUsed));
  EXPECT_FALSE(process().is_resident({1}));
}

}  // namespace
}  // namespace faultpath::models
