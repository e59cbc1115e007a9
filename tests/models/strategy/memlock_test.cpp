// Faults whose pages RLIMIT_MEMLOCK has no room for.
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kLimit = 6;

class MemlockTest : public testing::Test {
 protected:
  void make(MappingEngine engine, const StrategySpec& strategy) {
    RigSpec spec;
    spec.strategy = strategy;
    spec.host.mapping.engine = engine;
    spec.host.mapping.memlock = kLimit * kPageBytes;
    rig = std::make_unique<HostRig>(spec);
    for (int i = 0; i < 2; ++i) rig->add_space(100);
  }
  // Behind all faults before it.
  void fault(std::size_t space, std::uint64_t page) {
    const PageFault& fault = faults.emplace_back(fault_of(page_request(page, 0)));
    const auto number = static_cast<std::int64_t>(faults.size());
    rig->at(at_ns(100'000 * number), [this, space, &fault] {
      rig->simulation.start(handle(*rig->tables[space], fault), "worker");
    });
  }
  sim::Process handle(IoPageTable& table, const PageFault& fault) {
    Worker worker(rig->cores);
    co_await worker.enter();
    const sim::Time begun = rig->simulation.now();
    codes.push_back(co_await rig->strategy->handle(table, {&fault, 1}, worker));
    co_await worker.pay();
    took = rig->simulation.now() - begun;
  }
  std::uint64_t mapped(std::size_t space) const { return rig->tables[space]->mapped_pages(); }
  std::int64_t locked_pages() const { return rig->mapping.stats().locked_bytes.value() / 4096; }
  std::int64_t most_locked() const { return rig->mapping.stats().locked_bytes.max() / 4096; }

  std::deque<PageFault> faults;
  std::unique_ptr<HostRig> rig;
  std::vector<ResponseCode> codes;
  sim::Duration took{};
};

const StrategySpec kGrow4{"iopf_grow", IopfGrowSpec{.premap = 4}};

// Of the second fault's four pages two fit: Success, as at least one is mapped. Then none does.
TEST_F(MemlockTest, Type1MapsThePagesThatFitAndStopsWithinARun) {
  make(MappingEngine::type1, kGrow4);
  for (const std::uint64_t page : {0U, 10U, 20U}) fault(0, page);
  rig->run();
  EXPECT_EQ(codes,
            (std::vector{ResponseCode::success, ResponseCode::success, ResponseCode::invalid}));
  EXPECT_EQ(mapped(0), kLimit);
  EXPECT_EQ(most_locked(), static_cast<std::int64_t>(kLimit));
  EXPECT_EQ(rig->strategy->stats().pins_refused, 2U);
}

TEST_F(MemlockTest, IommufdPinsAllOfARunBeforeItUndoesIt) {
  make(MappingEngine::iommufd, kGrow4);
  fault(0, 0);
  fault(0, 10);
  rig->run();
  EXPECT_EQ(codes, (std::vector{ResponseCode::success, ResponseCode::invalid}));
  EXPECT_EQ(mapped(0), 4U);
  EXPECT_EQ(most_locked(), 8) << "the peak is above the limit";
  EXPECT_EQ(locked_pages(), 4);
  EXPECT_EQ(rig->strategy->stats().pins_refused, 1U);
  const Frame& frame = rig->tables[0]->process().frame({10});
  EXPECT_FALSE(frame.pinned());
  EXPECT_TRUE(frame.has(kListed)) << "reclaim may take it again";
}

TEST_F(MemlockTest, Type1GivesEachProcessTheWholeLimit) {
  make(MappingEngine::type1, kGrow4);
  fault(0, 0);
  fault(1, 0);
  rig->run();
  EXPECT_EQ(codes, (std::vector{ResponseCode::success, ResponseCode::success}));
}

TEST_F(MemlockTest, IommufdGivesTheLimitToAllProcessesOfAUserTogether) {
  make(MappingEngine::iommufd, kGrow4);
  fault(0, 0);
  fault(1, 0);
  rig->run();
  EXPECT_EQ(codes, (std::vector{ResponseCode::success, ResponseCode::invalid}));
  EXPECT_EQ(mapped(1), 0U);
}

TEST_F(MemlockTest, AStrategyThatPinsNothingIsNotRefused) {
  make(MappingEngine::iommufd, {"iopf", IopfSpec{.premap = 50}});
  fault(0, 0);
  rig->run();
  EXPECT_EQ(codes, (std::vector{ResponseCode::success}));
  EXPECT_EQ(mapped(0), 50U);
  EXPECT_EQ(locked_pages(), 0);
}

// Room under the strategy's own limit is given back with the pages.
TEST_F(MemlockTest, WhatIsUndoneIsNotChargedToTheLimitOfLruLocked) {
  LruLockedSpec lru{.limit = {8 * kPageBytes}};
  lru.premap = 4;
  make(MappingEngine::iommufd, {"lru_locked", lru});
  const auto attach = [&]() -> sim::Process {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await rig->strategy->attach(*rig->tables[0], worker);
  };
  rig->simulation.start(attach(), "attach");
  for (std::uint64_t page = 0; page < 60; page += 10) fault(0, page);
  rig->run();
  EXPECT_EQ(rig->strategy->stats().pins_refused, 5U);
  EXPECT_EQ(rig->strategy->stats().evictions, 0U);
  EXPECT_EQ(mapped(0), 4U);
}

// Four pages, then the section.
class MemlockSectionTest : public MemlockTest {
 protected:
  void expect_section(MappingEngine engine, sim::Duration section) {
    RigSpec spec;
    spec.strategy = kGrow4;
    spec.host.mapping.engine = engine;
    spec.host.mapping.pinning.section = sim::microseconds(2);
    rig = std::make_unique<HostRig>(spec);
    rig->add_space(100);
    fault(0, 0);
    rig->run();
    const MapCostSpec costs;
    EXPECT_EQ(took, 4 * (sim::nanoseconds(750) + costs.map_4k + costs.pin) + section);
  }
};

TEST_F(MemlockSectionTest, Type1CountsARunUnderTheMmapLockForWriting) {
  expect_section(MappingEngine::type1, sim::microseconds(2));
}

TEST_F(MemlockSectionTest, IommufdCountsWithoutALock) {
  expect_section(MappingEngine::iommufd, {});
}

}  // namespace
}  // namespace faultpath::models
