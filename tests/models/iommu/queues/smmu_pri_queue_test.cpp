// The PRI queue of SMMUv3: wrap bit, overflow until it is acknowledged, and interrupts.
#include "models/iommu/queues/smmu_pri_queue.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using Fate = Arrival::Fate;

void fill(SmmuPriQueue& queue) {
  while (queue.occupied() < queue.usable_entries()) {
    ASSERT_EQ(queue.arrive(page_request(queue.occupied(), 0, false)).fate, Fate::queued);
  }
}

TEST(SmmuPriQueue, HoldsAsManyRequestsAsItHasEntries) {
  for (const std::uint32_t entries : {2U, 64U, 2048U}) {
    SmmuPriQueue queue(entries);
    fill(queue);
    EXPECT_EQ(queue.occupied(), entries);
    EXPECT_FALSE(queue.overflow());
    EXPECT_TRUE(queue.arrive(page_request(0, 0)).overflowed);
    EXPECT_TRUE(queue.overflow());
  }
}

TEST(SmmuPriQueue, DiscardsUntilTheOverflowIsAcknowledgedThoughThereIsSpace) {
  SmmuPriQueue queue(4);
  fill(queue);
  queue.arrive(page_request(9, 1));
  while (!queue.empty()) queue.pop_front();
  EXPECT_EQ(queue.arrive(page_request(9, 2, false)).fate, Fate::dropped);
  const Arrival last = queue.arrive(page_request(9, 2));
  EXPECT_EQ(last.fate, Fate::answered);
  EXPECT_EQ(last.code, ResponseCode::success);
  EXPECT_FALSE(last.overflowed) << "one overflow is active already";
  EXPECT_EQ(queue.arrive(stop_marker()).fate, Fate::dropped);
  EXPECT_EQ(queue.occupied(), 0U);
  queue.acknowledge_overflow();
  EXPECT_EQ(queue.arrive(page_request(9, 3)).fate, Fate::queued);
}

TEST(SmmuPriQueue, FreesEntryByEntry) {
  SmmuPriQueue queue(2);
  fill(queue);
  EXPECT_EQ(queue.front().page, IovaPage{0});
  queue.pop_front();
  EXPECT_EQ(queue.arrive(page_request(7, 0)).fate, Fate::queued);
  EXPECT_EQ(queue.front().page, IovaPage{1});
}

TEST(SmmuPriQueue, InterruptsWhenItIsNoLongerEmptyAndWhenAnOverflowBegins) {
  SmmuPriQueue queue(2);
  EXPECT_TRUE(queue.arrive(page_request(0, 0)).interrupt);
  EXPECT_FALSE(queue.arrive(page_request(1, 0)).interrupt);
  EXPECT_TRUE(queue.arrive(page_request(2, 0)).interrupt);
  EXPECT_FALSE(queue.arrive(page_request(3, 0)).interrupt);
}

TEST(SmmuPriQueueDeathTest, RefusesASizeThatIsNoPowerOfTwo) {
  EXPECT_DEATH(SmmuPriQueue(24), "power of two");
}

// LWR = 100b with SSV = 0 is a request, and answered when it is lost; a stop marker never is.
TEST(SmmuPriQueue, AnswersWhatLooksLikeAStopMarkerWithoutPasid) {
  SmmuPriQueue queue(2);
  for (std::uint16_t index = 0; index < 3; ++index) queue.arrive(page_request(index, index));
  ASSERT_TRUE(queue.overflow());
  PageRequest request = stop_marker();
  EXPECT_EQ(queue.arrive(request).fate, Arrival::Fate::dropped);
  request.pasid.reset();
  EXPECT_EQ(queue.arrive(request).fate, Arrival::Fate::answered);
}

}  // namespace
}  // namespace faultpath::models
