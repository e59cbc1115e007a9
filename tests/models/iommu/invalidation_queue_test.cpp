// The ring of descriptors: order, waits, tags, capacity and time-outs.
#include "models/iommu/invalidation_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Value = InvalidationQueue::Status::Value;

constexpr sim::Duration kIotlb = nanoseconds(700);

InvalidationSpec spec_with(std::uint32_t entries = 16) {
  InvalidationSpec spec;
  spec.queue_entries = entries;
  spec.iotlb = constant(kIotlb);
  spec.timeout = microseconds(100);
  return spec;
}

// Two devices that answer when they are told to. What happens is written down with its time in ns.
class RingTest : public testing::Test, protected InvalidationQueue::Executor {
 protected:
  void make(const CommandSet& commands, const InvalidationSpec& spec = spec_with()) {
    ring.emplace(simulation, spec, commands, static_cast<Executor&>(*this));
    ring->add_device();
    ring->add_device();
  }
  void note(const std::string& what) {
    seen.push_back(std::to_string(simulation.now().time_since_epoch().count() / 1000) + " " + what);
  }
  void invalidate_iotlb(AddressSpace&, IovaPage first, std::uint64_t) override {
    note("iotlb " + std::to_string(first.value));
  }
  void post(DeviceIndex device, const DeviceInvalidation& request) override {
    note("device " + std::to_string(device.value));
    tags.push_back(request.itag);
  }
  void post(DeviceIndex, const GroupResponse& response) override {
    note("response " + std::to_string(response.index.value));
  }
  void timed_out(DeviceIndex device) override { note("time-out " + std::to_string(device.value)); }

  // One software thread: each descriptor when there is room for it.
  sim::Process submit(std::string descriptors) {
    for (const char descriptor : descriptors) {
      co_await ring->room();
      if (descriptor == 'i') ring->submit_iotlb(space, IovaPage{1}, 1);
      if (descriptor == 'a') ring->submit_device_tlb(DeviceIndex{0}, IovaPage{1}, 1);
      if (descriptor == 'b') ring->submit_device_tlb(DeviceIndex{1}, IovaPage{1}, 1);
      if (descriptor == 'r') ring->submit_response(DeviceIndex{0}, GroupResponse{PrgIndex{5}, {}});
      if (descriptor != 'w') continue;
      InvalidationQueue::Status status;
      ring->submit_wait(status);
      if (status.value == Value::pending) co_await status.written.wait({"status", "test"});
      note(status.value == Value::completed ? "status" : "aborted");
    }
  }
  void at(std::int64_t ns, std::function<void()> what) {
    actions.push_back(std::move(what));
    simulation.calendar().schedule(
        at_ns(ns),
        {[](void* action) { (*static_cast<std::function<void()>*>(action))(); }, &actions.back()});
  }
  void submit_at(std::int64_t ns, const std::string& descriptors) {
    at(ns, [this, descriptors] { simulation.start(submit(descriptors), "software"); });
  }
  void answer_at(std::int64_t ns, std::uint32_t device, std::uint32_t itag = 0) {
    at(ns, [=, this] { ring->completed({DeviceIndex{device}, itag}); });
  }

  sim::Simulation simulation{bare()};
  PageStore store;
  AddressSpace space{store, "space", 0U, IovaPage{0}, 10, BackingSpec{}};
  std::optional<InvalidationQueue> ring;
  std::deque<std::function<void()>> actions;
  std::vector<std::string> seen;
  std::vector<std::uint32_t> tags;
};

const CommandSet kVtd = command_set(IommuKind::vtd);
const CommandSet kSmmu = command_set(IommuKind::smmu_pri);

// VT-d 6.5.2.12: the IOTLB before the device, the wait behind both.
TEST_F(RingTest, AWaitCompletesOnceEverythingBeforeItHas) {
  make(kVtd);
  submit_at(0, "iaw");
  answer_at(5'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("700 iotlb 1", "700 device 0", "5000 status"));
  EXPECT_EQ(ring->size(), 0U);
}

TEST_F(RingTest, AWaitAloneCompletesAtOnce) {
  make(kVtd);
  submit_at(10, "w");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("10 status"));
}

