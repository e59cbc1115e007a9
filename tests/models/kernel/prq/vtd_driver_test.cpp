// The driver of the VT-d queue: batches, interrupts and recovery from overflow.
#include "models/kernel/prq/vtd_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/random.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Defaults of HostSpec, as constants.
constexpr sim::Duration kDelivery = nanoseconds(1000);
constexpr sim::Duration kThread = nanoseconds(2000);
constexpr sim::Duration kRequest = nanoseconds(200);
constexpr sim::Duration kWorkQueue = nanoseconds(1000);

// Three usable entries, eight cores; the time at which a handler begins says when the thread has
// reported the group.
class VtdDriverTest : public testing::Test {
 protected:
  VtdDriverTest() : rig(spec_of_rig()), strategy(rig.context()) {
    rig.serve_with(strategy);
    rig.add_space(1000);
  }
  static RigSpec spec_of_rig() {
    RigSpec spec;
    spec.iommu.queue_entries = 4;
    spec.host.cores = 8;
    return spec;
  }
  void sample_at(sim::Time when) {
    rig.at(when, [this] {
      occupied.push_back(rig.queue.occupied());
      overflow.push_back(rig.queue.overflow());
    });
  }
  sim::Time reported(std::size_t group) { return strategy.handled.at(group).begun - kWorkQueue; }
  const auto& responses() { return rig.endpoints[0].responses; }

  HostRig rig;
  RecordingStrategy strategy;
  std::vector<std::uint32_t> occupied;
  std::vector<bool> overflow;
};

TEST_F(VtdDriverTest, ARequestIsReportedAfterInterruptThreadAndItsOwnProcessing) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.run();
  EXPECT_EQ(reported(0), sim::Time{kDelivery + kThread + kRequest});
}

// Linux, prq_event_thread(): a non-canonical address, PMR with RDR or WRR, EXR with RDR. A last
// request is answered Invalid without a handler, others get nothing.
TEST_F(VtdDriverTest, AMalformedLastRequestIsAnsweredInvalidAndOthersAreIgnored) {
  PageRequest requests[3] = {page_request(1, 1), page_request(2, 2), page_request(3, 3)};
  requests[0].page = IovaPage{1ULL << 35};  // bit 47 of the address, which nothing extends
  requests[1].privileged = true;
  requests[2].execute = true;
  for (std::size_t i = 0; i < 3; ++i) {
    rig.arrive_at(sim::Time{sim::microseconds(50 * static_cast<int>(i))}, requests[i]);
    requests[i].last = false;
    rig.arrive_at(sim::Time{sim::microseconds(50 * static_cast<int>(i) + 20)}, requests[i]);
  }
  rig.run();
  EXPECT_THAT(strategy.handled, IsEmpty());
  ASSERT_THAT(responses(), SizeIs(3));
  for (const auto& [at, response] : responses()) {
    EXPECT_EQ(response.code, ResponseCode::invalid);
  }
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).responses_invalid, 3U);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 3U);
  EXPECT_EQ(rig.core.partial_requests(), 0U);
}

TEST_F(VtdDriverTest, WhatOnlyResemblesAMalformedRequestIsServed) {
  PageRequest high = page_request(1, 1);
  high.page = IovaPage{((1ULL << 52) - 1) & ~((1ULL << 35) - 1)};  // the sign of bit 47, extended
  PageRequest write = page_request(2, 2);
  write.read = false;
  write.write = write.execute = true;
  rig.arrive_at(at_ns(0), high);
  rig.arrive_at(at_ns(0), write);
  rig.run();
  EXPECT_THAT(strategy.handled, SizeIs(2));
}

TEST_F(VtdDriverTest, ABatchIsProcessedOneAfterTheOther) {
  for (std::uint16_t index = 0; index < 3; ++index) {
    rig.arrive_at(at_ns(0), page_request(index, index));
  }
  rig.run();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reported(i), sim::Time{kDelivery + kThread + (static_cast<int>(i) + 1) * kRequest});
  }
}

TEST_F(VtdDriverTest, TheHeadIsWrittenOnceAtTheEndOfTheBatch) {
  for (std::uint16_t index = 0; index < 3; ++index) {
    rig.arrive_at(at_ns(0), page_request(index, index));
  }
  const sim::Time begin{kDelivery + kThread};
  sample_at(begin + kRequest + nanoseconds(1));  // the first has been reported
  sample_at(begin + 3 * kRequest - sim::picoseconds(1));
  sample_at(begin + 3 * kRequest + sim::picoseconds(1));
  rig.run();
  EXPECT_THAT(occupied, ElementsAre(3, 3, 0));
}

TEST_F(VtdDriverTest, AnArrivalDuringABatchWaitsForTheNextRun) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  const sim::Time during = sim::Time{kDelivery + kThread} + nanoseconds(100);
  rig.arrive_at(during, page_request(2, 2));
  rig.run();
  EXPECT_EQ(reported(0), sim::Time{kDelivery + kThread + kRequest});
  EXPECT_EQ(reported(1), during + kDelivery + kThread + kRequest);  // an interrupt of its own
}

TEST_F(VtdDriverTest, AnArrivalBeforeTheThreadRunsBelongsToItsBatch) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.arrive_at(sim::Time{kDelivery + kThread} - sim::picoseconds(1), page_request(2, 2));
  rig.run();
  EXPECT_EQ(reported(1), sim::Time{kDelivery + kThread + 2 * kRequest});
}

