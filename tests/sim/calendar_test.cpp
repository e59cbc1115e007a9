// The order of the calendar, its cancellations and its bounds.
#include "sim/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

class CalendarTest : public testing::Test {
 protected:
  void run() { calendar.run_before(kEndOfTime); }

  Calendar calendar;
  EventLog log{calendar};
};

TEST_F(CalendarTest, FiresInOrderOfTime) {
  for (const int t : {30, 10, 20}) calendar.schedule(at_ps(t), log.event(std::to_string(t)));
  run();
  EXPECT_THAT(log.names(), ElementsAre("10", "20", "30"));
  EXPECT_THAT(log.times(), ElementsAre(at_ps(10), at_ps(20), at_ps(30)));
  EXPECT_EQ(calendar.fired(), 3U);
  EXPECT_TRUE(calendar.empty());
}

TEST_F(CalendarTest, FiresEqualTimesInOrderOfScheduling) {
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; ++i) {
    calendar.schedule(at_ps(7), log.event(std::to_string(i)));
    expected.push_back(std::to_string(i));
  }
  run();
  EXPECT_EQ(log.names(), expected);
}

TEST_F(CalendarTest, FiresRankedEventsFirstAndInOrderOfRank) {
  const Rank first = calendar.new_rank();
  const Rank second = calendar.new_rank();
  calendar.schedule(at_ps(5), log.event("plain"));
  calendar.schedule_ranked(at_ps(5), second, log.event("second"));
  calendar.schedule_ranked(at_ps(5), first, log.event("first"));
  calendar.schedule(at_ps(4), log.event("earlier"));
  run();
  EXPECT_THAT(log.names(), ElementsAre("earlier", "first", "second", "plain"));
}

TEST_F(CalendarTest, FiresARankedEventOfTheCurrentTimeBeforeWhatIsPosted) {
  calendar.post(log.event("posted"));
  calendar.schedule_ranked(calendar.now(), calendar.new_rank(), log.event("ranked"));
  run();
  EXPECT_THAT(log.names(), ElementsAre("ranked", "posted"));
}

struct PostsAnother {
  Calendar& calendar;
  EventLog& log;
  static void fire(void* target) {
    auto& self = *static_cast<PostsAnother*>(target);
    self.calendar.post(self.log.event("posted"));
    self.calendar.schedule(self.calendar.now(), self.log.event("scheduled for now"));
  }
};

TEST_F(CalendarTest, FiresWhatIsPostedAfterWhatWasAlreadyScheduledForThatTime) {
  PostsAnother poster{calendar, log};
  calendar.schedule(at_ps(3), {&PostsAnother::fire, &poster});
  calendar.schedule(at_ps(3), log.event("scheduled before"));
  calendar.schedule(at_ps(4), log.event("later"));
  run();
  EXPECT_THAT(log.names(), ElementsAre("scheduled before", "posted", "scheduled for now", "later"));
  EXPECT_THAT(log.times(), ElementsAre(at_ps(3), at_ps(3), at_ps(3), at_ps(4)));
}

TEST_F(CalendarTest, RunsStrictlyBeforeItsBound) {
  for (const int t : {9, 10, 11}) calendar.schedule(at_ps(t), log.event(std::to_string(t)));
  calendar.run_before(at_ps(10));
  EXPECT_THAT(log.names(), ElementsAre("9"));
  EXPECT_EQ(calendar.now(), at_ps(9));
  EXPECT_EQ(calendar.next(), at_ps(10));
  calendar.run_before(at_ps(11));
  EXPECT_THAT(log.names(), ElementsAre("9", "10"));
}

TEST_F(CalendarTest, LeavesWhatIsPostedAtItsBound) {
  calendar.post(log.event("now"));
  calendar.run_before(calendar.now());
  EXPECT_TRUE(log.names().empty());
  EXPECT_EQ(calendar.next(), calendar.now());
}

TEST_F(CalendarTest, RunsAlsoAnEventAtTheLatestTime) {
  calendar.schedule(kLatest, log.event("last"));
  run();
  EXPECT_THAT(log.names(), ElementsAre("last"));
}

TEST_F(CalendarTest, StopsInFrontOfAPlatformEventUntilThePlatformRunsIt) {
  calendar.schedule(at_ps(1), log.event("before"));
  calendar.schedule_platform(at_ps(2), log.event("platform"));
  calendar.schedule(at_ps(2), log.event("same time"));
  run();
  EXPECT_THAT(log.names(), ElementsAre("before"));
  EXPECT_EQ(calendar.next(), at_ps(2));
  calendar.run_platform_events(at_ps(2));
  EXPECT_THAT(log.names(), ElementsAre("before", "platform"));
  EXPECT_EQ(calendar.now(), at_ps(2));
  run();
  EXPECT_THAT(log.names(), ElementsAre("before", "platform", "same time"));
}

