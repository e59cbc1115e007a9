// Resets in mid-fault, and contexts that end.
#include <gmock/gmock.h>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::SizeIs;

class DeviceIncidents : public DeviceFixture {
 protected:
  void reset_at(sim::Duration at, sim::Duration duration) {
    incidents.push_back(
        {.kind = Incident::Kind::reset, .at = at, .interface = true, .duration = duration});
  }
  void stop_at(sim::Duration at, std::uint32_t context, bool marker) {
    incidents.push_back(
        {.kind = Incident::Kind::stop, .at = at, .context = context, .marker = marker});
  }
  static constexpr sim::Duration kTransfer = kPage + 2 * kLatency;
};

// VT-d 7.9. The page request is on its way when the reset comes; its answer matches nothing.
TEST_F(DeviceIncidents, AResetForgetsItsPageRequestsAndDiscardsTheirAnswers) {
  reset_at(nanoseconds(500), nanoseconds(100));
  make(device_spec(), {reads(3)});
  run();
  EXPECT_EQ(device->stats().stale_responses, 1U);
  EXPECT_EQ(device->page_requests().credits(), device->page_requests().allocation());
  EXPECT_EQ(device->page_requests().outstanding_groups(), 0U);
  EXPECT_EQ(metrics.outstanding_requests.value(), 0);
  EXPECT_EQ(latencies.fault_latency.count(), 0U) << "the fault has not been resolved for it";
}

// Software uses the function again when the old answer has come: 4 hops and the service; then the
// page is there.
TEST_F(DeviceIncidents, AnOperationInFlightIsIssuedAgainWhenTheFunctionIsInServiceAgain) {
  reset_at(nanoseconds(500), nanoseconds(100));
  make(device_spec(), {reads(3)});
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_EQ(latencies.dma_latency.count(), 1U);
  EXPECT_EQ(latencies.dma_latency.max(), 4 * kHop + root->service + 2 * kHop + kTransfer);
  EXPECT_EQ(device->stats().dma_operations, 1U);
}