// The status of the second thread says that the first one's device has answered, too.
TEST_F(RingTest, AWaitIsAlsoForTheDescriptorsOfOthers) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100, "bw");
  answer_at(200, 1);
  answer_at(900, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 device 1", "900 status", "900 status"));
}

// VT-d 7.8: posted in order with device TLB invalidations, which here wait for the IOTLB.
TEST_F(RingTest, AResponseIsPostedBehindAnEarlierDeviceInvalidation) {
  make(kVtd);
  submit_at(0, "iaw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("700 iotlb 1", "700 device 0", "700 response 5", "9000 status"));
}

// A slow device delays the thread that waits, not what is posted after it.
TEST_F(RingTest, AnUnansweredInvalidationDelaysNoLaterResponseUnlessWaitsBlock) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 response 5", "9000 status"));
}

TEST_F(RingTest, ACmdSyncHoldsBackWhatIsBehindIt) {
  make(kSmmu);
  submit_at(0, "aw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "9000 status", "9000 response 5"));
}

TEST_F(RingTest, AResponseNeedsNoEntryOfAnIdleRing) {
  make(kVtd);
  EXPECT_TRUE(ring->respond_now(DeviceIndex{0}, {PrgIndex{5}, {}}));
  EXPECT_THAT(seen, ElementsAre("0 response 5"));
  submit_at(0, "aw");
  at(1, [this] { EXPECT_FALSE(ring->respond_now(DeviceIndex{0}, {PrgIndex{5}, {}})); });
  answer_at(10, 0);
  simulation.run();
}

TEST_F(RingTest, FetchingCostsItsTimeForEachDescriptor) {
  InvalidationSpec spec = spec_with();
  spec.fetch = constant(nanoseconds(50));
  make(kVtd, spec);
  EXPECT_FALSE(ring->respond_now(DeviceIndex{0}, {PrgIndex{5}, {}}));
  submit_at(0, "rrw");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("50 response 5", "100 response 5", "150 status"));
}

