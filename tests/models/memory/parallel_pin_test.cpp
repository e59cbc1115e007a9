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

// Nothing but the work: a test adds what it is about.
PinThreadsSpec plain(std::uint32_t threads = 1, std::uint64_t counted = 512) {
  return {
      .threads = threads, .counted = counted, .hand_over_per_waiter = Duration{}, .slowdown = 0.0};
}

Duration time_of(const PinThreadsSpec& spec, std::uint64_t batches = kBatches) {
  return time_to_pin(spec, work_of(batches), 64);
}

TEST(PinThreads, OfOneThreadTakeTheSumOfAllBatchesAndSections) {
  PinThreadsSpec spec;
  spec.section = microseconds(2);
  spec.hand_over = microseconds(50);
  EXPECT_EQ(time_of(spec), kBatches * (kBatch + microseconds(2)));
}

TEST(PinThreads, PayForTheShareOfABatchThatIsNotFull) {
  PinWork work = work_of(1);
  work.pages += 128;
  EXPECT_EQ(time_to_pin(plain(), work, 1), kBatch + kBatch / 4);
}

TEST(PinThreads, HoldTheLockForWritingOnceForEachRun) {
  for (const auto& [counted, sections] : {std::pair{512U, kBatches},
                                          {1024U, kBatches / 2},
                                          {128U, 4 * kBatches},
                                          {0U, std::uint64_t{1}}}) {
    PinThreadsSpec spec = plain(1, counted);
    spec.section = microseconds(3);
    EXPECT_EQ(time_of(spec), kBatches * kBatch + sections * microseconds(3)) << counted;
  }
}

// Without sections for writing nobody waits: the work is divided.
TEST(PinThreads, ThatOnlyReadDivideTheWork) {
  for (const std::uint32_t threads : {2U, 4U, 8U}) {
    EXPECT_EQ(time_of(plain(threads, 0)), kBatches * kBatch / threads);
  }
}

TEST(PinThreads, HaveNoMoreThanTheCoresThatThereAre) {
  EXPECT_EQ(time_to_pin(plain(8, 0), work_of(kBatches), 2), kBatches * kBatch / 2);
}

// All meet at the lock once a batch: a round is a batch, and a section of each thread. Those who
// have counted map meanwhile.
TEST(PinThreads, ThatCountEachBatchTakeARoundOfAllSections) {
  for (const std::uint32_t threads : {2U, 4U, 8U, 16U}) {
    PinThreadsSpec spec = plain(threads);
    spec.section = microseconds(50);
    const double rounds = static_cast<double>(kBatches) / threads;
    const double round = 360.0 + 50.0 * threads;
    const double least = rounds * round * 1e-6;
    EXPECT_GE(sim::to_seconds(time_of(spec)), least) << threads;
    EXPECT_LE(sim::to_seconds(time_of(spec)), least + rounds * 40e-6 + 400e-6) << threads;
  }
}

// A hand-over that costs more with each who waits: from some number of threads on it is slower.
TEST(PinThreads, AreFastestInSomeNumberWhenAHandOverCostsForEachThatWaits) {
  PinThreadsSpec spec = plain();
  spec.hand_over_per_waiter = microseconds(12);
  const auto of = [&](std::uint32_t threads) {
    spec.threads = threads;
    return time_of(spec);
  };
  EXPECT_LT(of(4), of(1));
  EXPECT_GT(of(32), of(4));
  EXPECT_GT(of(64), of(32));
}

TEST(PinThreads, ThatCountInAdvanceMeetLessOften) {
  PinThreadsSpec spec = plain(8);
  spec.hand_over_per_waiter = microseconds(12);
  const Duration each = time_of(spec, 8 * kBatches);
  spec.counted = 65536;
  const Duration cached = time_of(spec, 8 * kBatches);
  EXPECT_LT(2 * cached, each);
  EXPECT_GE(cached, 8 * kBatches * kBatch / 8);
}

// Two threads that fill together take 300 us and a quarter more.
TEST(PinThreads, ShareTheBandwidthOfMemory) {
  PinThreadsSpec spec = plain(2, 0);
  spec.slowdown = 0.25;
  const Duration both = kBatch + microseconds(300) / 4;
  const Duration alone = kBatch;
  EXPECT_LE(time_of(spec), kBatches / 2 * both);
  EXPECT_GE(time_of(spec), kBatches / 2 * alone + microseconds(75));
}

// What the defaults are fitted to: T5 of Jordan, RFC 08/16 vfio/type1: Cache locked_vm, 2022. The
// times are per byte, so an eighth of the range shows them. A batch of one thread takes 83.8 s /
// 184,320; of memory that is populated 5.1 s / 65,536 (128 GiB).
TEST(PinThreads, TakeTheTimesThatTheirDefaultsAreFittedTo) {
  constexpr std::uint64_t kPages = 360ULL << 18;
  constexpr std::uint64_t kPart = 8;
  const Duration there = sim::seconds(5) / 65536 + sim::milliseconds(100) / 65536;
  const Duration batch = sim::milliseconds(83'800) / static_cast<std::int64_t>(kPages / 512);
  const PinWork work{.pages = kPages / kPart,
                     .fill = batch - there,
                     .pin = 512 * sim::nanoseconds(60),
                     .map = there - 512 * sim::nanoseconds(60)};
  struct Row {
    std::uint32_t threads;
    std::uint64_t counted;
    double seconds;
  };
  for (const Row& row : {Row{1, 512, 83.8}, {8, 512, 27.2}, {1, 65536, 84.2}, {8, 65536, 11.7}}) {
    PinThreadsSpec spec;
    spec.threads = row.threads;
    spec.counted = row.counted;
    const double took = kPart * sim::to_seconds(time_to_pin(spec, work, 52));
    EXPECT_NEAR(took, row.seconds, 0.02 * row.seconds) << row.threads << " " << row.counted;
  }
}

}  // namespace
}  // namespace faultpath::models
