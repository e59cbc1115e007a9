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
  void fault(std::size_t space, std::uint64_t page) {
    const PageFault& fault = faults.emplace_back(fault_of(page_request(page, 0)));
    rig->simulation.start(handle(*rig->tables[space], fault), "worker");
    rig->run();
  }
  sim::Process handle(IoPageTable& table, const PageFault& fault) {
    Worker worker(rig->cores);
    co_await worker.enter();
    codes.push_back(co_await rig->strategy->handle(table, {&fault, 1}, worker));
    co_await worker.pay();
  }
  std::uint64_t mapped(std::size_t space) const { return rig->tables[space]->mapped_pages(); }
  std::int64_t locked_pages() const { return rig->mapping.stats().locked_bytes.value() / 4096; }
  std::int64_t most_locked() const { return rig->mapping.stats().locked_bytes.max() / 4096; }

  std::deque<PageFault> faults;
  std::unique_ptr<HostRig> rig;
  std::vector<ResponseCode> codes;
};

const StrategySpec kGrow4{"iopf_grow", IopfGrowSpec{.premap = 4}};

// Of the second fault's four pages two fit: Success, as at least one is mapped. Then none does.
TEST_F(MemlockTest, Type1MapsThePagesThatFitAndStopsWithinARun) {
  make(MappingEngine::type1, kGrow4);
  fault(0, 0);
  fault(0, 10);
  fault(0, 20);
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
  EXPECT_EQ(codes, (std::vector{ResponseCode::success, ResponseCode::invalid}));
  EXPECT_EQ(mapped(0), 4U);
  EXPECT_EQ(most_locked(), 8) << "the peak is above the limit";
  EXPECT_EQ(locked_pages(), 4);
  EXPECT_EQ(rig->strategy->stats().pins_refused, 1U);
  EXPECT_FALSE(rig->tables[0]->process().frame({10}).pinned());
  EXPECT_TRUE(rig->tables[0]->process().frame({10}).has(kListed)) << "reclaim may take it again";
}

TEST_F(MemlockTest, Type1GivesEachProcessTheLimitAndIommufdAllOfAUserTogether) {
  for (const auto& [engine, second] : {std::pair{MappingEngine::type1, ResponseCode::success},
                                       {MappingEngine::iommufd, ResponseCode::invalid}}) {
    codes.clear();
    make(engine, kGrow4);
    fault(0, 0);
    fault(1, 0);
    EXPECT_EQ(codes, (std::vector{ResponseCode::success, second}));
  }
}

TEST_F(MemlockTest, AStrategyThatPinsNothingIsNotRefused) {
  for (const MappingEngine engine : {MappingEngine::type1, MappingEngine::iommufd}) {
    codes.clear();
    make(engine, {"iopf", IopfSpec{.premap = 50}});
    fault(0, 0);
    EXPECT_EQ(codes, (std::vector{ResponseCode::success}));
    EXPECT_EQ(mapped(0), 50U);
    EXPECT_EQ(locked_pages(), 0);
  }
}

// Room under the strategy's own limit is given back with the pages.
TEST_F(MemlockTest, WhatIsUndoneIsNotChargedToTheLimitOfLruLocked) {
  LruLockedSpec lru{.limit = {8 * kPageBytes}};
  lru.premap = 4;
  make(MappingEngine::iommufd, {"lru_locked", lru});
  fault(0, 0);
  for (std::uint64_t page = 10; page < 60; page += 10) fault(0, page);
  EXPECT_EQ(rig->strategy->stats().pins_refused, 5U);
  EXPECT_EQ(rig->strategy->stats().evictions, 0U);
  EXPECT_EQ(mapped(0), 4U);
}

// Each fault pays the section, and waits for a writer with its pages there.
TEST_F(MemlockTest, Type1CountsARunUnderTheMmapLockForWriting) {
  RigSpec spec;
  spec.strategy = kGrow4;
  spec.host.mapping.pinning.section = sim::microseconds(2);
  for (const auto& [engine, section] : {std::pair{MappingEngine::type1, sim::microseconds(2)},
                                        {MappingEngine::iommufd, sim::Duration{}}}) {
    spec.host.mapping.engine = engine;
    rig = std::make_unique<HostRig>(spec);
    rig->add_space(100);
    fault(0, 0);
    const MapCostSpec costs;
    const sim::Duration pages = 4 * (sim::nanoseconds(750) + costs.map_4k + costs.pin);
    EXPECT_EQ(rig->simulation.now() - sim::Time{}, pages + section);
  }
}

}  // namespace
}  // namespace faultpath::models
