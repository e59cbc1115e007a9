// What software waits for before something is used again, and races of an invalidation with a
// page request on its way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;
using testing::IsEmpty;
using testing::SizeIs;

constexpr DeviceIndex kDevice{0};
constexpr DeviceIndex kOther{1};

class DrainTest : public testing::Test {
 protected:
  DrainTest() : rig(spec_of_rig()), strategy(rig.context()) {
    rig.serve_with(strategy);
    strategy.cost = microseconds(10);
    rig.add_space(1000);
    rig.add_space(1000);
  }
  static RigSpec spec_of_rig() {
    RigSpec spec;
    spec.iommu.queue_entries = 4;
    spec.host.cores = 8;
    return spec;
  }
  sim::Process drain(Originator who) {
    co_await rig.kernel.drains().drain(who);
    drained = rig.simulation.now();
  }
  void drain_at(sim::Time when, Originator who = {kDevice}) {
    rig.at(when, [this, who] { rig.simulation.start(drain(who), "drain"); });
  }
  sim::Process quiesce() {
    const Originator who{kDevice};
    co_await rig.kernel.drains().quiesce(who);
  }
  void quiesce_at(sim::Time when) {
    rig.at(when, [this] { rig.simulation.start(quiesce(), "quiesce"); });
  }
  sim::Process remove(DeviceIndex device) { co_await rig.core.remove(device); }
  void remove_at(sim::Time when) {
    rig.at(when, [this] { rig.simulation.start(remove(kDevice), "remove"); });
  }
  /// A page request whose fault is in the log.
  FaultId arrive_with_a_fault() {
    rig.kernel.connect(log);
    PageRequest request = page_request(1, 1);
    request.fault = log.begin(0, at_ns(0));
    log.enter(request.fault, at_ns(0), FaultStage::request);
    rig.arrive_at(at_ns(0), request);
    return request.fault;
  }
  auto& responses(std::size_t device = 0) { return rig.endpoints[device].responses; }
  auto& invalidations(std::size_t device = 0) { return rig.endpoints[device].invalidations; }

  FaultLog log;
  HostRig rig;
  RecordingStrategy strategy;
  std::optional<sim::Time> drained;
};

TEST_F(DrainTest, OfAnIdleDeviceIsOneInvalidation) {
  drain_at(at_ns(100));
  rig.run();
  EXPECT_EQ(drained, at_ns(100 + 709));
  EXPECT_THAT(invalidations(), SizeIs(1));
  EXPECT_EQ(invalidations()[0].message.pages, 1000U);
}

// VT-d 7.10: the queue, then the work queue, then an invalidation behind which no answer comes.
TEST_F(DrainTest, WaitsUntilWhatIsInTheQueueHasBeenAnswered) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  drain_at(at_ns(10));
  rig.run();
  ASSERT_THAT(responses(), SizeIs(1));
  ASSERT_THAT(invalidations(), SizeIs(1));
  EXPECT_LT(responses()[0].at, invalidations()[0].at);
  EXPECT_EQ(drained, responses()[0].at + nanoseconds(709));
}

