// AMD's page request log: it stops on overflow, and answers only if it is told to.
#include "models/iommu/queues/amd_ppr_log.hpp"

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
  AmdSpec silent;
  silent.auto_response = false;
  AmdPprLog log(2, silent);
  fill(log);
  EXPECT_EQ(log.arrive(page_request(9, 1)).fate, Fate::dropped);
}

TEST(AmdPprLog, AnswersFromTheEarlyThresholdOnAndKeepsRunning) {
  AmdSpec early;
  early.early_threshold = 3;
  AmdPprLog log(8, early);
  for (std::uint64_t page = 0; page < 3; ++page) {
    EXPECT_EQ(log.arrive(page_request(page, 0)).fate, Fate::queued) << page;
  }
  EXPECT_EQ(log.arrive(page_request(3, 0)).fate, Fate::answered);
  EXPECT_FALSE(log.overflow());
  log.set_head(log.next(log.head()));
  EXPECT_EQ(log.arrive(page_request(4, 0)).fate, Fate::queued);
}

// Register 2080h, code[3:0].
TEST(AmdPprLog, AnswersWithTheCodeThatIsProgrammed) {
  for (const std::uint32_t code : {0U, 1U, 7U, 15U}) {
    AmdSpec spec;
    spec.auto_code = code;
    AmdPprLog log(2, spec);
    fill(log);
    EXPECT_EQ(static_cast<std::uint32_t>(log.arrive(page_request(9, 1)).code), code);
  }
}

// PprAutoRspAon.
TEST(AmdPprLog, AnswersEveryLastRequestIfItIsToldTo) {
  AmdSpec spec;
  spec.always = true;
  AmdPprLog log(8, spec);
  EXPECT_EQ(log.arrive(page_request(1, 1, false)).fate, Fate::dropped);
  EXPECT_EQ(log.arrive(page_request(2, 1)).fate, Fate::answered);
  EXPECT_EQ(log.arrive(stop_marker()).fate, Fate::dropped);
  EXPECT_EQ(log.occupied(), 0U);
  EXPECT_FALSE(log.overflow());
}

// BlkStopMrkEn.
TEST(AmdPprLog, StoresStopMarkersUnlessTheyAreBlocked) {
  AmdPprLog standard(8, {});
  EXPECT_EQ(standard.arrive(stop_marker()).fate, Fate::queued);
  AmdSpec spec;
  spec.block_stop_markers = true;
  AmdPprLog blocking(8, spec);
  EXPECT_EQ(blocking.arrive(stop_marker()).fate, Fate::dropped);
  EXPECT_EQ(blocking.arrive(page_request(1, 1)).fate, Fate::queued);
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
