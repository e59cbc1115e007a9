// AMD's page request log: it stops on overflow, and answers only if it is told to.
#include "models/iommu/amd_ppr_log.hpp"

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using Fate = Arrival::Fate;

void fill(AmdPprLog& log) {
  while (log.occupied() < log.usable_entries()) {
    ASSERT_EQ(log.arrive(page_request(log.occupied(), 0, false)).fate, Fate::queued);
  }
}

TEST(AmdPprLog, StopsOnOverflowUntilItIsRestarted) {
  AmdPprLog log(8, {});
  fill(log);
  EXPECT_EQ(log.occupied(), 7U);
  EXPECT_TRUE(log.arrive(page_request(9, 1)).overflowed);
  log.set_head(log.tail());
  EXPECT_EQ(log.arrive(page_request(9, 2, false)).fate, Fate::dropped);
  EXPECT_EQ(log.arrive(page_request(9, 2)).fate, Fate::answered);
  EXPECT_EQ(log.occupied(), 0U);
  log.restart();
  EXPECT_EQ(log.arrive(page_request(9, 3)).fate, Fate::queued);
}

TEST(AmdPprLog, AnswersNobodyWithoutAutomaticResponses) {
  AmdPprLog log(2, {.auto_response = false, .early_threshold = std::nullopt});
  fill(log);
  EXPECT_EQ(log.arrive(page_request(9, 1)).fate, Fate::dropped);
}

TEST(AmdPprLog, AnswersFromTheEarlyThresholdOnAndKeepsRunning) {
  AmdPprLog log(8, {.auto_response = true, .early_threshold = 3});
  for (std::uint64_t page = 0; page < 3; ++page) {
    EXPECT_EQ(log.arrive(page_request(page, 0)).fate, Fate::queued) << page;
  }
  EXPECT_EQ(log.arrive(page_request(3, 0)).fate, Fate::answered);
  EXPECT_FALSE(log.overflow());
  log.set_head(log.next(log.head()));
  EXPECT_EQ(log.arrive(page_request(4, 0)).fate, Fate::queued);
}

TEST(AmdPprLog, InterruptsAgainOnlyWhenThePendingBitHasBeenCleared) {
  AmdPprLog log(8, {});
  EXPECT_TRUE(log.arrive(page_request(0, 0)).interrupt);
  EXPECT_FALSE(log.arrive(page_request(1, 0)).interrupt);
  log.clear_pending();
  EXPECT_TRUE(log.arrive(page_request(2, 0)).interrupt);
}

}  // namespace
}  // namespace faultpath::models
