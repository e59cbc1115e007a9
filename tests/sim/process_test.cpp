// Processes and tasks: delays, exceptions, ends and cancellation.
#include "sim/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "sim/event.hpp"
#include "sim/task.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

Process two_delays(Simulation& simulation, Diary& diary) {
  diary.note("start");
  co_await simulation.delay(nanoseconds(5));
  diary.note("first");
  co_await simulation.delay(Duration::zero());
  diary.note("zero");
  co_await simulation.delay(nanoseconds(7));
  diary.note("second");
}

TEST(Process, RunsAtOnceUpToItsFirstWaitAndThenWaitsExactly) {
  Simulation simulation{bare()};
  Diary diary{simulation};
  simulation.start(two_delays(simulation, diary), "p");
  EXPECT_THAT(diary.lines(), ElementsAre("start at 0"));
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("start at 0", "first at 5", "zero at 5", "second at 12"));
}

TEST(Process, ADelayOfOnePicosecondIsExact) {
  Simulation simulation{bare()};
  const auto tick = [](Simulation& s) -> Process { co_await s.delay(picoseconds(1)); };
  simulation.start(tick(simulation), "p");
  simulation.run();
  EXPECT_EQ(simulation.now(), at_ps(1));
}

Process waits_for(Simulation& simulation, Duration delay, bool& freed) {
  const DestructionFlag flag{freed};
  co_await simulation.delay(delay);
}

TEST(Process, IsFreedWhenItEnds) {
  Simulation simulation{bare()};
  bool freed = false;
  simulation.start(waits_for(simulation, nanoseconds(3), freed), "p");
  EXPECT_FALSE(freed);
  simulation.run();
  EXPECT_TRUE(freed);
}

Process keeps(std::shared_ptr<int>) { co_return; }

TEST(Process, IsFreedWithoutBeingStarted) {
  const auto argument = std::make_shared<int>(0);
  {
    const Process unused = keeps(argument);
  }
  EXPECT_EQ(argument.use_count(), 1);
}

TEST(Process, IsFreedWithTheSimulation) {
  bool freed = false;
  {
    Simulation simulation{bare()};
    simulation.start(waits_for(simulation, nanoseconds(3), freed), "p");
  }
  EXPECT_TRUE(freed);
}

TEST(Process, IsFreedWhenItIsCancelledAndTakesItsEventAlong) {
  Simulation simulation{bare()};
  bool freed = false;
  const ProcessId id = simulation.start(waits_for(simulation, nanoseconds(3), freed), "p");
  EXPECT_TRUE(simulation.cancel(id));
  EXPECT_TRUE(freed);
  EXPECT_TRUE(simulation.calendar().empty());
  EXPECT_FALSE(simulation.cancel(id)) << "it is gone";
}

TEST(Process, AnIdOfAnEndedProcessDoesNotCancelItsSuccessor) {
  bool first = false;
  bool second = false;
  Simulation simulation{bare()};
  const ProcessId old = simulation.start(waits_for(simulation, nanoseconds(1), first), "p");
  simulation.run();
  simulation.start(waits_for(simulation, nanoseconds(1), second), "q");
  EXPECT_FALSE(simulation.cancel(old));
  EXPECT_FALSE(second);
  EXPECT_FALSE(simulation.cancel(ProcessId{})) << "the default names no process";
}

Process throws_after(Simulation& simulation, Duration delay, bool& freed) {
  const DestructionFlag flag{freed};
  co_await simulation.delay(delay);
  throw std::runtime_error("disk on fire");
}

TEST(Process, AnExceptionReachesTheCallerOfRun) {
  Simulation simulation{bare()};
  bool freed = false;
  simulation.start(throws_after(simulation, nanoseconds(2), freed), "p");
  EXPECT_THROW(simulation.run(), std::runtime_error);
  EXPECT_TRUE(freed);
  EXPECT_EQ(simulation.now(), at_ns(2));
}

