// Strategies at the moment of a fault: answers, outcomes and limits.
#include "models/strategy/strategy.hpp"

#include <gtest/gtest.h>

#include "models/strategy/lru_locked.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

class StrategyTest : public testing::Test {
 protected:
  void make(const StrategySpec& strategy, const Runs& areas = Runs(0, 100)) {
    RigSpec spec;
    spec.strategy = strategy;
    rig = std::make_unique<HostRig>(spec);
    space = &rig->add_space(areas);
    rig->simulation.start(attach(*rig->strategy), "attach");
  }
  sim::Process attach(MemoryStrategy& strategy) {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await strategy.attach(*space, worker);
    co_await worker.pay();
  }
  // A group of these pages, handled by a worker of its own at `when`.
  void handle_at(sim::Time when, std::vector<std::uint64_t> pages) {
    std::vector<PageFault>& faults = groups.emplace_back();
    for (const std::uint64_t page : pages) faults.push_back(fault_of(page_request(page, 0)));
    rig->at(when, [this, &faults] { rig->simulation.start(handle(faults), "worker"); });
  }
  sim::Process handle(Faults faults) {
    Worker worker(rig->cores);
    co_await worker.enter();
    const sim::Time begun = rig->simulation.now();
    const ResponseCode code = co_await rig->strategy->handle(*space, faults, worker);
    co_await worker.pay();
    codes.push_back(code);
    took.push_back(rig->simulation.now() - begun);
  }
  ServiceStats served() const { return rig->strategy->served(DeviceIndex{}); }

  std::deque<std::vector<PageFault>> groups;
  std::unique_ptr<HostRig> rig;
  IoPageTable* space = nullptr;
  std::vector<ResponseCode> codes;
  std::vector<sim::Duration> took;
};

const StrategySpec kIopf{"iopf", IopfSpec{}};

TEST_F(StrategyTest, APageOutsideOfTheSpaceIsAnsweredInvalid) {
  make(kIopf);
  handle_at(at_ns(0), {100});
  rig->run();
  EXPECT_EQ(codes.at(0), ResponseCode::invalid);
  EXPECT_EQ(served().requests_unserved, 1U);
  EXPECT_EQ(space->mapped_pages(), 0U);
}

