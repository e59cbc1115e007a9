// What devices do with an operation of which a page is absent.
#include <gmock/gmock.h>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::SizeIs;

class DeviceReaction : public DeviceFixture {
 protected:
  DeviceReaction() { services = &host; }
  CopyingHost host{rig.cores};
  static DeviceSpec reacting(const OnFault& kind, std::uint32_t queue_depth = 1) {
    DeviceSpec spec = device_spec(queue_depth);
    spec.on_fault = kind;
    return spec;
  }
  const DropSpec drop{nanoseconds(5000), 3};
  const BackupRingSpec ring{2, constant(nanoseconds(400)), 4.096e12, drop};
  static constexpr sim::Duration kTransfer = kPage + 2 * kLatency;
};

// The page request goes out although nobody waits for it: the retransmission finds the page.
TEST_F(DeviceReaction, ADroppedOperationIsTransmittedAgainAfterTheTimeout) {
  make(reacting(drop), {writes(3)});
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_EQ(device->stats().timeouts, 1U);
  EXPECT_EQ(device->stats().dma_dropped, 0U);
  EXPECT_EQ(device->stats().dma_operations, 1U);
  // From the first issue: up and down, the timeout, and then a hit.
  EXPECT_EQ(latencies.dma_latency.max(), 2 * kHop + nanoseconds(5000) + kTransfer);
  EXPECT_EQ(latencies.fault_latency.max(), 6 * kHop + root->service) << "in the background";
}

TEST_F(DeviceReaction, AnOperationIsGivenUpAfterItsLastRetransmission) {
  make(reacting(DropSpec{nanoseconds(5000), 2}), {writes(3)});
  root->service = sim::milliseconds(1);
  run();
  EXPECT_EQ(device->stats().timeouts, 3U) << "after each of three transmissions";
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 0U);
  EXPECT_EQ(latencies.fault_latency.count(), 1U);
  EXPECT_EQ(device->page_requests().outstanding_groups(), 0U);
}

// Like packets that arrive while the device waits for a page: all are lost, one request goes out.
TEST_F(DeviceReaction, OthersThatRunIntoTheAbsentPageAreDroppedToo) {
  make(reacting(drop, 3), {writes(3), writes(3), writes(3)});
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_EQ(device->stats().timeouts, 3U);
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
  EXPECT_EQ(latencies.fault_latency.count(), 1U);
}

TEST_F(DeviceReaction, AnAbortedOperationFailsAtOnceWithoutAPageRequest) {
  make(reacting(AbortSpec{}), {reads(3), reads(4)});
  root->mapped = {4};
  run();
  EXPECT_THAT(root->requests, SizeIs(0));
  EXPECT_THAT(translated(), ElementsAre(3, 4));
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 1U);
  // The failure takes its translation and a round trip, the other a page's transfer more.
  EXPECT_EQ(finished, sim::Time{2 * kHop + 2 * kLatency + 2 * kHop + kTransfer});
}

// Fault, then notice to the host, its wake-up and copy, and its doorbell.
TEST_F(DeviceReaction, ADivertedWriteCompletesWhenTheHostHasCopiedIt) {
  make(reacting(ring), {writes(3)});
  run();
  const sim::Duration fault = 6 * kHop + root->service;
  EXPECT_EQ(latencies.fault_latency.max(), fault);
  EXPECT_EQ(latencies.dma_latency.max(), fault + kHop + nanoseconds(400) + kPage + kHop);
  EXPECT_EQ(device->stats().timeouts, 0U);
  EXPECT_EQ(device->stats().dma_dropped, 0U);
}

TEST_F(DeviceReaction, AReadHasNothingToDivertAndWaits) {
  make(reacting(ring), {reads(3)});
  run();
  EXPECT_EQ(latencies.dma_latency.max(), 6 * kHop + root->service + kTransfer);
}

TEST_F(DeviceReaction, AWriteThatFindsTheBackupRingFullIsDropped) {
  make(reacting(ring, 3), {writes(3), writes(4), writes(5)});
  run();
  EXPECT_THAT(root->requests, SizeIs(3));
  EXPECT_EQ(device->stats().timeouts, 1U) << "two entries for three writes";
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
}

TEST_F(DeviceReaction, AnEntryOfTheBackupRingIsUsedAgain) {
  make(reacting(ring, 1), {writes(3), writes(4), writes(5)});
  run();
  EXPECT_EQ(device->stats().timeouts, 0U);
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
}

// After each Success that did not help the pause is longer: 300, 600, then no more than 1000 ns.
TEST_F(DeviceReaction, BackOffGrowsWithEachSuccessThatDidNotHelp) {
  DeviceSpec spec = device_spec();
  spec.pri.back_off = {nanoseconds(300), 2.0, nanoseconds(1000)};
  make(spec, {reads(3)});
  root->maps = false;
  rig.at(sim::Time{4 * (5 * kHop + root->service)}, [this] { root->maps = true; });
  run();
  std::vector<sim::Duration> gaps;
  for (std::size_t i = 1; i < root->requests.size(); ++i) {
    gaps.push_back(root->requests[i].at - root->requests[i - 1].at);
  }
  const sim::Duration round = 4 * kHop + root->service;
  ASSERT_THAT(gaps, SizeIs(testing::Ge(3U)));
  EXPECT_EQ(gaps[0], round + nanoseconds(300));
  EXPECT_EQ(gaps[1], round + nanoseconds(600));
  EXPECT_EQ(gaps[2], round + nanoseconds(1000));
}

// Response Failure is terminal (PCIe 10.4.2): no page is asked for any more, operations fail.
TEST_F(DeviceReaction, AfterAResponseFailureNoPageCanBeRequested) {
  make(device_spec(), {reads(3), reads(4), reads(5)});
  root->mapped = {5};
  root->code = ResponseCode::failure;
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_TRUE(device->page_requests().failed());
  EXPECT_EQ(device->stats().dma_dropped, 2U);
  EXPECT_EQ(latencies.dma_latency.count(), 1U) << "translations are still served";
}

TEST_F(DeviceReaction, AResponseFailureEndsThoseWhoWaitForCredits) {
  DeviceSpec spec = device_spec(3);
  spec.pri.allocation = 1;
  make(spec, {reads(3), reads(4), reads(5)});
  root->code = ResponseCode::failure;
  run();
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_EQ(device->stats().dma_dropped, 3U);
  EXPECT_EQ(device->page_requests().credits(), 1U);
}

// A reserved code is a Response Failure (PCIe 10.4.2).
TEST_F(DeviceReaction, AReservedCodeIsAFailure) {
  make(device_spec(), {reads(3)});
  root->code = ResponseCode{0x2};
  run();
  EXPECT_TRUE(device->page_requests().failed());
  EXPECT_EQ(device->stats().dma_dropped, 1U);
}

// Invalid ends the operation that asked, and nothing else.
TEST_F(DeviceReaction, AfterAnInvalidAnswerOthersMayAsk) {
  make(device_spec(), {reads(3), reads(4)});
  root->code = ResponseCode::invalid;
  run();
  EXPECT_THAT(root->requests, SizeIs(2));
  EXPECT_FALSE(device->page_requests().failed());
}

}  // namespace
}  // namespace faultpath::models
