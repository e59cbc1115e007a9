// The policies of the page request interrupt: which arrivals send a message, and when.
#include "models/iommu/interrupt_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/iommu/queues/amd_ppr_log.hpp"
#include "models/iommu/queues/smmu_event_queue.hpp"
#include "models/iommu/queues/smmu_pri_queue.hpp"
#include "models/iommu/queues/vtd_page_request_queue.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// A queue with a policy in front of it; the times of the messages.
template <class Queue>
struct Bench : InterruptTarget {
  template <class... More>
  explicit Bench(const InterruptPolicySpec& spec, std::uint32_t entries, More... more)
      : queue(entries, more...), policy(simulation, spec, queue, window, counted) {
    policy.connect(*this);
  }
  void interrupt() override { messages.push_back(simulation.now()); }
  void arrive(const PageRequest& request) {
    policy.before_arrival();
    const Arrival arrival = queue.arrive(request);
    policy.after_arrival(request, arrival);
  }
  void arrive_at(sim::Time when, const PageRequest& request) {
    simulation.start(later(when, request), "arrival");
  }
  sim::Process later(sim::Time when, PageRequest request) {
    co_await simulation.delay(when - simulation.now());
    arrive(request);
  }
  std::size_t arrive_and_count(const PageRequest& request) {
    const std::size_t before = messages.size();
    arrive(request);
    return messages.size() - before;
  }

  sim::Simulation simulation{bare()};
  StatisticsWindow window{sim::Time{}};
  std::uint64_t counted = 0;
  Queue queue;
  InterruptPolicy policy;
  std::vector<sim::Time> messages;
};

using OfSmmu = Bench<SmmuPriQueue>;
using OfVtd = Bench<VtdPageRequestQueue>;

// SMMUv3 has no pending bit, so nothing holds a policy's messages back.
TEST(InterruptPolicy, PerMessageSendsOneForEachStoredRequest) {
  OfSmmu bench(InterruptPerMessage{}, 8);
  for (std::uint16_t i = 0; i < 5; ++i) bench.arrive(page_request(i, i, false));
  EXPECT_EQ(bench.messages.size(), 5U);
  EXPECT_EQ(bench.counted, 5U);
}

TEST(InterruptPolicy, FirstIntoEmptySendsAgainOnlyAfterTheQueueWasEmpty) {
  OfSmmu bench(InterruptFirstIntoEmpty{}, 8);
  EXPECT_EQ(bench.arrive_and_count(page_request(1, 1)), 1U);
  EXPECT_EQ(bench.arrive_and_count(page_request(2, 2)), 0U);
  bench.queue.pop_front();
  EXPECT_EQ(bench.arrive_and_count(page_request(3, 3)), 0U);
  bench.queue.pop_front();
  bench.queue.pop_front();
  EXPECT_EQ(bench.arrive_and_count(page_request(4, 4)), 1U);
}

TEST(InterruptPolicy, LastOnlyIsSilentForTheOthersOfAGroup) {
  OfSmmu bench(InterruptLastOnly{}, 8);
  EXPECT_EQ(bench.arrive_and_count(page_request(1, 1, false)), 0U);
  EXPECT_EQ(bench.arrive_and_count(page_request(2, 1, false)), 0U);
  EXPECT_EQ(bench.arrive_and_count(page_request(3, 1)), 1U);
}

// Otherwise requests before an overflow, or before an answer from the early threshold on, would
// wait for ever.
TEST(InterruptPolicy, LastOnlySendsForALostLastRequestBehindOthers) {
  OfSmmu full(InterruptLastOnly{}, 2);
  full.arrive(page_request(1, 1, false));
  full.arrive(page_request(2, 1, false));
  EXPECT_EQ(full.arrive_and_count(page_request(3, 2, false)), 1U) << "overflow begins";
  AmdSpec answering;
  answering.early_threshold = 1;
  Bench<AmdPprLog> early(InterruptLastOnly{}, 8, answering);
  EXPECT_EQ(early.arrive_and_count(page_request(1, 1, false)), 0U);
  EXPECT_EQ(early.arrive_and_count(page_request(2, 1)), 1U);
}

