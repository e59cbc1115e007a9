// Core pools: order, priorities, wake-up latency, accounting and cancellation.
#include "sim/core_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

struct Work {
  const char* name;
  Duration arrival;
  Duration cost;
  Duration wake_up = Duration::zero();
  Priority priority = Priority::normal;
};

// A pool that outlives its simulation's processes, as a model that is destroyed after them does.
class CorePoolTest : public testing::Test {
 protected:
  void TearDown() override { simulation.end(); }

  ProcessId start(CorePool& pool, const Work& work) {
    return simulation.start(runs(pool, work), work.name);
  }
  Process runs(CorePool& pool, Work work) {
    co_await simulation.delay(work.arrival);
    const CoreRun run = co_await pool.run(work.cost, work.wake_up, work.priority);
    diary.note(std::string(work.name) + " from " +
               std::to_string(run.started.time_since_epoch().count() / 1000));
  }

  Simulation simulation{bare()};
  Diary diary{simulation};
  CorePool one{simulation, 1, "one"};
  CorePool two{simulation, 2, "two"};
};

TEST_F(CorePoolTest, ServesFirstComeFirstServed) {
  start(one, {"a", nanoseconds(0), nanoseconds(10)});
  start(one, {"b", nanoseconds(3), nanoseconds(1)});
  start(one, {"c", nanoseconds(2), nanoseconds(5)});
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a from 0 at 10", "c from 10 at 15", "b from 15 at 16"));
}

TEST_F(CorePoolTest, AsManyRunAtOnceAsThereAreCores) {
  for (const char* name : {"a", "b", "c"}) start(two, {name, nanoseconds(0), nanoseconds(10)});
  EXPECT_EQ(two.busy(), 2U);
  EXPECT_EQ(two.waiting(), 1U);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a from 0 at 10", "b from 0 at 10", "c from 10 at 20"));
  EXPECT_EQ(two.busy(), 0U);
}

TEST_F(CorePoolTest, RunsTheMoreUrgentFirstAndPreemptsNothing) {
  start(one, {"running", nanoseconds(0), nanoseconds(10)});
  start(one, {"background", nanoseconds(1), nanoseconds(1), {}, Priority::background});
  start(one, {"normal", nanoseconds(2), nanoseconds(1)});
  start(one, {"interrupt 1", nanoseconds(3), nanoseconds(1), {}, Priority::interrupt});
  start(one, {"interrupt 2", nanoseconds(4), nanoseconds(1), {}, Priority::interrupt});
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("running from 0 at 10", "interrupt 1 from 10 at 11",
                                         "interrupt 2 from 11 at 12", "normal from 12 at 13",
                                         "background from 13 at 14"));
}

TEST_F(CorePoolTest, TheWakeUpOccupiesTheCore) {
  start(one, {"a", nanoseconds(0), nanoseconds(10), nanoseconds(4)});
  start(one, {"b", nanoseconds(0), nanoseconds(10)});
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a from 0 at 14", "b from 14 at 24"));
}

TEST_F(CorePoolTest, BusyTimeIsTheIntegralOfTheCoresInUse) {
  start(two, {"a", nanoseconds(0), nanoseconds(10)});
  start(two, {"b", nanoseconds(4), nanoseconds(10)});
  start(two, {"c", nanoseconds(5), nanoseconds(7), nanoseconds(1)});
  simulation.run();
  // [0, 4): 1, [4, 14): 2 (c takes a's core at 10), [14, 18): 1; the sum of all work is 10 + 10
  // + 8.
  EXPECT_EQ(simulation.now(), at_ns(18));
  EXPECT_DOUBLE_EQ(two.busy_gauge().mean(simulation.now()), 28.0 / 18.0);
  EXPECT_EQ(two.busy_gauge().max(), 2);
  EXPECT_EQ(two.busy_gauge().value(), 0);
}

TEST_F(CorePoolTest, WorkThatIsCancelledGivesItsCoreToTheNext) {
  const ProcessId a = start(one, {"a", nanoseconds(0), nanoseconds(10)});
  start(one, {"b", nanoseconds(1), nanoseconds(10)});
  simulation.calendar().run_before(at_ns(4));
  simulation.cancel(a);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("b from 1 at 11"));
  EXPECT_EQ(one.busy(), 0U);
  EXPECT_DOUBLE_EQ(one.busy_gauge().mean(simulation.now()), 1.0);
}

TEST_F(CorePoolTest, AWaiterThatIsCancelledLeavesTheQueue) {
  start(one, {"a", nanoseconds(0), nanoseconds(10)});
  const ProcessId b = start(one, {"b", nanoseconds(0), nanoseconds(10)});
  start(one, {"c", nanoseconds(0), nanoseconds(10)});
  simulation.cancel(b);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a from 0 at 10", "c from 10 at 20"));
}

Process spins(Simulation& simulation, CorePool& pool, Diary& diary, Duration length) {
  co_await pool.acquire();
  const Time started = simulation.now();
  co_await simulation.delay(length);
  pool.release();
  diary.note("released from " + std::to_string(started.time_since_epoch().count() / 1000));
}

TEST_F(CorePoolTest, AnAcquiredCoreIsHeldUntilItIsReleased) {
  simulation.start(spins(simulation, one, diary, nanoseconds(6)), "first");
  simulation.start(spins(simulation, one, diary, nanoseconds(6)), "second");
  start(one, {"runs", nanoseconds(0), nanoseconds(1)});
  simulation.run();
  EXPECT_THAT(diary.lines(),
              ElementsAre("released from 0 at 6", "released from 6 at 12", "runs from 12 at 13"));
}

TEST_F(CorePoolTest, ACoreGrantedToAWaiterThatIsCancelledBeforeItWakesGoesOn) {
  const auto holds = [](CorePool& pool) -> Process { co_await pool.acquire(); };
  simulation.start(holds(one), "holds");
  const ProcessId granted = simulation.start(holds(one), "granted");
  start(one, {"next", nanoseconds(0), nanoseconds(3)});
  one.release();  // to `granted`, whose wake-up is pending now
  simulation.cancel(granted);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("next from 0 at 3"));
  EXPECT_EQ(one.busy(), 0U);
}

TEST_F(CorePoolTest, SaysInTheReportWhoWorksAndWhoWaits) {
  start(one, {"worker", nanoseconds(0), nanoseconds(5)});
  start(one, {"waiter", nanoseconds(0), nanoseconds(5)});
  EXPECT_EQ(simulation.waiting_report(false),
            "  worker waits for work on a core of one\n  waiter waits for core of one\n");
}

using CorePoolDeathTest = CorePoolTest;

TEST_F(CorePoolDeathTest, ACoreIsReleasedOnce) { EXPECT_DEATH(one.release(), "released once"); }

}  // namespace
}  // namespace faultpath::sim
