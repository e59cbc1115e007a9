// Virtual CPUs with a core each: how they are taken, halt, are polled and woken. Receipts take 2 us
// while running, 3 us while polling and 10 us when halted.
#include "models/cpu/virtual_cpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/task.hpp"
#include "tests/models/cpu/virtual_cpus_rig.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using sim::Priority;
using sim::Time;
using testing::ElementsAre;
using State = VirtualCpuState;

Duration us(std::int64_t n) { return microseconds(n); }
Time at(std::int64_t us) { return Time{microseconds(us)}; }

VirtualCpusSpec spec_of(std::uint32_t count) {
  VirtualCpusSpec spec;
  spec.count = count;
  spec.receipt = {constant(us(2)), constant(us(3)), constant(us(10))};
  return spec;
}

using VirtualCpusTest = VirtualCpusRig;

TEST_F(VirtualCpusTest, AreAwakeAtTheStartAndWorkForExactlyWhatIsSpent) {
  make(spec_of(2));
  thread(at(0), us(5));
  thread(at(0), us(7));
  run();
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(0), at(5)}, Ran{1, at(0), at(7)}));
  EXPECT_EQ(cpus->stats().halts, 0U);
}

// Never polled before, the first halt has no window.
TEST_F(VirtualCpusTest, AThreadWakesAHaltedOneFirst) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(6), us(4));
  run();
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(0), at(5)}, Ran{0, at(16), at(20)}));
  EXPECT_EQ(cpus->stats().halts, 1U);
  EXPECT_EQ(cpus->stats().wake_ups, 1U);
  EXPECT_EQ(cpus->stats().polls_failed, 0U);
}

// The halt from 5 to 6 opens a window of 10 us: from 20, where the thread ends, to 30.
TEST_F(VirtualCpusTest, OneThatIsPolledNeedsNoSchedulerUpToTheEndOfItsWindow) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(6), us(4));
  thread(at(30), us(4));
  run();
  EXPECT_EQ(ran.back(), (Ran{0, at(33), at(37)}));
  EXPECT_EQ(cpus->stats().polls_succeeded, 1U);
  EXPECT_EQ(cpus->stats().wake_ups, 1U);
}

TEST_F(VirtualCpusTest, OneThatWasPolledInVainIsWoken) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(6), us(4));
  const Duration late = sim::picoseconds(1);
  thread(at(30) + late, us(4));
  run();
  EXPECT_EQ(ran.back(), (Ran{0, at(40) + late, at(44) + late}));
  EXPECT_EQ(cpus->stats().polls_failed, 1U);
  EXPECT_EQ(cpus->stats().polls_succeeded, 0U);
  EXPECT_EQ(cpus->stats().wake_ups, 2U);
}

TEST_F(VirtualCpusTest, AnInterruptReachesARunningOneWithoutHoldingUpItsThread) {
  make(spec_of(1));
  thread(at(0), us(5));
  interrupt(at(1), 0);
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(3), State::running}));
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(0), at(5)}));
  EXPECT_EQ(cpus->stats().interrupts_running, 1U);
}

// 5 to 6 opens the window, 16 + 4 = 20 begins the halt that is polled.
TEST_F(VirtualCpusTest, AnInterruptReachesAPolledOneBySimplyBeingSeen) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(6), us(4));
  interrupt(at(25), 0);
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(28), State::polling}));
  EXPECT_EQ(cpus->stats().interrupts_polling, 1U);
}

TEST_F(VirtualCpusTest, WhatAnInterruptWakesRunsThereAndNeedsNoWakeUpOfItsOwn) {
  make(spec_of(3));
  interrupt(at(100), 2, us(4));
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(110), State::halted}));
  EXPECT_THAT(ran, ElementsAre(Ran{2, at(110), at(114)}));
  EXPECT_EQ(cpus->stats().wake_ups, 1U);
  EXPECT_EQ(cpus->stats().interrupts_halted, 1U);
}

TEST_F(VirtualCpusTest, AThreadAndASecondInterruptShareAWakeUp) {
  make(spec_of(1));
  interrupt(at(100), 0);
  thread(at(103), us(4));
  interrupt(at(104), 0);  // on its way until 106, but nobody has it before 110
  interrupt(at(109), 0);  // not before 111
  run();
  EXPECT_THAT(received,
              ElementsAre(Received{at(110), State::halted}, Received{at(110), State::running},
                          Received{at(111), State::running}));
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(110), at(114)}));
  EXPECT_EQ(cpus->stats().wake_ups, 1U);
}

TEST_F(VirtualCpusTest, AThreadThatWaitsGetsOneFromAnotherWithoutAHalt) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(1), us(5));
  thread(at(2), us(5), Priority::interrupt);
  run();
  EXPECT_THAT(ran,
              ElementsAre(Ran{0, at(0), at(5)}, Ran{0, at(5), at(10)}, Ran{0, at(10), at(15)}));
  EXPECT_EQ(cpus->stats().halts, 0U);
  EXPECT_EQ(cpus->busy_gauge().mean(at(20)), 0.75);
}

TEST_F(VirtualCpusTest, AThreadThatTakesOverAtTheSameMomentFindsItAwake) {
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(5), us(5));
  run();
  EXPECT_EQ(ran.back(), (Ran{0, at(5), at(10)}));
  EXPECT_EQ(cpus->stats().halts, 0U);
}

