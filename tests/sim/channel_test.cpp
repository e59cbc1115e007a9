// Channels: order of items and waiters, capacity, and items of cancelled processes.
#include "sim/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ChannelTest : public testing::Test {
 protected:
  Channel<int> channel{2, "queue"};
  Simulation simulation{bare()};
  Diary diary{simulation};
};

Process pops(Channel<int>& channel, Diary& diary, const char* name) {
  const int item = co_await channel.pop();
  diary.note(name + std::to_string(item));
}

Process pushes(Channel<int>& channel, Diary& diary, int item) {
  co_await channel.push(item);
  diary.note("pushed " + std::to_string(item));
}

Process drains(Simulation& simulation, Channel<int>& channel, Diary& diary, int items,
               Duration pause) {
  for (int i = 0; i < items; ++i) {
    co_await simulation.delay(pause);
    const int item = co_await channel.pop();
    diary.note("popped " + std::to_string(item));
  }
}

TEST_F(ChannelTest, RefusesWhatIsBeyondItsCapacity) {
  EXPECT_TRUE(channel.try_push(1));
  EXPECT_FALSE(channel.full());
  EXPECT_TRUE(channel.try_push(2));
  EXPECT_TRUE(channel.full());
  EXPECT_FALSE(channel.try_push(3));
  EXPECT_EQ(channel.size(), 2U);
}

TEST_F(ChannelTest, AnUnboundedChannelIsNeverFull) {
  Channel<int> unbounded;
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(unbounded.try_push(i));
  EXPECT_EQ(unbounded.size(), 10'000U);
}

TEST_F(ChannelTest, ItemsLeaveInTheOrderInWhichTheyCame) {
  channel.try_push(1);
  channel.try_push(2);
  simulation.start(drains(simulation, channel, diary, 2, Duration::zero()), "p");
  EXPECT_THAT(diary.lines(), ElementsAre("popped 1 at 0", "popped 2 at 0"));
  EXPECT_TRUE(channel.empty());
}

TEST_F(ChannelTest, WaitingPoppersAreServedInWaitingOrder) {
  for (const char* name : {"a", "b"}) simulation.start(pops(channel, diary, name), name);
  channel.try_push(1);
  channel.try_push(2);
  EXPECT_TRUE(channel.empty()) << "both are handed over";
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("a1 at 0", "b2 at 0"));
}

TEST_F(ChannelTest, APopperThatComesLaterDoesNotOvertake) {
  simulation.start(pops(channel, diary, "waits "), "waits");
  channel.try_push(1);
  simulation.start_service(pops(channel, diary, "comes later "), "comes later");
  channel.try_push(2);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("waits 1 at 0", "comes later 2 at 0"));
}

TEST_F(ChannelTest, APusherWaitsUntilThereIsRoom) {
  for (int item = 1; item <= 4; ++item) simulation.start(pushes(channel, diary, item), "p");
  EXPECT_THAT(diary.lines(), ElementsAre("pushed 1 at 0", "pushed 2 at 0"));
  simulation.start(drains(simulation, channel, diary, 4, nanoseconds(5)), "consumer");
  simulation.run();
  EXPECT_THAT(diary.lines(),
              ElementsAre("pushed 1 at 0", "pushed 2 at 0", "popped 1 at 5", "pushed 3 at 5",
                          "popped 2 at 10", "pushed 4 at 10", "popped 3 at 15", "popped 4 at 20"));
}

TEST_F(ChannelTest, NobodyOvertakesAWaitingPusher) {
  for (int item = 1; item <= 3; ++item) simulation.start(pushes(channel, diary, item), "p");
  EXPECT_FALSE(channel.try_push(4));
  simulation.start(drains(simulation, channel, diary, 1, Duration::zero()), "consumer");
  EXPECT_FALSE(channel.try_push(4)) << "the room went to the waiting 3";
  EXPECT_EQ(channel.size(), 2U);
}

TEST_F(ChannelTest, ACancelledPusherTakesItsItemAlong) {
  simulation.start(pushes(channel, diary, 1), "p");
  simulation.start(pushes(channel, diary, 2), "p");
  const ProcessId third = simulation.start(pushes(channel, diary, 3), "p");
  simulation.start(pushes(channel, diary, 4), "p");
  simulation.cancel(third);
  simulation.start(drains(simulation, channel, diary, 3, nanoseconds(1)), "consumer");
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("pushed 1 at 0", "pushed 2 at 0", "popped 1 at 1",
                                         "pushed 4 at 1", "popped 2 at 2", "popped 4 at 3"));
}

TEST_F(ChannelTest, ACancelledPopperLeavesTheQueue) {
  const ProcessId a = simulation.start(pops(channel, diary, "a"), "a");
  simulation.start(pops(channel, diary, "b"), "b");
  simulation.cancel(a);
  channel.try_push(1);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("b1 at 0"));
}

TEST_F(ChannelTest, AnItemOfAPopperThatIsCancelledBeforeItWakesGoesToTheNext) {
  const ProcessId a = simulation.start(pops(channel, diary, "a"), "a");
  simulation.start(pops(channel, diary, "b"), "b");
  channel.try_push(1);  // to a, whose wake-up is pending now
  simulation.cancel(a);
  simulation.run();
  EXPECT_THAT(diary.lines(), ElementsAre("b1 at 0"));
}

TEST_F(ChannelTest, AnItemOfACancelledPopperStaysInFrontWhenNobodyElseWaits) {
  const ProcessId a = simulation.start(pops(channel, diary, "a"), "a");
  for (int item = 1; item <= 3; ++item) channel.try_push(item);
  simulation.cancel(a);
  EXPECT_EQ(channel.size(), 3U) << "one above the capacity, rather than lost";
  EXPECT_FALSE(channel.try_push(4));
  simulation.start(drains(simulation, channel, diary, 3, Duration::zero()), "consumer");
  EXPECT_THAT(diary.lines(), ElementsAre("popped 1 at 0", "popped 2 at 0", "popped 3 at 0"));
}

TEST_F(ChannelTest, SaysInTheReportWhatIsWaitedFor) {
  simulation.start_service(pops(channel, diary, ""), "consumer");
  EXPECT_EQ(simulation.waiting_report(true), "  consumer waits for item of queue\n");
  simulation.run();
  EXPECT_THAT(diary.lines(), IsEmpty());
}

TEST(ChannelDeathTest, HoldsAtLeastOneItem) { EXPECT_DEATH(Channel<int>{0}, "at least one item"); }

}  // namespace
}  // namespace faultpath::sim