TEST(Process, AnExceptionBeforeTheFirstWaitReachesTheCallerOfStart) {
  Simulation simulation{bare()};
  bool freed = false;
  EXPECT_THROW(simulation.start(throws_after(simulation, Duration::zero(), freed), "p"),
               std::runtime_error);
  EXPECT_TRUE(freed);
  EXPECT_NO_THROW(simulation.run()) << "the failed process does not count as waiting";
}

TEST(Process, AnExceptionEndsTheOthersBeforeItReachesTheCallerOfRun) {
  Simulation simulation{bare()};
  bool thrown = false;
  bool other = false;
  simulation.start(waits_for(simulation, nanoseconds(9), other), "other");
  simulation.start(throws_after(simulation, nanoseconds(2), thrown), "p");
  EXPECT_THROW(simulation.run(), std::runtime_error);
  EXPECT_TRUE(other);
  EXPECT_EQ(simulation.now(), at_ns(2));
}

Process starts_and_cancels(Simulation& simulation, Diary& diary, bool& freed) {
  const ProcessId child = simulation.start(waits_for(simulation, nanoseconds(50), freed), "child");
  co_await simulation.delay(nanoseconds(4));
  simulation.cancel(child);
  diary.note("cancelled");
}

TEST(Process, CanStartAndCancelOthers) {
  Simulation simulation{bare()};
  Diary diary{simulation};
  bool freed = false;
  simulation.start(starts_and_cancels(simulation, diary, freed), "parent");
  simulation.run();
  EXPECT_TRUE(freed);
  EXPECT_EQ(simulation.now(), at_ns(4)) << "the cancelled wait does not move the clock";
}

Process waits_on(Event& event) { co_await event.wait(); }

TEST(StuckRun, SaysWhoWaitsForWhatAndWhere) {
  Simulation simulation{bare()};
  Event answer{"answer of guest"};
  simulation.start(waits_on(answer), "devices/nic");
  try {
    simulation.run();
    FAIL() << "a waiting process makes the run stuck";
  } catch (const StuckError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("devices/nic waits for event of answer of guest"));
  }
}

TEST(StuckRun, SaysOnceWhatManyWaitFor) {
  Simulation simulation{bare()};
  Event answer{"answer"}, room{"room"};
  for (int i = 0; i < 3; ++i) {
    simulation.start(waits_on(answer), "nic");
    if (i == 1) simulation.start(waits_on(room), "disk");
  }
  try {
    simulation.run();
    FAIL() << "waiting processes make the run stuck";
  } catch (const StuckError& error) {
    EXPECT_THAT(error.what(), testing::EndsWith("but\n  nic waits for event of answer, 3 times\n"
                                                "  disk waits for event of room\n"));
  }
}

Process ticks(Simulation& simulation, Event& event) {
  co_await simulation.delay(nanoseconds(5));
  co_await event.wait();
}

// A timer that is left over goes on for a while.
TEST(StuckRun, SaysWhenTheLastBeganToWait) {
  Simulation simulation{bare()};
  Event answer{"answer"};
  simulation.start(waits_on(answer), "first");
  simulation.start(ticks(simulation, answer), "second");
  simulation.calendar().schedule(at_ns(100), {[](void*) {}, nullptr});
  try {
    simulation.run();
    FAIL() << "two processes wait";
  } catch (const StuckError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("stuck at 5 ns: "));
  }
  EXPECT_EQ(simulation.now(), at_ns(100));
}

TEST(StuckRun, AWaitingServiceIsNotStuck) {
  Simulation simulation{bare()};
  Event request{"request"};
  simulation.start_service(waits_on(request), "host/worker");
  EXPECT_NO_THROW(simulation.run());
  EXPECT_EQ(simulation.waiting_report(false), "");
  EXPECT_EQ(simulation.waiting_report(true), "  host/worker waits for event of request\n");
}

}  // namespace
}  // namespace faultpath::sim
