// The page request queue of VT-d: capacity, overflow, answers and interrupts.
#include "models/iommu/queues/vtd_page_request_queue.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using Fate = Arrival::Fate;

// What the driver does when it has taken everything.
void drain(VtdPageRequestQueue& queue) {
  queue.clear_pending();
  queue.set_head(queue.tail());
}
void fill(VtdPageRequestQueue& queue) {
  for (std::uint32_t i = 0; i < queue.usable_entries(); ++i) {
    ASSERT_EQ(queue.arrive(page_request(i, 0, false)).fate, Fate::queued) << i;
  }
}

TEST(VtdPageRequestQueue, HoldsOneRequestLessThanItHasEntries) {
  for (const std::uint32_t entries : {2U, 4U, 128U, 2048U}) {
    VtdPageRequestQueue queue(entries);
    EXPECT_EQ(queue.usable_entries(), entries - 1);
    fill(queue);
    EXPECT_EQ(queue.occupied(), entries - 1);
    EXPECT_FALSE(queue.overflow());
    const Arrival arrival = queue.arrive(page_request(0, 0));
    EXPECT_NE(arrival.fate, Fate::queued);
    EXPECT_TRUE(arrival.overflowed);
    EXPECT_TRUE(queue.overflow());
    EXPECT_EQ(queue.occupied(), entries - 1);
  }
}

TEST(VtdPageRequestQueueDeathTest, RefusesASizeThatIsNoPowerOfTwo) {
  EXPECT_DEATH(VtdPageRequestQueue(1), "power of two");
  EXPECT_DEATH(VtdPageRequestQueue(24), "power of two");
}

TEST(VtdPageRequestQueue, KeepsRequestsInOrderAroundTheEndOfTheRing) {
  VtdPageRequestQueue queue(4);
  for (std::uint64_t page = 0; page < 10; page += 2) {
    queue.arrive(page_request(page, 1, false));
    queue.arrive(page_request(page + 1, 1));
    std::uint32_t at = queue.head();
    EXPECT_EQ(queue.at(at).page.value, page);
    at = queue.next(at);
    EXPECT_EQ(queue.at(at).page.value, page + 1);
    EXPECT_EQ(queue.next(at), queue.tail());
    drain(queue);
    EXPECT_EQ(queue.occupied(), 0U);
  }
}

TEST(VtdPageRequestQueue, AnswersSuccessToALastRequestWhenFull) {
  VtdPageRequestQueue queue(4);
  fill(queue);
  const Arrival arrival = queue.arrive(page_request(9, 7));
  EXPECT_EQ(arrival.fate, Fate::answered);
  EXPECT_EQ(arrival.code, ResponseCode::success);
}

TEST(VtdPageRequestQueue, DropsARequestThatIsNotTheLastSilentlyWhenFull) {
  VtdPageRequestQueue queue(4);
  fill(queue);
  EXPECT_EQ(queue.arrive(page_request(9, 7, false)).fate, Fate::dropped);
  EXPECT_TRUE(queue.overflow());  // a silent loss is an overflow all the same
}

TEST(VtdPageRequestQueue, NeverAnswersAStopMarker) {
  VtdPageRequestQueue queue(4);
  fill(queue);
  EXPECT_EQ(queue.arrive(stop_marker()).fate, Fate::dropped);  // finds it full
  EXPECT_EQ(queue.arrive(stop_marker()).fate, Fate::dropped);  // finds the flag set
}

TEST(VtdPageRequestQueue, TheRequestThatFindsItFullIsLost) {
  VtdPageRequestQueue queue(2);
  queue.arrive(page_request(1, 1));
  queue.arrive(page_request(2, 2));
  EXPECT_EQ(queue.at(queue.head()).page.value, 1U);
  EXPECT_EQ(queue.occupied(), 1U);
  drain(queue);
  EXPECT_EQ(queue.occupied(), 0U);  // 2 does not turn up when there is space
}

TEST(VtdPageRequestQueue, KeepsDroppingAfterSpaceIsFreeUntilTheFlagIsCleared) {
  VtdPageRequestQueue queue(4);
  fill(queue);
  queue.arrive(page_request(9, 0));
  drain(queue);
  ASSERT_EQ(queue.occupied(), 0U);
  EXPECT_EQ(queue.arrive(page_request(10, 0)).fate, Fate::answered);
  EXPECT_EQ(queue.arrive(page_request(11, 0, false)).fate, Fate::dropped);
  EXPECT_EQ(queue.occupied(), 0U);  // while the flag is set, the tail does not move
  queue.clear_overflow();
  EXPECT_EQ(queue.arrive(page_request(12, 0)).fate, Fate::queued);
  EXPECT_EQ(queue.occupied(), 1U);
}

TEST(VtdPageRequestQueue, OnlyTheFirstLossIsAnOverflow) {
  VtdPageRequestQueue queue(2);
  fill(queue);
  EXPECT_TRUE(queue.arrive(page_request(9, 0)).overflowed);
  EXPECT_FALSE(queue.arrive(page_request(9, 0)).overflowed);
  drain(queue);
  queue.clear_overflow();
  fill(queue);
  EXPECT_TRUE(queue.arrive(page_request(9, 0)).overflowed);
}

TEST(VtdPageRequestQueue, InterruptsForTheFirstRequestAndNotWhilePendingIsSet) {
  VtdPageRequestQueue queue(8);
  EXPECT_FALSE(queue.pending());
  EXPECT_TRUE(queue.arrive(page_request(1, 0)).interrupt);
  EXPECT_TRUE(queue.pending());
  EXPECT_FALSE(queue.arrive(page_request(2, 0)).interrupt);
  queue.set_head(queue.tail());  // an empty queue is not enough
  EXPECT_FALSE(queue.arrive(page_request(3, 0)).interrupt);
  queue.clear_pending();
  EXPECT_TRUE(queue.arrive(page_request(4, 0)).interrupt);
}

TEST(VtdPageRequestQueue, OverflowInterruptsOnlyWhenPendingIsNotSet) {
  VtdPageRequestQueue pending(2);
  fill(pending);
  EXPECT_FALSE(pending.arrive(page_request(9, 0)).interrupt);
  VtdPageRequestQueue cleared(2);
  fill(cleared);
  cleared.clear_pending();
  EXPECT_TRUE(cleared.arrive(page_request(9, 0)).interrupt);
}

TEST(VtdPageRequestQueue, DoesNotInterruptWhileOverflowIsSet) {
  VtdPageRequestQueue queue(2);
  fill(queue);
  queue.arrive(page_request(9, 0));
  drain(queue);
  EXPECT_FALSE(queue.pending());
  EXPECT_FALSE(queue.arrive(page_request(10, 0)).interrupt);
  EXPECT_FALSE(queue.pending());  // nothing was stored
  queue.clear_overflow();
  EXPECT_TRUE(queue.arrive(page_request(11, 0)).interrupt);
}

TEST(VtdPageRequestQueue, HeadFreesEveryEntryBeforeIt) {
  VtdPageRequestQueue queue(8);
  fill(queue);
  queue.set_head(queue.next(queue.next(queue.head())));
  EXPECT_EQ(queue.occupied(), 5U);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(queue.arrive(page_request(1, 0)).fate, Fate::queued);
  EXPECT_NE(queue.arrive(page_request(1, 0)).fate, Fate::queued);
}

}  // namespace
}  // namespace faultpath::models