// Pending is cleared before the tail is read: whenever a request comes, somebody will see it.
TEST_F(VtdDriverTest, NoRequestIsForgotten) {
  sim::RandomStream stream({1, 0, "driver", "arrivals"});
  sim::Time at{};
  std::uint16_t requests = 0;
  for (; requests < 500; ++requests) {
    at += sim::picoseconds(static_cast<std::int64_t>(stream.below(4'000'000)));
    rig.arrive_at(at, page_request(requests, requests));
  }
  // Exactly when the thread starts a batch, before and after.
  for (const int ps : {-1, 0, 1}) {
    at += nanoseconds(20'000);
    rig.arrive_at(at, page_request(1, requests++));
    rig.arrive_at(at + kDelivery + kThread + sim::picoseconds(ps), page_request(2, requests++));
  }
  rig.run();
  EXPECT_EQ(responses().size(), requests);  // each by software or by the queue itself
  EXPECT_EQ(rig.queue.occupied(), 0U);
  EXPECT_FALSE(rig.queue.overflow());
}

TEST_F(VtdDriverTest, AStopMarkerIsSkippedWithoutAnAnswer) {
  rig.arrive_at(at_ns(0), stop_marker());
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.run();
  EXPECT_THAT(responses(), SizeIs(1));
  ASSERT_THAT(strategy.handled, SizeIs(1));
  EXPECT_EQ(reported(0), sim::Time{kDelivery + kThread + 2 * kRequest});
}

TEST_F(VtdDriverTest, OverflowIsClearedWhenTheQueueIsEmpty) {
  for (std::uint16_t index = 0; index < 4; ++index) {
    rig.arrive_at(at_ns(0), page_request(index, index));
  }
  const sim::Time end = sim::Time{kDelivery + kThread} + 3 * kRequest;
  sample_at(end - sim::picoseconds(1));
  sample_at(end + sim::picoseconds(1));
  rig.run();
  EXPECT_THAT(overflow, ElementsAre(true, false));
  EXPECT_THAT(responses(), SizeIs(4));
}

// One request is in work, two more fill the queue because the head has not been written, a fourth
// overflows. After the first batch two are left: the flag stays, and requests are lost though there
// is space. The second batch clears it.
TEST_F(VtdDriverTest, OverflowStaysWhileTheQueueIsNotEmpty) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  const sim::Time first = sim::Time{kDelivery + kThread};
  for (std::uint16_t index = 2; index <= 4; ++index) {
    rig.arrive_at(first + nanoseconds(100), page_request(index, index));
  }
  const sim::Time between = first + kRequest + nanoseconds(10);
  sample_at(between);
  rig.arrive_at(between, page_request(5, 5));
  const sim::Time second = first + nanoseconds(100) + kDelivery + kThread;
  sample_at(second + 2 * kRequest - sim::picoseconds(1));
  sample_at(second + 2 * kRequest + sim::picoseconds(1));
  rig.run();
  EXPECT_THAT(occupied, ElementsAre(2, 2, 0));
  EXPECT_THAT(overflow, ElementsAre(true, true, false));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).auto_responses, 2U);  // 4 and 5
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 1U);
  EXPECT_EQ(rig.iommu.stats().overflow_recovery.max(),
            second + 2 * kRequest - (first + nanoseconds(100)));
}

TEST_F(VtdDriverTest, ClearingTheOverflowDiscardsPartialGroups) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(0), page_request(2, 2, false));
  rig.arrive_at(at_ns(0), page_request(3, 3));
  rig.arrive_at(at_ns(0), page_request(4, 1));  // lost: the group of 1 stays partial
  rig.run();
  EXPECT_EQ(rig.core.partial_requests(), 0U);
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 2U);
  ASSERT_THAT(strategy.handled, SizeIs(1));
  EXPECT_THAT(strategy.handled[0].pages, ElementsAre(3));
}

TEST_F(VtdDriverTest, WithoutOverflowPartialGroupsStay) {
  rig.arrive_at(at_ns(0), page_request(1, 1, false));
  rig.arrive_at(at_ns(50'000), page_request(2, 1));
  rig.run();
  ASSERT_THAT(strategy.handled, SizeIs(1));
  EXPECT_THAT(strategy.handled[0].pages, ElementsAre(1, 2));
}

// Nobody waits for its answer, and nothing else is due: the thread looks at 30 us all the same.
TEST(VtdDriver, APollingThreadTakesWhatNobodyWaitsFor) {
  RigSpec spec;
  spec.iommu.interrupt = InterruptPolled{sim::microseconds(10)};
  HostRig polled(spec);
  polled.add_space(1000);
  polled.arrive_at(at_ns(25'000), page_request(1, 1, false));
  polled.run();
  EXPECT_EQ(polled.queue.occupied(), 0U);
  EXPECT_EQ(polled.core.partial_requests(), 1U);
  EXPECT_LE(polled.simulation.now(), at_ns(40'000)) << "the look after it";
}

TEST(VtdDriver, TheThreadWaitsForACoreBeforeOthersOfLowerPriority) {
  RigSpec spec;
  spec.host.cores = 1;
  HostRig single(spec);
  RecordingStrategy recording(single.context());
  recording.cost = nanoseconds(5000);
  single.serve_with(recording);
  single.add_space(1000);
  for (std::uint16_t index = 0; index < 3; ++index) {
    single.at(at_ns(0),
              [&single, index] { EXPECT_TRUE(single.core.report(page_request(index, index))); });
  }
  single.arrive_at(at_ns(0), page_request(9, 9));
  single.run();
  // The first group holds the core for 1 + 5 + 0.15 us; then the thread goes first.
  const sim::Duration group = kWorkQueue + nanoseconds(5000) + nanoseconds(150);
  EXPECT_EQ(recording.handled.at(1).begun, sim::Time{group + kThread + kRequest + kWorkQueue});
}

}  // namespace
}  // namespace faultpath::models