TEST_F(CalendarTest, RunsNoPlatformEventThatIsNotDueYet) {
  calendar.schedule_platform(at_ps(3), log.event("late"));
  calendar.run_platform_events(at_ps(2));
  EXPECT_TRUE(log.names().empty());
  EXPECT_EQ(calendar.now(), at_ps(2));
}

struct Stops {
  Calendar& calendar;
  static void fire(void* target) { static_cast<Stops*>(target)->calendar.stop(); }
};

TEST_F(CalendarTest, StopEndsTheRunAfterTheCurrentEvent) {
  Stops stops{calendar};
  calendar.schedule(at_ps(1), {&Stops::fire, &stops});
  calendar.schedule(at_ps(1), log.event("after"));
  run();
  EXPECT_TRUE(calendar.stopped());
  EXPECT_EQ(calendar.pending(), 1U);
  run();
  EXPECT_THAT(log.names(), ElementsAre("after"));
}

TEST_F(CalendarTest, ACancelledEventNeitherFiresNorCountsNorMovesTheClock) {
  const EventId in_heap = calendar.schedule(at_ps(8), log.event("heap"));
  const EventId in_ring = calendar.post(log.event("ring"));
  calendar.schedule(at_ps(5), log.event("kept"));
  EXPECT_EQ(calendar.pending(), 3U);
  calendar.cancel(in_heap);
  calendar.cancel(in_ring);
  EXPECT_EQ(calendar.pending(), 1U);
  run();
  EXPECT_THAT(log.names(), ElementsAre("kept"));
  EXPECT_EQ(calendar.fired(), 1U);
  EXPECT_EQ(calendar.now(), at_ps(5));
  EXPECT_TRUE(calendar.empty());
}

TEST_F(CalendarTest, NextLooksPastCancelledEvents) {
  const EventId posted = calendar.post(log.event("posted"));
  const EventId head = calendar.schedule(at_ps(2), log.event("head"));
  calendar.schedule(at_ps(6), log.event("kept"));
  calendar.cancel(posted);
  calendar.cancel(head);
  EXPECT_EQ(calendar.next(), at_ps(6));
}

TEST_F(CalendarTest, ACancelledSlotIsReusedWithoutMixUp) {
  for (int round = 0; round < 100; ++round) {
    const EventId cancelled = calendar.schedule_after(picoseconds(2), log.event("wrong"));
    calendar.schedule_after(picoseconds(1), log.event("right"));
    calendar.cancel(cancelled);
    run();
  }
  EXPECT_EQ(log.names(), std::vector<std::string>(100, "right"));
}

TEST_F(CalendarTest, TheRingGrowsInOrderAndKeepsItsIds) {
  std::vector<EventId> ids;
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) calendar.post(log.event("warm"));  // the head is not at 0 then
  run();
  for (int i = 0; i < 1000; ++i) ids.push_back(calendar.post(log.event(std::to_string(i))));
  for (std::size_t i = 0; i < 1000; ++i) {
    if (i % 3 == 0) calendar.cancel(ids[i]);
    if (i % 3 != 0) expected.push_back(std::to_string(i));
  }
  run();
  EXPECT_EQ(std::vector<std::string>(log.names().begin() + 10, log.names().end()), expected);
}

using CalendarDeathTest = CalendarTest;

TEST_F(CalendarTest, AnObserverIsToldOfEventsAndIsNone) {
  std::uint64_t told = 0;
  calendar.observe({[](void* count) { ++*static_cast<std::uint64_t*>(count); }, &told}, 3);
  for (int i = 1; i <= 10; ++i) calendar.schedule(at_ps(i), log.event("one"));
  run();
  EXPECT_EQ(told, 3U) << "after the third, the sixth and the ninth";
  EXPECT_EQ(calendar.fired(), 10U);
  EXPECT_TRUE(calendar.empty()) << "it keeps no run alive";
}

TEST_F(CalendarDeathTest, RefusesThePast) {
  calendar.schedule(at_ps(5), log.event("first"));
  run();
  EXPECT_DEATH(calendar.schedule(at_ps(4), log.event("past")), "in the past");
}

TEST_F(CalendarDeathTest, RefusesToCancelTwice) {
  const EventId id = calendar.schedule(at_ps(5), log.event("once"));
  calendar.cancel(id);
  EXPECT_DEATH(calendar.cancel(id), "cancelled once");
}

}  // namespace
}  // namespace faultpath::sim