TEST(InterruptPolicy, OverflowAlwaysSendsOneUnlessPolled) {
  const InterruptCoalesced patient{.count = 100, .time = sim::seconds(1)};
  for (const InterruptPolicySpec& spec :
       {InterruptPolicySpec{InterruptPerMessage{}}, InterruptPolicySpec{InterruptFirstIntoEmpty{}},
        InterruptPolicySpec{InterruptLastOnly{}}, InterruptPolicySpec{patient}}) {
    OfSmmu bench(spec, 2);
    bench.arrive(page_request(1, 1, false));
    bench.arrive(page_request(2, 1, false));
    EXPECT_EQ(bench.arrive_and_count(page_request(3, 1, false)), 1U) << spec.index();
    EXPECT_EQ(bench.arrive_and_count(page_request(4, 1, false)), 0U) << spec.index();
  }
}

TEST(InterruptPolicy, CoalescedSendsWithTheCountAndNotBefore) {
  OfSmmu bench(InterruptCoalesced{.count = 3, .time = microseconds(10)}, 16);
  for (const std::size_t expected : {0U, 0U, 1U, 0U, 0U, 1U}) {
    EXPECT_EQ(bench.arrive_and_count(page_request(1, 1)), expected);
  }
}

TEST(InterruptPolicy, CoalescedSendsTheTimeAfterTheFirst) {
  OfSmmu bench(InterruptCoalesced{.count = 3, .time = microseconds(10)}, 16);
  bench.arrive_at(at_ns(1'000), page_request(1, 1));
  bench.arrive_at(at_ns(9'000), page_request(2, 2));
  bench.arrive_at(at_ns(40'000), page_request(3, 3));
  bench.simulation.run();
  EXPECT_THAT(bench.messages, ElementsAre(at_ns(11'000), at_ns(50'000)));
}

// The count was reached; the timer of the first belongs to nobody, the next one starts its own.
TEST(InterruptPolicy, CoalescedStartsItsTimeAnewAfterAMessage) {
  OfSmmu bench(InterruptCoalesced{.count = 2, .time = microseconds(10)}, 16);
  for (const int ns : {0, 2'000, 6'000}) bench.arrive_at(at_ns(ns), page_request(1, 1));
  bench.simulation.run();
  EXPECT_THAT(bench.messages, ElementsAre(at_ns(2'000), at_ns(16'000)));
}

TEST(InterruptPolicy, CoalescedForgetsWhatSoftwareHasTakenMeanwhile) {
  OfSmmu bench(InterruptCoalesced{.count = 2, .time = microseconds(10)}, 16);
  bench.arrive(page_request(1, 1));
  bench.queue.pop_front();
  bench.simulation.run();
  EXPECT_THAT(bench.messages, IsEmpty());
  EXPECT_EQ(bench.arrive_and_count(page_request(2, 2)), 0U) << "one of two";
}

// VT-d 7.5: none while PPR or PRO is set, whatever the policy.
TEST(InterruptPolicy, VtdSendsNoneUntilPendingAndOverflowHaveBeenCleared) {
  OfVtd bench(InterruptPerMessage{}, 4);
  EXPECT_EQ(bench.arrive_and_count(page_request(1, 1)), 1U);
  EXPECT_EQ(bench.arrive_and_count(page_request(2, 2)), 0U);
  bench.queue.clear_pending();
  EXPECT_EQ(bench.arrive_and_count(page_request(3, 3)), 1U);
  EXPECT_EQ(bench.arrive_and_count(page_request(4, 4)), 0U) << "overflow, with PPR set";
  bench.queue.clear_pending();
  bench.queue.set_head(bench.queue.tail());
  EXPECT_EQ(bench.arrive_and_count(page_request(5, 5)), 0U) << "PRO is set";
  bench.queue.clear_overflow();
  EXPECT_EQ(bench.arrive_and_count(page_request(6, 6)), 1U);
}

// PPR is set by a request that sends nothing; that must not silence the one that does.
TEST(InterruptPolicy, VtdSendsForALastRequestThoughOthersHaveSetPending) {
  OfVtd bench(InterruptLastOnly{}, 8);
  EXPECT_EQ(bench.arrive_and_count(page_request(1, 1, false)), 0U);
  ASSERT_TRUE(bench.queue.pending());
  EXPECT_EQ(bench.arrive_and_count(page_request(2, 1)), 1U);
  EXPECT_EQ(bench.arrive_and_count(page_request(3, 2)), 0U) << "one is outstanding";
}

// An event record of a terminated transaction belongs to no group: nothing comes behind it that
// would tell of it.
TEST(InterruptPolicy, LastOnlySendsForEveryRecordOfAnEventQueue) {
  Bench<SmmuEventQueue> bench(InterruptLastOnly{}, 8);
  for (const bool stall : {false, true, false}) {
    EXPECT_EQ(bench.arrive_and_count(page_request(1, 1, stall)), 1U);
  }
}

}  // namespace
}  // namespace faultpath::models
