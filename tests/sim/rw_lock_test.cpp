// The reader-writer lock: convoys behind writers, and what cancellation leaves behind.
#include "sim/rw_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <utility>

#include "sim/task.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

class RwLockTest : public testing::Test {
 protected:
  ProcessId start(bool writer, const char* name, Duration arrival, Duration length) {
    return simulation.start(uses(writer, name, arrival, length), name);
  }
  Process uses(bool writer, const char* name, Duration arrival, Duration length) {
    co_await simulation.delay(arrival);
    const auto hold = co_await lock_of(writer);
    diary.note(name);
    co_await simulation.delay(length);
  }
  Task<RwLockHold> lock_of(bool writer) {
    if (writer) co_return co_await lock.write();
    co_return co_await lock.read();
  }

  RwLock lock{"mmap_lock"};  // outlives the frames that hold it
  Simulation simulation{bare()};
  Diary diary{simulation};
};

TEST_F(RwLockTest, ReadersShare) {
  start(false, "r1", nanoseconds(0), nanoseconds(10));
  start(false, "r2", nanoseconds(1), nanoseconds(10));
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("r1 at 0", "r2 at 1"));
}

TEST_F(RwLockTest, AWriterExcludesEverybody) {
  start(true, "w1", nanoseconds(0), nanoseconds(10));
  start(false, "r", nanoseconds(1), nanoseconds(5));
  start(true, "w2", nanoseconds(2), nanoseconds(10));
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("w1 at 0", "r at 10", "w2 at 15"));
}

TEST_F(RwLockTest, AQueuedWriterHoldsBackTheReadersBehindIt) {
  start(false, "r1", nanoseconds(0), nanoseconds(10));
  start(true, "w", nanoseconds(1), nanoseconds(100));
  start(false, "r2", nanoseconds(2), nanoseconds(1));
  start(false, "r3", nanoseconds(3), nanoseconds(1));
  simulation.run();
  // r2 and r3 could share with r1, and are in the convoy until 10 + 100.
  EXPECT_THAT(diary.lines(), ElementsAre("r1 at 0", "w at 10", "r2 at 110", "r3 at 110"));
}

TEST_F(RwLockTest, AllReadersInFrontOfTheNextWriterEnterTogether) {
  start(true, "w1", nanoseconds(0), nanoseconds(10));
  start(false, "r1", nanoseconds(1), nanoseconds(5));
  start(false, "r2", nanoseconds(2), nanoseconds(7));
  start(true, "w2", nanoseconds(3), nanoseconds(1));
  start(false, "r3", nanoseconds(4), nanoseconds(1));
  simulation.run();
  EXPECT_THAT(diary.lines(),
              ElementsAre("w1 at 0", "r1 at 10", "r2 at 10", "w2 at 17", "r3 at 18"));
}

TEST_F(RwLockTest, KnowsWhoHoldsItAndWhoWaits) {
  start(false, "r1", nanoseconds(0), nanoseconds(10));
  start(false, "r2", nanoseconds(0), nanoseconds(10));
  start(true, "w", nanoseconds(0), nanoseconds(10));
  EXPECT_EQ(lock.readers(), 2U);
  EXPECT_FALSE(lock.written());
  EXPECT_EQ(lock.waiting(), 1U);
  simulation.calendar().run_before(at_ns(11));
  EXPECT_EQ(lock.readers(), 0U);
  EXPECT_TRUE(lock.written());
}

TEST_F(RwLockTest, ACancelledWriterLetsTheReadersBehindItIn) {
  start(false, "r1", nanoseconds(0), nanoseconds(10));
  const ProcessId writer = start(true, "w", nanoseconds(1), nanoseconds(100));
  start(false, "r2", nanoseconds(2), nanoseconds(1));
  simulation.calendar().run_before(at_ns(5));
  simulation.cancel(writer);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("r1 at 0", "r2 at 2"));
  EXPECT_EQ(lock.readers(), 0U);
}

TEST_F(RwLockTest, ACancelledHolderGivesTheLockToTheNext) {
  const ProcessId first = start(true, "w1", nanoseconds(0), nanoseconds(100));
  start(true, "w2", nanoseconds(0), nanoseconds(1));
  simulation.cancel(first);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("w1 at 0", "w2 at 0"));
  EXPECT_FALSE(lock.written());
}

TEST_F(RwLockTest, ALockGrantedToAWaiterThatIsCancelledBeforeItWakesGoesOn) {
  for (const bool writer : {true, false}) {
    const ProcessId holder = start(true, "holder", nanoseconds(0), nanoseconds(100));
    const ProcessId granted = start(writer, "granted", nanoseconds(0), nanoseconds(100));
    start(true, "next", nanoseconds(0), nanoseconds(1));
    simulation.cancel(holder);  // the lock goes to `granted`, whose wake-up is pending now
    simulation.cancel(granted);
    simulation.run();
    EXPECT_EQ(lock.readers(), 0U);
    EXPECT_FALSE(lock.written());
  }
  EXPECT_THAT(diary.lines(), ElementsAre("holder at 0", "next at 0", "holder at 1", "next at 1"));
}

Process takes_for_ever(RwLock& lock, std::byte* storage) {
  auto hold = co_await lock.read();
  new (storage) RwLockHold{std::move(hold)};  // never given back
}

Process writes(RwLock& lock) { const auto hold = co_await lock.write(); }

TEST_F(RwLockTest, MayEndBeforeItsWaiters) {
  alignas(RwLockHold) std::byte storage[sizeof(RwLockHold)];
  {
    RwLock shorter{"shorter"};
    simulation.start(takes_for_ever(shorter, storage), "holder");
    simulation.start_service(writes(shorter), "waiter");
    EXPECT_EQ(shorter.waiting(), 1U);
  }
  EXPECT_NO_THROW(simulation.run());
}

}  // namespace
}  // namespace faultpath::sim