// Two entries: the invalidation that nobody answers keeps one, so the third descriptor waits for
// the second, and the one behind a wait for its status.
TEST_F(RingTest, WhoFindsNoEntryWaits) {
  make(kVtd, spec_with(2));
  submit_at(0, "aa");
  submit_at(100, "r");
  answer_at(1'000, 0, 0);
  answer_at(2'000, 0, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 0", "1000 response 5"));
  EXPECT_THAT(tags, ElementsAre(0, 1));
}

// Entries are freed in order: the answer to the second does not free the first.
TEST_F(RingTest, EntriesAreFreedInOrder) {
  make(kVtd, spec_with(2));
  submit_at(0, "ab");
  submit_at(100, "r");
  answer_at(1'000, 1);
  answer_at(2'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 1", "2000 response 5"));
}

// VT-d 6.5.2.6.
TEST_F(RingTest, TheThirtyThirdInvalidationOfAFunctionWaitsForATag) {
  make(kVtd, spec_with(64));
  submit_at(0, std::string(33, 'a') + "b");
  answer_at(1'000, 0, 7);
  simulation.run();
  ASSERT_EQ(tags.size(), 34U);
  EXPECT_EQ(tags[32], 7U);
  EXPECT_EQ(seen[32], "1000 device 0");
  EXPECT_EQ(seen[33], "1000 device 1") << "in order, though its function has tags";
}

// VT-d 6.5.2.11: not one moment earlier; the tag is free, every pending wait is aborted, also
// of those who wait for other devices.
TEST_F(RingTest, ATimeOutOfVtdAbortsAllPendingWaits) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(50'000, "bw");
  answer_at(120'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "50000 device 1", "100000 time-out 0",
                                "100000 aborted", "100000 aborted"));
}

TEST_F(RingTest, AfterATimeOutVtdFetchesNothingUntilSoftwareHasClearedTheError) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100'100, "r");
  at(100'200, [this] { EXPECT_TRUE(ring->stopped()); });
  simulation.run();
  EXPECT_EQ(seen.back(), "101000 response 5") << "one microsecond later";
  EXPECT_FALSE(ring->stopped());
}

TEST_F(RingTest, ATimeOutOfSmmuEndsItsOwnSyncOnly) {
  make(kSmmu);
  submit_at(0, "aw");
  submit_at(50'000, "bw");
  answer_at(120'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100000 time-out 0", "100000 status",
                                "100000 device 1", "120000 status"));
}

// The one timer is set for the oldest that has not been answered.
TEST_F(RingTest, EachInvalidationHasItsWholeTime) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(10, 0);
  submit_at(60'000, "bw");
  answer_at(159'999, 1);
  submit_at(160'000, "aw");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "10 status", "60000 device 1", "159999 status",
                                "160000 device 0", "260000 time-out 0", "260000 aborted"));
}

TEST_F(RingTest, AnAnswerAfterTheTimeOutHasNoEffect) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(150'000, 0);
  simulation.run();
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_EQ(ring->size(), 0U);
}

TEST_F(RingTest, AFinishedRunNeedNotWaitForTheTimer) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(10, 0);
  at(20, [this] { ring->finish(); });
  simulation.run();
  EXPECT_EQ(simulation.now(), at_ns(20));
}

const CommandSet kRiscv = command_set(IommuKind::riscv);
const CommandSet kAmd = command_set(IommuKind::amd);

// RISC-V cqh and AMD CmdHeadPtr: the head passes what has been fetched. Two entries serve as many
// responses as one likes while a device owes two answers.
TEST_F(RingTest, AnEntryThatHasBeenFetchedTakesTheNextDescriptorUnderRiscvAndAmd) {
  EXPECT_EQ(kAmd.entry_free, kRiscv.entry_free);
  make(kRiscv, spec_with(2));
  submit_at(0, "aa");
  submit_at(100, "rrr");
  at(100, [this] { EXPECT_EQ(ring->size(), 0U); });
  answer_at(1'000, 0, 0);
  answer_at(2'000, 0, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 0", "100 response 5", "100 response 5",
                                "100 response 5"));
}

// It has no entry any more, and is waited for all the same.
TEST_F(RingTest, AWaitIsAlsoForWhatHasLeftTheRing) {
  make(kAmd, spec_with(2));
  submit_at(0, "aw");
  submit_at(100, "rrrr");
  submit_at(200, "bw");
  answer_at(300, 1);
  answer_at(900, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 response 5", "100 response 5", "100 response 5",
                                "100 response 5", "200 device 1", "900 status", "900 status"));
}

// And it is for nothing that comes later.
TEST_F(RingTest, AWaitIsForNothingBehindIt) {
  make(kRiscv, spec_with(2));
  submit_at(0, "aw");
  submit_at(100, "bw");
  answer_at(300, 0);
  answer_at(900, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 device 1", "300 status", "900 status"));
}

// What is being carried out has been fetched: an IOTLB invalidation holds no entry for its 700 ns.
TEST_F(RingTest, AnEntryIsFreeOnceItsDescriptorHasBeenFetchedAndNotBefore) {
  InvalidationSpec spec = spec_with(2);
  spec.fetch = constant(nanoseconds(50));
  make(kRiscv, spec);
  submit_at(0, "ii");
  at(49, [this] { EXPECT_EQ(ring->size(), 2U); });
  at(51, [this] { EXPECT_EQ(ring->size(), 1U); });
  at(749, [this] { EXPECT_EQ(ring->size(), 1U) << "one after the other"; });
  at(801, [this] { EXPECT_EQ(ring->size(), 0U); });
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("750 iotlb 1", "1500 iotlb 1"));
}

// CMDQ_CONS passes a command when it is consumed, and a CMD_SYNC when it has completed.
TEST_F(RingTest, ACmdSyncKeepsItsEntryUntilItCompletes) {
  make(kSmmu, spec_with(2));
  submit_at(0, "aw");
  at(50, [this] { EXPECT_EQ(ring->size(), 1U) << "the invalidation has been consumed"; });
  submit_at(100, "rr");
  at(200, [this] { EXPECT_EQ(ring->size(), 2U) << "the second response waits for an entry"; });
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "9000 status", "9000 response 5", "9000 response 5"));
}

// The time-out of one of many devices, in the order of their deadlines.
TEST_F(RingTest, WhatIsNotAnsweredTimesOutInItsOrder) {
  make(kRiscv, spec_with(2));
  submit_at(0, "aw");
  submit_at(10'000, "ab");
  answer_at(20'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "10000 device 0", "10000 device 1",
                                "100000 time-out 0", "100000 status", "110000 time-out 0"));
}

}  // namespace
}  // namespace faultpath::models
