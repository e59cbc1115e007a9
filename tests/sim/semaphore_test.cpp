// Semaphores: the order of hand-over, and units of cancelled processes.
#include "sim/semaphore.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "sim/event.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

class SemaphoreTest : public testing::Test {
 protected:
  Semaphore semaphore{1, "credit"};  // outlives the frames that hold its units
  Simulation simulation{bare()};
  Diary diary{simulation};
};

Process holds(Simulation& simulation, Semaphore& semaphore, Diary& diary, const char* name,
              Duration length) {
  const auto unit = co_await semaphore.hold();
  diary.note(name);
  co_await simulation.delay(length);
}

TEST_F(SemaphoreTest, HandsUnitsOverFirstComeFirstServed) {
  for (const char* name : {"a", "b", "c"}) {
    simulation.start(holds(simulation, semaphore, diary, name, nanoseconds(10)), name);
  }
  EXPECT_EQ(semaphore.waiting(), 2U);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "b at 10", "c at 20"));
  EXPECT_EQ(semaphore.free(), 1U);
}

Process tries_at(Simulation& simulation, Semaphore& semaphore, Diary& diary, Duration delay) {
  co_await simulation.delay(delay);
  diary.note(semaphore.try_take() ? "overtakes" : "refused");
}

TEST_F(SemaphoreTest, NobodyOvertakesBetweenReleaseAndWakeUp) {
  simulation.start(tries_at(simulation, semaphore, diary, nanoseconds(10)), "early event");
  simulation.start(holds(simulation, semaphore, diary, "a", nanoseconds(10)), "a");
  simulation.start(tries_at(simulation, semaphore, diary, nanoseconds(10)), "late event");
  simulation.start(holds(simulation, semaphore, diary, "b", nanoseconds(10)), "b");
  simulation.run();
  // At 10 ns: a is still in, then it hands over to b, and the late one finds nothing free.
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "refused at 10", "refused at 10", "b at 10"));
}

TEST_F(SemaphoreTest, CountsItsUnits) {
  Semaphore three{3};
  EXPECT_TRUE(three.try_take());
  EXPECT_TRUE(three.try_take());
  EXPECT_TRUE(three.try_take());
  EXPECT_FALSE(three.try_take());
  three.give();
  EXPECT_EQ(three.free(), 1U);
}

TEST_F(SemaphoreTest, AUnitCanBeReleasedEarlyAndOnce) {
  const auto releases = [](Simulation& s, Semaphore& semaphore_, Diary& d) -> Process {
    auto unit = co_await semaphore_.hold();
    unit.release();
    d.note("free " + std::to_string(semaphore_.free()));
    co_await s.delay(nanoseconds(1));
  };
  simulation.start(releases(simulation, semaphore, diary), "p");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("free 1 at 0"));
  EXPECT_EQ(semaphore.free(), 1U);
}

TEST_F(SemaphoreTest, AHolderThatIsCancelledGivesItsUnitToTheNext) {
  const ProcessId a =
      simulation.start(holds(simulation, semaphore, diary, "a", nanoseconds(10)), "a");
  simulation.start(holds(simulation, semaphore, diary, "b", nanoseconds(10)), "b");
  simulation.cancel(a);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "b at 0"));
  EXPECT_EQ(semaphore.free(), 1U);
}

TEST_F(SemaphoreTest, AWaiterThatIsCancelledLeavesTheQueue) {
  simulation.start(holds(simulation, semaphore, diary, "a", nanoseconds(10)), "a");
  const ProcessId b =
      simulation.start(holds(simulation, semaphore, diary, "b", nanoseconds(10)), "b");
  simulation.start(holds(simulation, semaphore, diary, "c", nanoseconds(10)), "c");
  simulation.cancel(b);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "c at 10"));
}

TEST_F(SemaphoreTest, AUnitGrantedToAWaiterThatIsCancelledBeforeItWakesGoesOn) {
  semaphore.try_take();
  const ProcessId b =
      simulation.start(holds(simulation, semaphore, diary, "b", nanoseconds(10)), "b");
  simulation.start(holds(simulation, semaphore, diary, "c", nanoseconds(10)), "c");
  semaphore.give();  // to b, whose wake-up is pending now
  EXPECT_EQ(semaphore.waiting(), 1U);
  simulation.cancel(b);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("c at 0"));
  EXPECT_EQ(semaphore.free(), 1U);
}

TEST_F(SemaphoreTest, UnitsComeBackWhenTheSimulationEnds) {
  Semaphore outer{1};
  {
    Simulation inner{bare()};
    Diary unread{inner};
    inner.start(holds(inner, outer, unread, "a", nanoseconds(10)), "a");
    inner.start(holds(inner, outer, unread, "b", nanoseconds(10)), "b");
    EXPECT_EQ(outer.free(), 0U);
  }
  EXPECT_EQ(outer.free(), 1U);
}

Process throws_while_holding(Simulation& simulation, Semaphore& semaphore) {
  const auto unit = co_await semaphore.hold();
  co_await simulation.delay(nanoseconds(1));
  throw std::runtime_error("broken");
}

TEST(SemaphoreOfAModel, MayBeDestroyedBeforeTheSimulationWhenARunFails) {
  Simulation simulation{bare()};
  Diary diary{simulation};
  const auto model = std::make_unique<Semaphore>(1);
  simulation.start(throws_while_holding(simulation, *model), "p");
  simulation.start(holds(simulation, *model, diary, "b", nanoseconds(10)), "b");
  EXPECT_THROW(simulation.run(), std::runtime_error);
  EXPECT_EQ(model->free(), 1U) << "all holders are gone before the exception arrives";
}

Process serves_for_ever(Semaphore& semaphore, Event& request) {
  const auto unit = co_await semaphore.hold();
  co_await request.wait();
}

TEST(SemaphoreOfAModel, IsFreeAfterTheEndOfTheSimulation) {
  Simulation simulation{bare()};
  Semaphore semaphore{1};
  Event request;
  simulation.start_service(serves_for_ever(semaphore, request), "service");
  simulation.run();
  EXPECT_EQ(semaphore.free(), 0U);
  simulation.end();
  EXPECT_EQ(semaphore.free(), 1U);
}

}  // namespace
}  // namespace faultpath::sim