TEST_F(DrainTest, WaitsForTheRunOfTheThreadThatHasTakenTheRequest) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  drain_at(at_ns(3'100));  // the thread began at 3 us and needs 200 ns for it
  rig.run();
  ASSERT_THAT(responses(), SizeIs(1));
  EXPECT_GT(drained, responses()[0].at);
}

// VT-d 7.7: what was on its way is in the queue behind the first invalidation, and waited for.
TEST_F(DrainTest, QuiescingBeginsWithAnInvalidationBehindWhichEveryRequestHasCome) {
  rig.endpoints[0].invalidation = microseconds(8);
  rig.arrive_at(at_ns(1'000), page_request(1, 1));
  quiesce_at(at_ns(100));
  rig.run();
  ASSERT_THAT(responses(), SizeIs(1));
  ASSERT_THAT(invalidations(), SizeIs(2));
  EXPECT_LT(responses()[0].at, invalidations()[1].at);
  EXPECT_GT(responses()[0].at, invalidations()[0].at);
}

// Of a PASID: others of the same device are not waited for, and keep their translations.
TEST_F(DrainTest, OfAPasidLeavesTheOthersAlone) {
  PageRequest request = page_request(1, 1);
  request.pasid = Pasid{2};
  rig.arrive_at(at_ns(0), request);
  drain_at(at_ns(10), {kDevice, Pasid{1}});
  rig.run();
  EXPECT_EQ(drained, at_ns(10 + 709));
  ASSERT_THAT(invalidations(), SizeIs(1));
  EXPECT_EQ(invalidations()[0].message.pages, 0U);
  EXPECT_THAT(responses(), SizeIs(1));
}

TEST_F(DrainTest, OfAPasidWaitsForItsRequestsAndItsStopMarker) {
  PageRequest marker = stop_marker();
  marker.pasid = Pasid{1};
  rig.arrive_at(at_ns(0), marker);
  drain_at(at_ns(10), {kDevice, Pasid{1}});
  rig.run();
  EXPECT_GT(drained, at_ns(3'000)) << "the thread has skipped it";
  EXPECT_THAT(responses(), IsEmpty());
}

// Other devices' translations of a shared space have nothing to do with it.
TEST_F(DrainTest, InvalidatesInItsOwnDeviceOnly) {
  rig.add_endpoint(rig.spaces[0].table);
  drain_at(at_ns(100));
  rig.run();
  EXPECT_THAT(invalidations(0), SizeIs(1));
  EXPECT_THAT(invalidations(2), IsEmpty());
}

TEST_F(DrainTest, QuiescingDropsThePartialGroupsOfAWholeFunction) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  quiesce_at(at_ns(10));
  rig.run();
  EXPECT_EQ(rig.core.partial_requests(), 0U);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 1U);
}

// flush_workqueue() of the one queue: others' work that was queued before counts as well.
TEST_F(DrainTest, WaitsForTheWorkOfOtherDevicesButNotForWhatComesLater) {
  PageRequest other = page_request(1, 1);
  other.device = kOther;
  rig.arrive_at(at_ns(0), other);
  drain_at(at_ns(4'000));  // in work from 4.2 us on
  other.index = PrgIndex{2};
  rig.arrive_at(at_ns(9'000), other);
  rig.run();
  ASSERT_THAT(responses(1), SizeIs(2));
  EXPECT_GT(drained, responses(1)[0].at);
  EXPECT_LT(drained, responses(1)[1].at);
}

// Automatic answers may be on their way while the overflow is set: the invalidation is repeated.
TEST_F(DrainTest, RepeatsTheInvalidationWhileAnOverflowIsSet) {
  PageRequest other = page_request(1, 1);
  other.device = kOther;
  drain_at(at_ns(0));
  for (std::uint16_t index = 0; index < 4; ++index) {
    other.index = PrgIndex{index};
    rig.arrive_at(at_ns(10), other);
  }
  rig.run();
  EXPECT_THAT(invalidations(), SizeIs(2));
  EXPECT_GT(drained, at_ns(3'000)) << "the thread has cleared it";
  EXPECT_FALSE(rig.queue.overflow());
}

// Linux 6.9 and later: pending groups are answered Invalid; what the handler says later is ignored.
TEST_F(DrainTest, ARemovedDeviceHasItsPendingGroupsAnsweredInvalidAndOnlyOnce) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  remove_at(at_ns(6'000));  // in the handler
  rig.run();
  ASSERT_THAT(responses(), SizeIs(1));
  EXPECT_EQ(responses()[0].at, at_ns(6'000));
  EXPECT_EQ(responses()[0].message.code, ResponseCode::invalid);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_answered, 1U);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).responses_success, 0U);
}

// The thread has said when it will have paid for its 10 us; the fault ends before.
TEST_F(DrainTest, TheFaultOfARemovedGroupEndsWithItsAnswer) {
  const sim::Time removed = at_ns(6'000);
  const FaultId fault = arrive_with_a_fault();
  remove_at(removed);
  rig.at(at_ns(7'000), [&] { EXPECT_EQ(log.clock(fault).end(at_ns(7'000)).latency.count(), 7e6); });
  rig.run();
  ASSERT_THAT(strategy.handled, SizeIs(1));
  const sim::Time begun = strategy.handled[0].begun;
  ASSERT_LT(begun, removed);
  EXPECT_EQ(log.clock(fault).spent(FaultStage::handle), removed - begun);
  EXPECT_EQ(log.clock(fault).spent(FaultStage::respond), nanoseconds(1'000));
}

// It has a core and pays for its wake-up: nobody handles the group yet.
TEST_F(DrainTest, TheFaultOfAGroupThatIsRemovedDuringTheWakeUpHasNotBeenHandled) {
  const auto mean = [](const sim::DistributionSpec& cost) {
    return sim::Distribution(cost).mean();
  };
  const HostSpec& host = rig.spec.host;
  const sim::Duration queued = mean(host.interrupt.delivery) + mean(host.interrupt.wake_up) +
                               mean(host.interrupt.per_request);
  const sim::Time begun = at_ns(0) + queued + mean(host.work_queue.wake_up);
  const sim::Time removed = begun - nanoseconds(1);
  const FaultId fault = arrive_with_a_fault();
  remove_at(removed);
  rig.run();
  EXPECT_EQ(strategy.handled.at(0).begun, begun);
  EXPECT_EQ(log.clock(fault).stage(), FaultStage::respond);
  EXPECT_EQ(log.clock(fault).entered(), removed);
  EXPECT_EQ(log.clock(fault).spent(FaultStage::work_queue),
            mean(host.work_queue.wake_up) - nanoseconds(1));
  EXPECT_EQ(log.clock(fault).spent(FaultStage::handle), sim::Duration::zero());
}

TEST_F(DrainTest, ARemovedDeviceLosesItsPartialGroupsSilentlyAndOthersKeepTheirs) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  PageRequest other = page_request(1, 1, false);
  other.device = kOther;
  rig.arrive_at(at_ns(0), other);
  remove_at(at_ns(20'000));
  rig.run();
  EXPECT_THAT(responses(), IsEmpty());
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 1U);
  EXPECT_EQ(rig.core.partial_requests(), 1U);
}

// Races with a page request in flight, under the real strategy.

class RaceTest : public testing::Test {
 protected:
  RaceTest() : space(rig.add_space(1000)) {}
  void ask_at(sim::Time when, std::uint64_t page) {
    AtsRequest request;
    request.page = IovaPage{page};
    rig.at(when, [this, request] { rig.iommu.receive(request); });
  }
  sim::Process take_away(std::uint64_t page) {
    space.unmap(IovaPage{page});
    co_await rig.iommu.invalidate(space, IovaPage{page}, 1);
  }
  void take_away_at(sim::Time when, std::uint64_t page) {
    rig.at(when, [this, page] { rig.simulation.start(take_away(page), "invalidation"); });
  }
  bool readable(std::size_t answer) {
    return rig.endpoints[0].completions.at(answer).message.readable;
  }

  HostRig rig;
  IoPageTable& space;
};

// The request was queued before the page went: it is served after it, and the retry finds the page.
TEST_F(RaceTest, APageThatGoesWhileItsRequestIsQueuedIsMappedAgain) {
  space.map({IovaPage{3}});
  rig.arrive_at(at_ns(0), page_request(3, 1));
  take_away_at(at_ns(500), 3);
  ask_at(at_ns(1'500), 3);
  ask_at(at_ns(100'000), 3);
  rig.run();
  EXPECT_FALSE(readable(0));
  ASSERT_THAT(rig.endpoints[0].responses, SizeIs(1));
  EXPECT_EQ(rig.endpoints[0].responses[0].message.code, ResponseCode::success);
  EXPECT_TRUE(readable(1));
}

// The page goes between its answer and the retry: Success says nothing of now, the retry misses.
TEST_F(RaceTest, APageThatGoesAfterItsAnswerIsMissedAgainByTheRetry) {
  rig.arrive_at(at_ns(0), page_request(3, 1));
  ask_at(at_ns(100'000), 3);
  take_away_at(at_ns(101'000), 3);
  ask_at(at_ns(102'000), 3);
  rig.run();
  EXPECT_EQ(rig.endpoints[0].responses.at(0).message.code, ResponseCode::success);
  EXPECT_LT(rig.endpoints[0].responses[0].at, at_ns(100'000));
  EXPECT_TRUE(readable(0));
  EXPECT_FALSE(readable(1));
}

// A walk that began before the invalidation must not leave its result in the IOTLB behind it.
TEST_F(RaceTest, AnInvalidationDuringAWalkLeavesNothingStale) {
  space.map({IovaPage{3}});
  take_away_at(at_ns(0), 3);
  ask_at(at_ns(650), 3);  // the walk ends after the invalidation
  ask_at(at_ns(5'000), 3);
  rig.run();
  EXPECT_FALSE(readable(0));
  EXPECT_FALSE(readable(1));
}

}  // namespace
}  // namespace faultpath::models
