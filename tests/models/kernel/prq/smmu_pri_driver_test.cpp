// The driver of the SMMUv3 PRI queue: entry by entry, arrivals meanwhile included, one recovery.
#include "models/kernel/prq/smmu_pri_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/prq/driver_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SmmuPriDriverTest : public testing::Test {
 protected:
  DriverRig<SmmuPriQueue> rig{IommuKind::smmu_pri};
};

sim::Process drain(DrainProcedure& procedure, sim::Simulation& simulation, sim::Time& drained) {
  const Originator who{DeviceIndex{0}};
  co_await procedure.drain(who);
  drained = simulation.now();
}

// Its entry is free already, and the core does not know of it yet.
TEST_F(SmmuPriDriverTest, ADrainWaitsForTheRequestThatTheThreadHasInHand) {
  sim::Time drained{};
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.at(sim::Time{kToThread} + nanoseconds(100), [&] {
    rig.simulation.start(drain(rig.kernel.drains(), rig.simulation, drained), "drain");
  });
  rig.run();
  ASSERT_THAT(rig.endpoints[0].responses, SizeIs(1));
  EXPECT_GT(drained, rig.endpoints[0].responses[0].at);
}

// Another device sends a request as soon as one has been taken, so that the run does not end for
// 100 us; the drain looks after each batch of four.
TEST_F(SmmuPriDriverTest, ADrainIsNotHeldUpByOthersThatKeepTheThreadBusy) {
  sim::Time drained{};
  rig.arrive_at(at_ns(0), page_request(1, 1));
  for (std::uint16_t i = 0; i < 500; ++i) {
    PageRequest other = page_request(2, i);
    other.device = DeviceIndex{1};
    rig.arrive_at(sim::Time{kToThread} + i * kEach, other);
  }
  rig.at(at_ns(100), [&] {
    rig.simulation.start(drain(rig.kernel.drains(), rig.simulation, drained), "drain");
  });
  rig.run();
  EXPECT_THAT(rig.strategy.handled, SizeIs(501));
  EXPECT_GT(drained, rig.endpoints[0].responses.at(0).at);
  EXPECT_LT(drained, at_ns(20'000));
}

// LWR = 100b with SSV = 0 is no stop marker but a request like others.
TEST_F(SmmuPriDriverTest, WhatLooksLikeAStopMarkerWithoutPasidIsServed) {
  PageRequest request = stop_marker();
  request.pasid.reset();
  rig.arrive_at(at_ns(0), request);
  rig.run();
  EXPECT_THAT(rig.strategy.handled, SizeIs(1));
  EXPECT_THAT(rig.endpoints[0].responses, SizeIs(1));
}

// Freed one by one, a queue of N takes N + 1 requests of which one comes when the first is taken.
TEST_F(SmmuPriDriverTest, ASlotFreedDuringTheRunTakesAnotherRequest) {
  rig.arrive_at(at_ns(0), 0, 3);
  rig.arrive_at(sim::Time{kToThread} + picoseconds(1), page_request(4, 4));
  rig.run();
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 0U);
  EXPECT_THAT(rig.strategy.handled, SizeIs(5));
}

// OVACKFLG is written when the queue is empty: until then even the space that is free takes
// nothing.
TEST_F(SmmuPriDriverTest, AnOverflowIsAcknowledgedWhenTheQueueIsEmpty) {
  rig.arrive_at(at_ns(0), 0, 4);
  const sim::Time end = sim::Time{kToThread} + 4 * kEach;
  rig.sample_at(end - picoseconds(1));
  rig.arrive_at(end - picoseconds(1), page_request(9, 9));  // lost though there is space
  rig.sample_at(end + picoseconds(1));
  rig.run();
  EXPECT_THAT(rig.occupied, ElementsAre(0, 0));
  EXPECT_THAT(rig.overflow, ElementsAre(true, false));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).auto_responses, 2U);
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 1U);
}

// Partials of every device go, silently; complete groups do not.
TEST_F(SmmuPriDriverTest, RecoveryDiscardsThePartialGroupsOfAllDevices) {
  PageRequest other = page_request(7, 1, false);
  other.device = DeviceIndex{1};
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(0), other);
  rig.arrive_at(at_ns(0), 2, 3);
  rig.arrive_at(at_ns(0), page_request(4, 1));  // lost, answered by the queue
  rig.run();
  for (const std::uint32_t device : {0U, 1U}) {
    EXPECT_EQ(rig.core.stats(DeviceIndex{device}).requests_discarded, 1U);
    EXPECT_EQ(rig.core.stats(DeviceIndex{device}).partial_groups_discarded, 1U);
  }
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(2), ElementsAre(3)));
  EXPECT_THAT(rig.endpoints[0].responses, SizeIs(3));
  EXPECT_THAT(rig.endpoints[1].responses, IsEmpty());
}

// Point 6: the rest of the discarded group comes later; its last request alone makes the group.
TEST_F(SmmuPriDriverTest, AnIndexUsedAgainAfterTheRecoveryFormsAGroupOfItsOwn) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(0), 2, 4);
  rig.arrive_at(at_ns(0), page_request(5, 1));  // lost
  rig.arrive_at(at_ns(100'000), page_request(6, 1));
  rig.run();
  EXPECT_THAT(rig.groups(),
              ElementsAre(ElementsAre(2), ElementsAre(3), ElementsAre(4), ElementsAre(6)));
}

TEST_F(SmmuPriDriverTest, WithoutOverflowPartialGroupsStay) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(50'000), page_request(2, 1));
  rig.run();
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(1, 2)));
}

}  // namespace
}  // namespace faultpath::models
