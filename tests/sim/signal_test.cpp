// Signals: waiters go on within the event that raises them.
#include "sim/signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;

class SignalTest : public testing::Test {
 protected:
  Process waits(const char* name, int times) {
    for (int i = 0; i < times; ++i) {
      co_await signal.wait({"answer", "test"});
      diary.note(name);
    }
  }

  Simulation simulation{bare()};
  Diary diary{simulation};
  Signal signal;
};

TEST_F(SignalTest, ResumesItsWaitersAtOnceAndInWaitingOrder) {
  for (const char* name : {"a", "b"}) simulation.start(waits(name, 1), name);
  EXPECT_EQ(signal.waiting(), 2U);
  signal.raise();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "b at 0"));
  EXPECT_EQ(signal.waiting(), 0U);
  EXPECT_TRUE(simulation.calendar().empty()) << "no event was needed";
}

TEST_F(SignalTest, RemembersNothing) {
  signal.raise();
  simulation.start_service(waits("late", 1), "late");
  simulation.run();
  EXPECT_TRUE(diary.lines().empty());
  EXPECT_EQ(simulation.waiting_report(true), "  late waits for answer of test\n");
}

TEST_F(SignalTest, WhoWaitsAgainIsResumedByTheNextRaiseOnly) {
  simulation.start(waits("a", 2), "a");
  simulation.start(waits("b", 2), "b");
  signal.raise();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "b at 0"));
  signal.raise();
  EXPECT_THAT(diary.lines(), ElementsAre("a at 0", "b at 0", "a at 0", "b at 0"));
}

TEST_F(SignalTest, ACancelledWaiterIsNotResumed) {
  const ProcessId a = simulation.start(waits("a", 1), "a");
  simulation.start(waits("b", 1), "b");
  simulation.cancel(a);
  signal.raise();
  EXPECT_THAT(diary.lines(), ElementsAre("b at 0"));
}

}  // namespace
}  // namespace faultpath::sim