TEST_F(StrategyTest, APageInAHoleIsAnsweredInvalid) {
  make(kIopf, Runs({{1, 2}, {50, 1}}));
  handle_at(at_ns(0), {1, 50});
  handle_at(at_ns(10'000), {49});
  rig->run();
  EXPECT_EQ(codes.at(0), ResponseCode::success);
  EXPECT_EQ(codes.at(1), ResponseCode::invalid);
}

TEST_F(StrategyTest, APageInAHoleOfAProcessIsAnsweredInvalid) {
  make({"sva", SvaSpec{}}, Runs({{1, 2}, {50, 1}}));
  handle_at(at_ns(0), {1, 50});
  handle_at(at_ns(10'000), {3});
  rig->run();
  EXPECT_EQ(codes.at(0), ResponseCode::success);
  EXPECT_EQ(codes.at(1), ResponseCode::invalid);
}

// One bad page spoils the answer of its group, although earlier pages are mapped by now.
TEST_F(StrategyTest, AFatalRequestEndsItsGroup) {
  make(kIopf);
  handle_at(at_ns(0), {1, 100, 2});
  rig->run();
  EXPECT_EQ(codes.at(0), ResponseCode::invalid);
  EXPECT_TRUE(space->is_mapped({1}));
  EXPECT_FALSE(space->is_mapped({2}));
  EXPECT_EQ(served().faults_minor, 1U);
  EXPECT_EQ(served().requests_unserved, 1U);
}

TEST_F(StrategyTest, ASecondRequestForAMappedPageIsSpurious) {
  make(kIopf);
  handle_at(at_ns(0), {1});
  handle_at(at_ns(5000), {1});
  rig->run();
  EXPECT_EQ(codes.at(1), ResponseCode::success);
  EXPECT_EQ(served().faults_minor, 1U);
  EXPECT_EQ(served().faults_spurious, 1U);
  EXPECT_EQ(took.at(1), nanoseconds(250));
}

TEST_F(StrategyTest, OfTwoGroupsForOnePageOneMapsItAndTheOtherFindsIt) {
  make(kIopf);
  handle_at(at_ns(0), {1});
  handle_at(at_ns(100), {1});
  rig->run();
  EXPECT_EQ(served().faults_minor, 1U);
  EXPECT_EQ(served().faults_spurious, 1U);
  EXPECT_EQ(space->mapped_pages(), 1U);
  EXPECT_EQ(rig->memory.free_frames() + 1, rig->memory.frames());
}

TEST_F(StrategyTest, PinnedPagesAreOnNoListOfReclaim) {
  make({"iopf_grow", IopfGrowSpec{}});
  handle_at(at_ns(0), {1});
  rig->run();
  const Frame& frame = space->process().frame({1});
  EXPECT_TRUE(frame.pinned());
  EXPECT_FALSE(frame.has(kListed));
}

TEST_F(StrategyTest, ARequestUnderPinIsFatal) {
  make({"pin", PinSpec{}});
  handle_at(at_ns(1'000'000), {1});
  rig->run();
  EXPECT_EQ(codes.at(0), ResponseCode::invalid);
  EXPECT_EQ(served().requests_unserved, 1U);
}

// The oldest page is needed by the group itself, so the next oldest goes.
TEST_F(StrategyTest, EvictionSparesThePagesOfTheGroupThatIsServed) {
  LruLockedSpec lru;
  lru.limit.value = 2 * kPageBytes;
  make({"lru_locked", lru});
  handle_at(at_ns(0), {1});
  handle_at(at_ns(5000), {2});
  handle_at(at_ns(10'000), {1, 3});
  rig->run();
  EXPECT_TRUE(space->is_mapped({1}));
  EXPECT_FALSE(space->is_mapped({2}));
  EXPECT_TRUE(space->is_mapped({3}));
}

TEST_F(StrategyTest, EvictionUnpinsAfterTheDeviceHasAnswered) {
  LruLockedSpec lru;
  lru.limit.value = 2 * kPageBytes;
  make({"lru_locked", lru});
  rig->endpoints[0].invalidation = nanoseconds(50'000);
  handle_at(at_ns(0), {1});
  handle_at(at_ns(5000), {2});
  handle_at(at_ns(10'000), {3});
  bool mapped = true, pinned = false;
  rig->at(at_ns(50'000), [&] {
    mapped = space->is_mapped({1});
    pinned = space->process().frame({1}).pinned();
  });
  rig->run();
  EXPECT_FALSE(mapped);
  EXPECT_TRUE(pinned);
  EXPECT_FALSE(space->process().frame({1}).pinned());
  EXPECT_GE(took.at(2), nanoseconds(50'000));
  EXPECT_EQ(rig->strategy->stats().evictions, 1U);
}

// Devices may keep translations for ever: 100 pages in 64 MiB are never reclaimed.
TEST_F(StrategyTest, ALimitBelowTheSpaceTakesTranslationsAway) {
  const auto invalidates = [&](std::uint64_t pages) {
    LruLockedSpec lru;
    lru.limit.value = pages * kPageBytes;
    const auto strategy = make_strategy({"lru_locked", lru}, rig->context());
    rig->simulation.start(attach(*strategy), "attach");
    return strategy->may_invalidate();
  };
  make(kIopf);
  EXPECT_FALSE(rig->strategy->may_invalidate());
  EXPECT_TRUE(invalidates(99));
  EXPECT_FALSE(invalidates(100));
}

TEST(LockedLimit, IsBytesOrAShareRoundedDownToPages) {
  const auto pages = [](auto value) { return LruLocked::limit_pages({value}, 1000); };
  EXPECT_EQ(pages(std::uint64_t{5 * 4096}), 5U);
  EXPECT_EQ(pages(std::uint64_t{5 * 4096 + 4095}), 5U);
  EXPECT_EQ(pages(0.25), 250U);
  EXPECT_EQ(pages(0.0019), 1U);
  EXPECT_EQ(pages(1.0), 1000U);
}

}  // namespace
}  // namespace faultpath::models
