// Stalls: records are never lost, and each held transaction has a tag of its own.
#include <gtest/gtest.h>

#include <set>

#include "models/iommu/queues/smmu_event_queue.hpp"
#include "models/iommu/stall_table.hpp"
#include "sim/random.hpp"
#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

TEST(SmmuEventQueue, HoldsBackWhatDoesNotFitAndLosesNothing) {
  SmmuEventQueue queue(4);
  for (std::uint64_t page = 0; page < 10; ++page) {
    const Arrival arrival = queue.arrive(page_request(page, 0));
    EXPECT_EQ(arrival.fate, Arrival::Fate::queued) << page;
    EXPECT_EQ(arrival.interrupt, page == 0) << page;
  }
  EXPECT_EQ(queue.occupied(), 4U);
  EXPECT_FALSE(queue.overflow());
  for (std::uint64_t page = 0; page < 10; ++page) {
    EXPECT_EQ(queue.front().page, IovaPage{page});
    queue.pop_front();
  }
  EXPECT_TRUE(queue.empty());
}

PageRequest of_terminated(std::uint64_t page) { return page_request(page, 0, false); }

// IHI 0070, 7.4: records of terminated transactions are discarded and overflow; a stall's is not.
TEST(SmmuEventQueue, LosesRecordsOfTerminatedTransactionsWhenItIsFull) {
  SmmuEventQueue queue(4);
  for (std::uint64_t page = 0; page < 4; ++page) {
    EXPECT_EQ(queue.arrive(of_terminated(page)).fate, Arrival::Fate::queued);
  }
  const Arrival first = queue.arrive(of_terminated(4));
  EXPECT_EQ(first.fate, Arrival::Fate::dropped);
  EXPECT_TRUE(first.overflowed);
  EXPECT_FALSE(queue.arrive(of_terminated(5)).overflowed) << "one is active";
  EXPECT_EQ(queue.arrive(page_request(6, 0)).fate, Arrival::Fate::queued);
  EXPECT_EQ(queue.occupied(), 4U);
}

// IHI 0070, 7.4: the opposite of the PRI queue.
TEST(SmmuEventQueue, AnOverflowThatIsNotAcknowledgedDoesNotStopRecording) {
  SmmuEventQueue queue(2);
  for (std::uint64_t page = 0; page < 3; ++page) queue.arrive(of_terminated(page));
  ASSERT_TRUE(queue.overflow());
  queue.pop_front();
  EXPECT_EQ(queue.arrive(of_terminated(3)).fate, Arrival::Fate::queued);
  EXPECT_TRUE(queue.overflow());
  queue.acknowledge_overflow();
  EXPECT_FALSE(queue.overflow());
  EXPECT_TRUE(queue.arrive(of_terminated(4)).overflowed) << "another";
}

StalledFault fault_of(std::uint32_t device, std::uint64_t page = 1) {
  return {DeviceIndex{device}, IovaPage{page}, std::nullopt};
}

sim::Process wait_for(StallTable& stalls, PrgIndex stag, std::optional<StallEnd>& end) {
  end = co_await stalls.ended(stag);
}

TEST(StallTable, ResumesTheTransactionOfTheTagAndIgnoresTagsThatAreNotLive) {
  sim::Simulation simulation(bare());
  StallTable stalls;
  const PrgIndex first = stalls.hold(fault_of(0));
  const PrgIndex second = stalls.hold(fault_of(1));
  EXPECT_NE(first, second);
  std::optional<StallEnd> first_end, second_end;
  simulation.start(wait_for(stalls, first, first_end), "first");
  simulation.start(wait_for(stalls, second, second_end), "second");
  EXPECT_EQ(stalls.live(), 2U);
  EXPECT_FALSE(stalls.end(DeviceIndex{0}, second, StallEnd::abort)) << "of another stream";
  EXPECT_TRUE(stalls.end(DeviceIndex{1}, second, StallEnd::abort));
  EXPECT_EQ(second_end, StallEnd::abort);
  EXPECT_FALSE(first_end);
  EXPECT_FALSE(stalls.end(DeviceIndex{1}, second, StallEnd::retry)) << "it is not live any more";
  EXPECT_FALSE(stalls.end(DeviceIndex{0}, PrgIndex{99}, StallEnd::retry));
  EXPECT_TRUE(stalls.end(DeviceIndex{0}, first, StallEnd::retry));
  EXPECT_EQ(stalls.live(), 0U);
}

// A command that comes while the SMMU tries by itself: the tag waits for its transaction.
TEST(StallTable, ATagIsNotGivenAgainBeforeItsTransactionHasLeft) {
  StallTable stalls;
  const PrgIndex stag = stalls.hold(fault_of(0));
  EXPECT_TRUE(stalls.end(DeviceIndex{0}, stag, StallEnd::abort));
  EXPECT_NE(stalls.hold(fault_of(0)), stag);
  EXPECT_EQ(stalls.take_end(stag), StallEnd::abort);
  EXPECT_EQ(stalls.hold(fault_of(0)), stag);
}

// IHI 0070, 3.12.2.2: an early retry that succeeds leaves the record to be answered.
TEST(StallTable, ATagWhoseTransactionHasLeftIsLiveUntilItsRecordIsAnswered) {
  StallTable stalls(true);
  const PrgIndex recorded = stalls.hold(fault_of(0));
  const PrgIndex suppressed = stalls.hold(fault_of(0));
  stalls.record(recorded);
  stalls.leave(recorded);
  stalls.leave(suppressed);
  EXPECT_EQ(stalls.live(), 1U);
  EXPECT_TRUE(stalls.is_pending(fault_of(0)));
  EXPECT_TRUE(stalls.end(DeviceIndex{0}, recorded, StallEnd::retry));
  EXPECT_FALSE(stalls.is_pending(fault_of(0)));
  EXPECT_EQ(stalls.live(), 0U);
}

// IHI 0070, 3.12.2: a tag is one stall's as long as it lives, however they come and go.
TEST(StallTable, LiveStallsHaveDistinctTags) {
  sim::Simulation simulation(bare());
  StallTable stalls;
  sim::RandomStream stream({1, 0, "stalls", "order"});
  std::set<std::uint16_t> live;
  for (int step = 0; step < 5000; ++step) {
    if (live.empty() || stream.below(3) > 0) {
      EXPECT_TRUE(live.insert(stalls.hold(fault_of(0)).value).second) << "step " << step;
    } else {
      const auto any =
          std::next(live.begin(), static_cast<std::ptrdiff_t>(stream.below(live.size())));
      EXPECT_TRUE(stalls.end(DeviceIndex{0}, PrgIndex{*any}, StallEnd::retry));
      EXPECT_EQ(stalls.take_end(PrgIndex{*any}), StallEnd::retry);
      live.erase(any);
    }
    EXPECT_EQ(stalls.live(), live.size());
  }
}

}  // namespace
}  // namespace faultpath::models
