// Threads that pin: what one of them takes, and where more of them do not help.
#include "models/memory/parallel_pin.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;

constexpr std::uint64_t kBatches = 1024;

// 300 us to fill a batch, 60 to pin it and 40 to map it.
PinWork work_of(std::uint64_t batches) {
  return {.pages = batches * 512,
          .fill = microseconds(300),
          .pin = microseconds(60),
          .map = microseconds(40)};
}
constexpr Duration kBatch = microseconds(400);

Duration time_of(const PinThreadsSpec& spec, std::uint64_t batches = kBatches) {
  return time_to_pin(spec, work_of(batches), 64);
}

TEST(PinThreads, OfOneThreadTakeTheSumOfAllBatchesAndSections) {
  const PinThreadsSpec spec{.section = microseconds(2), .hand_over = microseconds(50)};
  EXPECT_EQ(time_of(spec), kBatches * (kBatch + microseconds(2)));
}

TEST(PinThreads, PayForTheShareOfABatchThatIsNotFull) {
  PinWork work = work_of(1);
  work.pages += 128;
  EXPECT_EQ(time_to_pin({}, work, 1), kBatch + kBatch / 4);
}

TEST(PinThreads, HoldTheLockForWritingOnceForEachRun) {
  for (const auto& [counted, sections] : {std::pair{512U, kBatches},
                                          {1024U, kBatches / 2},
                                          {128U, 4 * kBatches},
                                          {0U, std::uint64_t{1}}}) {
    const PinThreadsSpec spec{.counted = counted, .section = microseconds(3)};
    EXPECT_EQ(time_of(spec), kBatches * kBatch + sections * microseconds(3)) << counted;
  }
}

// Without sections for writing nobody waits: the work is divided.
TEST(PinThreads, ThatOnlyReadDivideTheWork) {
  for (const std::uint32_t threads : {2U, 4U, 8U}) {
    EXPECT_EQ(time_of({.threads = threads, .counted = 0}), kBatches * kBatch / threads);
  }
}

TEST(PinThreads, HaveNoMoreThanTheCoresThatThereAre) {
  EXPECT_EQ(time_to_pin({.threads = 8, .counted = 0}, work_of(kBatches), 2), kBatches * kBatch / 2);
}

// All meet at the lock once a batch: a round is a batch, and a section of each thread. Those who
// have counted map meanwhile.
TEST(PinThreads, ThatCountEachBatchTakeARoundOfAllSections) {
  for (const std::uint32_t threads : {2U, 4U, 8U, 16U}) {
    const PinThreadsSpec spec{.threads = threads, .section = microseconds(50)};
    const double rounds = static_cast<double>(kBatches) / threads;
    const double round = 360.0 + 50.0 * threads;
    const double least = rounds * round * 1e-6;
    EXPECT_GE(sim::to_seconds(time_of(spec)), least) << threads;
    EXPECT_LE(sim::to_seconds(time_of(spec)), least + rounds * 40e-6 + 400e-6) << threads;
  }
}

// A hand-over that costs more with each who waits: from some number of threads on it is slower.
TEST(PinThreads, AreFastestInSomeNumberWhenAHandOverCostsForEachThatWaits) {
  PinThreadsSpec spec{.hand_over_per_waiter = microseconds(12)};
  const auto of = [&](std::uint32_t threads) {
    spec.threads = threads;
    return time_of(spec);
  };
  EXPECT_LT(of(4), of(1));
  EXPECT_GT(of(32), of(4));
  EXPECT_GT(of(64), of(32));
}

TEST(PinThreads, ThatCountInAdvanceMeetLessOften) {
  PinThreadsSpec spec{.threads = 8, .hand_over_per_waiter = microseconds(12)};
  const Duration each = time_of(spec, 8 * kBatches);
  spec.counted = 65536;
  const Duration cached = time_of(spec, 8 * kBatches);
  EXPECT_LT(2 * cached, each);
  EXPECT_GE(cached, 8 * kBatches * kBatch / 8);
}

// Two threads that fill together take 300 us and a quarter more.
TEST(PinThreads, ShareTheBandwidthOfMemory) {
  const PinThreadsSpec spec{.threads = 2, .counted = 0, .slowdown = 0.25};
  const Duration both = kBatch + microseconds(300) / 4;
  const Duration alone = kBatch;
  EXPECT_LE(time_of(spec), kBatches / 2 * both);
  EXPECT_GE(time_of(spec), kBatches / 2 * alone + microseconds(75));
}

}  // namespace
}  // namespace faultpath::models