TEST_F(DeviceIncidents, AResetTakesItsTime) {
  reset_at(nanoseconds(500), nanoseconds(50'000));
  make(device_spec(), {reads(3)});
  run();
  EXPECT_EQ(latencies.dma_latency.max(), nanoseconds(500 + 50'000) + 2 * kHop + kTransfer);
}

TEST_F(DeviceIncidents, WhatIsTranslatedBeforeAResetIsAskedForAgain) {
  reset_at(nanoseconds(450), nanoseconds(100));  // the second access has hit by then
  make(device_spec(), {reads(3), reads(3), reads(3), reads(3)});
  root->mapped = {3};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_EQ(latencies.dma_latency.count(), 4U);
}

// A completion that comes after the reset serves nobody.
TEST_F(DeviceIncidents, ATranslationOnItsWayIsNotUsedAfterAReset) {
  reset_at(nanoseconds(150), nanoseconds(10));
  make(device_spec(), {reads(3)});
  root->mapped = {3};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_EQ(device->stats().dma_dropped, 0U);
}

// The first operation fails with the interface; the second comes when it works again.
TEST_F(DeviceIncidents, AResetRevivesAnInterfaceThatHasFailed) {
  reset_at(nanoseconds(1450), nanoseconds(100));  // the answer arrives at 1400 ns
  make(device_spec(), {reads(3), reads(4)});
  root->code = ResponseCode::failure;
  rig.at(at_ns(1420), [this] { root->code = ResponseCode::success; });
  run();
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 1U);
  EXPECT_FALSE(device->page_requests().failed());
}

// Software that takes `time` to drain, and writes down for whom it does.
class Software final : public DeviceServices {
 public:
  explicit Software(sim::Simulation& simulation) : simulation_(simulation) {}
  sim::Task<> quiesce(Originator who) override {
    begun.push_back(simulation_.now());
    pasids.push_back(who.pasid);
    co_await simulation_.delay(time);
  }
  sim::Task<> copy_out(std::uint64_t, double) override { co_return; }
  sim::Task<ResponseCode> page_in(const PageEvent&) override { co_return ResponseCode::invalid; }

  sim::Duration time = nanoseconds(700);
  std::vector<sim::Time> begun;
  std::vector<std::optional<Pasid>> pasids;

 private:
  sim::Simulation& simulation_;
};

// VT-d 7.9: software drains after the reset and before the function is used again.
TEST_F(DeviceIncidents, SoftwareDrainsBeforeTheFunctionIsInServiceAgain) {
  Software draining(rig.simulation);
  services = &draining;
  reset_at(nanoseconds(500), nanoseconds(2000));
  make(device_spec(), {reads(3)});
  run();
  EXPECT_THAT(draining.begun, ElementsAre(at_ns(2500)));
  EXPECT_THAT(draining.pasids, ElementsAre(std::nullopt));
  EXPECT_EQ(latencies.dma_latency.max(), nanoseconds(2500 + 700) + 2 * kHop + kTransfer);
}

// A group that is never answered keeps its credits and its index until a reset has been drained.
TEST_F(DeviceIncidents, AResetFreesWhatNobodyAnswers) {
  Software draining(rig.simulation);
  services = &draining;
  reset_at(nanoseconds(500), nanoseconds(100));
  make(device_spec(), {reads(3)});
  root->answers = false;
  rig.at(at_ns(600), [this] { root->answers = true; });
  run();
  EXPECT_EQ(latencies.dma_latency.count(), 1U);
  EXPECT_EQ(device->page_requests().outstanding_groups(), 0U);
  EXPECT_EQ(device->page_requests().credits(), device->page_requests().allocation());
}

// PCIe 10.4.1.2: a device that has done all its work stops its PASIDs, and software drains each.
TEST_F(DeviceIncidents, AtTheEndOfItsWorkEveryPasidStopsWithItsMarker) {
  Software draining(rig.simulation);
  services = &draining;
  pasids = true;
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  spec.stop_at_end = StopAtEnd::marker;
  make(spec, {reads(3), reads(4)});
  run();
  ASSERT_THAT(root->requests, SizeIs(4));
  const sim::Time done{4 * kHop + root->service + 2 * kHop + kTransfer + kPage};
  for (const std::uint32_t context : {0U, 1U}) {
    const auto& [at, marker] = root->requests[2 + context];
    EXPECT_TRUE(marker.stop_marker());
    EXPECT_EQ(marker.pasid, Pasid{1 + context});
    EXPECT_EQ(at, done + context * draining.time + kHop);
  }
  EXPECT_THAT(draining.pasids, ElementsAre(Pasid{1}, Pasid{2}));
  EXPECT_EQ(finished, done + 2 * draining.time);
  EXPECT_EQ(device->stats().dma_dropped, 0U);
}

TEST_F(DeviceIncidents, AtTheEndOfItsWorkPasidsMayStopWithoutMarkers) {
  Software draining(rig.simulation);
  services = &draining;
  pasids = true;
  DeviceSpec spec = device_spec();
  spec.stop_at_end = StopAtEnd::answers;
  make(spec, {reads(3)});
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_THAT(draining.pasids, ElementsAre(Pasid{1}));
}

// A context that stops in mid-run is drained while others go on; the device waits for it.
TEST_F(DeviceIncidents, SoftwareDrainsAContextThatHasStopped) {
  Software draining(rig.simulation);
  draining.time = sim::microseconds(50);
  services = &draining;
  pasids = true;
  stop_at(nanoseconds(300), 1, true);
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  make(spec, {reads(3), reads(4), reads(5), reads(6)});
  run();
  EXPECT_THAT(draining.begun, ElementsAre(at_ns(300)));
  EXPECT_THAT(draining.pasids, ElementsAre(Pasid{2}));
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
  EXPECT_EQ(finished, at_ns(50'300));
}

// With marker: at once, and the marker is behind the page requests (PCIe 10.4.1.2).
TEST_F(DeviceIncidents, AStopMarkerFollowsThePageRequestsAndTakesNoCredit) {
  pasids = true;
  stop_at(nanoseconds(300), 0, true);
  make(device_spec(), {reads(3), reads(4)});
  run();
  ASSERT_THAT(root->requests, SizeIs(2));
  EXPECT_FALSE(root->requests[0].message.stop_marker());
  const PageRequest& marker = root->requests[1].message;
  EXPECT_TRUE(marker.stop_marker());
  EXPECT_EQ(marker.pasid, Pasid{1});
  EXPECT_EQ(device->stats().page_requests, 1U) << "a marker is none";
  EXPECT_EQ(device->stats().stale_responses, 1U);
  EXPECT_EQ(device->stats().dma_dropped, 1U) << "the second was never issued";
  EXPECT_EQ(finished, at_ns(300) + 2 * kLatency);
}

TEST_F(DeviceIncidents, WithoutMarkerAContextWaitsForItsAnswers) {
  pasids = true;
  stop_at(nanoseconds(300), 0, false);
  make(device_spec(), {reads(3), reads(4)});
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_EQ(device->stats().stale_responses, 0U);
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(finished, sim::Time{4 * kHop + root->service + 2 * kLatency});
}

TEST_F(DeviceIncidents, OtherContextsGoOn) {
  pasids = true;
  stop_at(nanoseconds(300), 0, true);
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  make(spec, {reads(3), reads(4), reads(5), reads(6)});
  run();
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
}

// Two operations miss; their completions at 401.014 and 402.014 ns are the next issues, both hits,
// and the second is issued 1 ns ahead of the clock. The device has no reason to expect the fault.
TEST_F(DeviceIncidents, AnEndOfTheRunThatNobodyAnnouncedStopsIt) {
  stop = StopControl{StopSpec{{}, {}, 1}};
  make(device_spec(2), {reads(3), reads(3), reads(3), reads(3)});
  root->mapped = {3};
  rig.at(at_ps(401'500), [this] { stop.fault_begun(rig.simulation.now()); });
  EXPECT_DEATH(run(), "beyond the last fault");
}

}  // namespace
}  // namespace faultpath::models