TEST_F(VirtualCpusTest, TheOneThatWasInUseLastIsTakenFirst) {
  make(spec_of(3));
  thread(at(0), us(9));
  thread(at(0), us(5));
  thread(at(0), us(7));
  thread(at(20), us(1));
  thread(at(20), us(1));
  thread(at(20), us(1));
  run();
  std::vector<unsigned> order;
  for (std::size_t i = 3; i < ran.size(); ++i) order.push_back(ran[i].cpu);
  EXPECT_THAT(order, ElementsAre(0, 2, 1));
}

sim::Task<> leave_guest(VirtualCpus& cpus, Duration cost) { co_await cpus.exit(cost); }

sim::Process thread_that_exits(VirtualCpusTest* test, Duration cost) {
  Worker worker(*test->cpus);
  co_await worker.enter();
  co_await leave_guest(*test->cpus, cost);
  test->ran.push_back({static_cast<unsigned>(worker.cpu()), Time{}, test->simulation.now()});
  worker.leave();
}

TEST_F(VirtualCpusTest, AnExitOccupiesTheVirtualCpuOfItsThread) {
  make(spec_of(2));
  simulation.start(thread_that_exits(this, us(4)), "first");
  simulation.start(thread_that_exits(this, us(7)), "second");
  thread(at(1), us(1));
  run();
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(0), at(4)}, Ran{0, at(4), at(5)}, Ran{1, at(0), at(7)}));
}

TEST_F(VirtualCpusTest, SpinningOnesNeverHalt) {
  VirtualCpusSpec spec = spec_of(1);
  spec.idle = IdleLoop::spin;
  make(spec);
  interrupt(at(500), 0, us(4));
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(502), State::running}));
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(502), at(506)}));
  EXPECT_EQ(cpus->stats().halts, 0U);
  EXPECT_EQ(cpus->times(), (VirtualCpuTimes{.run = us(506)}));
}

TEST_F(VirtualCpusTest, AfterALongHaltTheCoreOfTheHostWakesTooAndNotBefore) {
  VirtualCpusSpec spec = spec_of(2);
  spec.deep_idle = {.after = us(600), .exit = constant(us(80))};
  make(spec);
  interrupt(at(600) - sim::picoseconds(1), 0);
  interrupt(at(600), 1);
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(610) - sim::picoseconds(1), State::halted},
                                    Received{at(690), State::halted}));
}

// Of 20 us on two: one works from 0 to 5; the other is woken from 8 to 18 and works until 20.
TEST_F(VirtualCpusTest, TimeIsEitherRunOrIdle) {
  make(spec_of(2));
  thread(at(0), us(5));
  interrupt(at(8), 1, us(2));
  run();
  EXPECT_EQ(simulation.now(), at(20));
  EXPECT_EQ(cpus->times(), (VirtualCpuTimes{.run = us(17), .idle = us(23)}));
}

TEST_F(VirtualCpusTest, StatisticsCoverTheTimeAndTheHaltsFromTheEndOfTheWarmUp) {
  window = {sim::kEndOfTime, true};
  make(spec_of(1));
  thread(at(0), us(5));
  thread(at(8), us(4));  // from 18 to 22; its halt from 5 to 8 is not counted
  thread(at(30), us(4));
  simulation.calendar().schedule(
      at(20), {[](void* from) { *static_cast<Time*>(from) = at(20); }, &window.from});
  run();
  EXPECT_EQ(simulation.now(), at(37));
  EXPECT_EQ(cpus->times(), (VirtualCpuTimes{.run = us(2 + 7), .idle = us(8)}));
  EXPECT_EQ(cpus->stats().halts, 1U);
}

TEST_F(VirtualCpusTest, IdleOnesCauseNoEvents) {
  make(spec_of(64));
  run();
  EXPECT_EQ(simulation.calendar().fired(), 0U);
}

// The first is cancelled while it wakes the virtual CPU, the second while it waits for one.
TEST_F(VirtualCpusTest, AThreadThatIsCancelledLeavesNothingBehind) {
  make(spec_of(1));
  const sim::ProcessId first = simulation.start(work_at(at(100), us(5), Priority::normal), "first");
  const sim::ProcessId second =
      simulation.start(work_at(at(101), us(5), Priority::normal), "second");
  thread(at(102), us(5));
  cancel(at(103), second);
  cancel(at(104), first);
  run();
  EXPECT_THAT(ran, ElementsAre(Ran{0, at(110), at(115)}));
  EXPECT_EQ(cpus->busy_gauge().value(), 0);
}

TEST_F(VirtualCpusTest, AnInterruptThatIsCancelledLeavesItsVirtualCpuIdle) {
  make(spec_of(1));
  const sim::ProcessId id = simulation.start(interrupt_at(at(100), 0, Duration::zero()), "first");
  cancel(at(105), id);
  run();
  EXPECT_TRUE(received.empty());
  EXPECT_EQ(cpus->times(), (VirtualCpuTimes{.run = us(5), .idle = us(100)}));
  interrupt(at(106), 0);  // the halt of 100 us has opened a window
  run();
  EXPECT_THAT(received, ElementsAre(Received{at(109), State::polling}));
}

using VirtualCpusDeathTest = VirtualCpusTest;

TEST_F(VirtualCpusDeathTest, AreAtLeastOneAndAreGivenBackOnce) {
  EXPECT_DEATH(make(spec_of(0)), "there can be");
  make(spec_of(1));
  EXPECT_DEATH(cpus->give_back(CpuId{0}), "given back once");
}

}  // namespace
}  // namespace faultpath::models
