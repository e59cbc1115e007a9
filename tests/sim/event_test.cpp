// Events: who passes when, and deadlines.
#include "sim/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

class EventTest : public testing::Test {
 protected:
  Simulation simulation{bare()};
  Diary diary{simulation};
  Event event{"e"};
};

Process passes(Event& event, Diary& diary, const char* name) {
  co_await event.wait();
  diary.note(name);
}

Process sets_after(Simulation& simulation, Event& event, Duration delay) {
  co_await simulation.delay(delay);
  event.set();
}

TEST_F(EventTest, WakesAllWhoWaitInWaitingOrder) {
  for (const char* name : {"a", "b", "c"}) simulation.start(passes(event, diary, name), name);
  EXPECT_EQ(event.waiting(), 3U);
  simulation.start(sets_after(simulation, event, nanoseconds(4)), "setter");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 4", "b at 4", "c at 4"));
}

TEST_F(EventTest, SetItLetsEverybodyPassUntilItIsReset) {
  event.set();
  simulation.start(passes(event, diary, "passes"), "p");
  event.reset();
  simulation.start(passes(event, diary, "waits"), "q");
  EXPECT_THAT(diary.lines(), ElementsAre("passes at 0"));
  EXPECT_EQ(event.waiting(), 1U);
}

TEST_F(EventTest, APulseWakesThoseWhoWaitAndNobodyElse) {
  simulation.start(passes(event, diary, "before"), "p");
  event.notify_all();
  simulation.start_service(passes(event, diary, "after"), "q");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("before at 0"));
  EXPECT_FALSE(event.is_set());
}

TEST_F(EventTest, ACancelledWaiterLeavesTheOthersInOrder) {
  simulation.start(passes(event, diary, "a"), "a");
  const ProcessId b = simulation.start(passes(event, diary, "b"), "b");
  simulation.start(passes(event, diary, "c"), "c");
  simulation.cancel(b);
  event.set();
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "c at 0"));
}

TEST_F(EventTest, AWaiterThatIsWokenAndThenCancelledDoesNotRun) {
  const ProcessId a = simulation.start(passes(event, diary, "a"), "a");
  event.set();
  simulation.cancel(a);
  simulation.run();
  EXPECT_TRUE(diary.lines().empty());
}

Process waits_until(Event& event, Time deadline, Diary& diary) {
  const bool in_time = co_await event.wait_until(deadline);
  diary.note(in_time ? "in time" : "too late");
}

TEST_F(EventTest, ADeadlineEndsTheWaitAndNotOnePicosecondEarlier) {
  simulation.start(waits_until(event, at_ns(10), diary), "p");
  simulation.calendar().run_before(at_ns(10));
  EXPECT_TRUE(diary.lines().empty());
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("too late at 10"));
  EXPECT_EQ(event.waiting(), 0U);
}

TEST_F(EventTest, AnEventBeforeTheDeadlineIsInTimeAndTheDeadlineIsForgotten) {
  simulation.start(waits_until(event, at_ns(10), diary), "p");
  simulation.start(sets_after(simulation, event, picoseconds(9'999)), "setter");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("in time at 9"));
  EXPECT_EQ(simulation.now(), at_ps(9'999)) << "the deadline has left the calendar";
}

TEST_F(EventTest, ADeadlineInThePastEndsTheWaitAtOnce) {
  const auto late = [](Simulation& s, Event& e, Diary& d) -> Process {
    co_await s.delay(nanoseconds(5));
    const bool in_time = co_await e.wait_until(at_ns(2));
    d.note(in_time ? "in time" : "too late");
  };
  simulation.start(late(simulation, event, diary), "p");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("too late at 5"));
}

TEST_F(EventTest, ASetEventIsInTimeWhateverTheDeadline) {
  event.set();
  simulation.start(waits_until(event, at_ns(0), diary), "p");
  EXPECT_THAT(diary.lines(), ElementsAre("in time at 0"));
}

TEST_F(EventTest, CancellingAWaiterTakesItsDeadlineAlong) {
  const ProcessId id = simulation.start(waits_until(event, at_ns(10), diary), "p");
  simulation.cancel(id);
  EXPECT_TRUE(simulation.calendar().empty());
  EXPECT_EQ(event.waiting(), 0U);
}

TEST_F(EventTest, OneAfterTheOtherDeadlinesDoNotMixUp) {
  const auto twice = [](Event& e, Diary& d) -> Process {
    const bool first = co_await e.wait_until(at_ns(3));
    const bool second = co_await e.wait_until(at_ns(6));
    d.note(first ? "in time" : "too late");
    d.note(second ? "in time" : "too late");
  };
  simulation.start(twice(event, diary), "p");
  simulation.start(sets_after(simulation, event, nanoseconds(5)), "setter");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("too late at 5", "in time at 5"));
}

TEST_F(EventTest, MayEndBeforeItsWaiters) {
  std::optional<Event> shorter{std::in_place, "shorter"};
  simulation.start_service(passes(*shorter, diary, "never"), "p");
  shorter.reset();
  simulation.run();
  EXPECT_TRUE(diary.lines().empty());
}

}  // namespace
}  // namespace faultpath::sim
