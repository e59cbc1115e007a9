// Tasks: results, exceptions, nesting and destruction with the process that awaits them.
#include "sim/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "sim/event.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

Task<int> answer_after(Simulation& simulation, Duration delay) {
  co_await simulation.delay(delay);
  co_return 42;
}

Process stores_answer(Simulation& simulation, int& answer) {
  answer = co_await answer_after(simulation, nanoseconds(3));
}

TEST(Task, ReturnsItsResultWhenItHasWaited) {
  Simulation simulation{bare()};
  int answer = 0;
  simulation.start(stores_answer(simulation, answer), "p");
  EXPECT_EQ(answer, 0);
  simulation.run();
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(simulation.now(), at_ns(3));
}

Task<std::unique_ptr<int>> makes(int value) { co_return std::make_unique<int>(value); }

Process takes_pointer(int& seen) {
  const std::unique_ptr<int> pointer = co_await makes(7);
  seen = *pointer;
}

TEST(Task, ReturnsWhatCanOnlyBeMoved) {
  Simulation simulation{bare()};
  int seen = 0;
  simulation.start(takes_pointer(seen), "p");
  EXPECT_EQ(seen, 7) << "a task that does not wait returns at once";
}

Task<> fails_after(Simulation& simulation, Duration delay) {
  co_await simulation.delay(delay);
  throw std::runtime_error("no such page");
}

Process catches(Simulation& simulation, std::string& caught) {
  try {
    co_await fails_after(simulation, nanoseconds(1));
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
}

TEST(Task, AnExceptionPassesToTheAwaitingProcess) {
  Simulation simulation{bare()};
  std::string caught;
  simulation.start(catches(simulation, caught), "p");
  simulation.run();
  EXPECT_EQ(caught, "no such page");
}

Process lets_through(Simulation& simulation) { co_await fails_after(simulation, nanoseconds(1)); }

TEST(Task, AnExceptionThatNobodyCatchesReachesTheCallerOfRun) {
  Simulation simulation{bare()};
  simulation.start(lets_through(simulation), "p");
  EXPECT_THROW(simulation.run(), std::runtime_error);
}

// Destroyed once for each time that it was made.
class Counted {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive_; }

 private:
  int& alive_;
};

Task<> fails_beside(Simulation& simulation, int& alive) {
  const Counted counted(alive);
  co_await fails_after(simulation, nanoseconds(1));
}

Process goes_on_without_end(Simulation& simulation, int& alive) {
  const Counted counted(alive);
  for (;;) co_await fails_beside(simulation, alive);
}

TEST(Task, AnExceptionOutOfALoopWithoutEndDestroysEverythingOnce) {
  int alive = 0;
  {
    Simulation simulation{bare()};
    simulation.start_service(goes_on_without_end(simulation, alive), "p");
    EXPECT_EQ(alive, 2);
    simulation.start(lets_through(simulation), "q");
    EXPECT_THROW(simulation.run(), std::runtime_error);
  }
  EXPECT_EQ(alive, 0);
}

Task<> nested(Simulation& simulation, Event& event, int depth, int& alive) {
  const auto leave = [&alive](int*) { --alive; };
  ++alive;
  const std::unique_ptr<int, decltype(leave)> guard{&alive, leave};
  if (depth == 0) {
    co_await event.wait();
  } else {
    co_await nested(simulation, event, depth - 1, alive);
  }
}

Process runs_nested(Simulation& simulation, Event& event, int depth, int& alive) {
  co_await nested(simulation, event, depth, alive);
}

TEST(Task, AWaitInTheDepthsReturnsThroughAllLevels) {
  Simulation simulation{bare()};
  Event event{"deep"};
  int alive = 0;
  simulation.start(runs_nested(simulation, event, 9, alive), "p");
  EXPECT_EQ(alive, 10);
  EXPECT_EQ(simulation.waiting_report(true), "  p waits for event of deep\n");
  event.set();
  simulation.run();
  EXPECT_EQ(alive, 0);
}

TEST(Task, IsDestroyedWithTheProcessThatAwaitsIt) {
  Simulation simulation{bare()};
  Event event;
  int alive = 0;
  const ProcessId id = simulation.start(runs_nested(simulation, event, 9, alive), "p");
  simulation.cancel(id);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(event.waiting(), 0U);
}

Task<int> adds_one(int value) { co_return value + 1; }

Process counts_to(int limit, int& count) {
  while (count < limit) count = co_await adds_one(count);
}

TEST(Task, AMillionThatNeverWaitNeedNoStack) {
  Simulation simulation{bare()};
  int count = 0;
  simulation.start(counts_to(1'000'000, count), "p");
  EXPECT_EQ(count, 1'000'000);
}

}  // namespace
}  // namespace faultpath::sim
