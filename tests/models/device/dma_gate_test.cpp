// Operations of a device for which software acts before they begin and after their data have moved.
#include "models/device/dma_gate.hpp"

#include <gmock/gmock.h>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;

// Software that takes a while for each, and writes down when it is called for which page.
class Preparing final : public DmaPolicy {
 public:
  explicit Preparing(sim::Simulation& simulation) : simulation_(simulation) {}
  sim::Task<bool> before(const DmaUse& use) override {
    begun.push_back(simulation_.now());
    uses.push_back(use);
    co_await simulation_.delay(preparing);
    co_return use.first.value != refused;
  }
  sim::Task<> after(const DmaUse& use) override {
    ended.push_back(simulation_.now());
    released.push_back(use.first.value);
    co_await simulation_.delay(cleaning);
  }

  sim::Duration preparing = nanoseconds(3000), cleaning = nanoseconds(2000);
  std::uint64_t refused = ~0ULL;  // page
  std::vector<sim::Time> begun, ended;
  std::vector<DmaUse> uses;
  std::vector<std::uint64_t> released;

 private:
  sim::Simulation& simulation_;
};

class DmaGateTest : public DeviceFixture {
 protected:
  DmaGateTest() {
    policy = &software;
    for (std::uint64_t page = 0; page < 10; ++page) mapped.insert(page);
  }
  void make(const DeviceSpec& spec, const std::vector<Operation>& operations) {
    DeviceFixture::make(spec, operations);
    root->mapped = mapped;
  }
  static constexpr sim::Duration kTransfer = kPage + 2 * kLatency;
  static constexpr sim::Duration kMiss = 2 * kHop;

  Preparing software{rig.simulation};
  std::set<std::uint64_t> mapped;
};

TEST_F(DmaGateTest, TheLatencyOfAnOperationHoldsBothWaits) {
  make(device_spec(), {writes(3)});
  run();
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0)));
  EXPECT_THAT(software.ended, ElementsAre(sim::Time{software.preparing + kMiss + kTransfer}));
  EXPECT_EQ(latencies.dma_latency.max(),
            software.preparing + kMiss + kTransfer + software.cleaning);
  EXPECT_EQ(latencies.before_dma.max(), software.preparing);
  EXPECT_EQ(latencies.after_dma.max(), software.cleaning);
  EXPECT_EQ(finished, sim::Time{latencies.dma_latency.max()});
}

TEST_F(DmaGateTest, SoftwareIsToldEveryPageOfTheOperation) {
  make(device_spec(), {reads(3, 4), writes(8)});
  run();
  ASSERT_EQ(software.uses.size(), 2U);
  EXPECT_EQ(software.uses[0].first.value, 3U);
  EXPECT_EQ(software.uses[0].pages, 4U);
  EXPECT_FALSE(software.uses[0].write);
  EXPECT_TRUE(software.uses[1].write);
  EXPECT_THAT(software.released, ElementsAre(3, 8));
}

// In a closed loop the next operation is issued when software has ended the one before.
TEST_F(DmaGateTest, AnOperationEndsWhenSoftwareHasEndedIt) {
  make(device_spec(), {reads(3), reads(3)});
  run();
  const sim::Duration first = software.preparing + kMiss + kTransfer + software.cleaning;
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0), sim::Time{first}));
  EXPECT_EQ(finished, sim::Time{first + software.preparing + kTransfer + software.cleaning})
      << "the second hits in the ATC";
}

TEST_F(DmaGateTest, OperationsOfADeepQueueArePreparedAtTheSameTime) {
  make(device_spec(3), {reads(1), reads(2), reads(3)});
  run();
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0), at_ns(0), at_ns(0)));
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
}

TEST_F(DmaGateTest, WhatSoftwareRefusesEndsWithoutDataAndWithoutASecondCall) {
  software.refused = 3;
  make(device_spec(), {reads(3), reads(4)});
  run();
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(device->stats().dma_operations, 1U);
  EXPECT_THAT(software.released, ElementsAre(4));
  EXPECT_THAT(translated(), ElementsAre(4));
}

// The operation is prepared once, whatever comes between, and begins when the device is back.
TEST_F(DmaGateTest, AResetWhileSoftwarePreparesOnlyDelaysTheOperation) {
  incidents = {
      {.kind = Incident::Kind::reset, .at = nanoseconds(1000), .duration = nanoseconds(5000)}};
  make(device_spec(), {reads(3)});
  run();
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0)));
  EXPECT_THAT(software.ended, ElementsAre(at_ns(6000) + kMiss + kTransfer));
  EXPECT_EQ(device->stats().dma_operations, 1U);
}

// One that a reset cuts short keeps its pages, and gives them back once.
TEST_F(DmaGateTest, AnOperationThatBeginsAgainIsStillThatOfItsFirstCall) {
  incidents = {
      {.kind = Incident::Kind::reset, .at = nanoseconds(3050), .duration = nanoseconds(100)}};
  make(device_spec(), {reads(3)});
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0)));
  EXPECT_THAT(software.released, ElementsAre(3));
  EXPECT_EQ(device->stats().dma_operations, 1U);
}

TEST_F(DmaGateTest, ARetransmittedOperationPassesOnce) {
  DeviceSpec spec = device_spec();
  spec.on_fault = DropSpec{nanoseconds(5000), 3};
  make(spec, {reads(20)});  // absent, against what software has said
  run();
  EXPECT_EQ(device->stats().timeouts, 1U);
  EXPECT_THAT(software.begun, ElementsAre(at_ns(0)));
  EXPECT_THAT(software.released, ElementsAre(20));
}

TEST_F(DmaGateTest, AnOperationThatFailsIsEndedByItToo) {
  DeviceSpec spec = device_spec();
  spec.on_fault = AbortSpec{};
  make(spec, {reads(20)});
  run();
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_THAT(software.released, ElementsAre(20));
}

// Software that takes no time leaves the times of a device as they are without it.
TEST_F(DmaGateTest, WithoutTimeOfItsOwnItChangesNoLatency) {
  software.preparing = software.cleaning = {};
  make(device_spec(2), {reads(1), reads(2), writes(1), reads(3), reads(4)});
  run();
  const sim::Time with = finished;
  const sim::Duration longest = latencies.dma_latency.max();
  EXPECT_EQ(latencies.before_dma.max(), sim::Duration::zero());
  EXPECT_EQ(latencies.dma_latency.count(), 5U);
  // By hand: each of two at a time misses once; the third hits.
  EXPECT_EQ(longest, kMiss + kTransfer + kPage);
  EXPECT_GT(with, sim::Time{});
}

}  // namespace
}  // namespace faultpath::models
