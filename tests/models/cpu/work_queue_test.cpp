// The work queue: how many items are in work, what a wake-up costs, and what a flush waits for.
#include "models/cpu/work_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "models/cpu/cores.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;

constexpr sim::Duration kWakeUp = nanoseconds(100);
constexpr sim::Duration kWork = nanoseconds(1000);

class WorkQueueTest : public testing::Test {
 protected:
  struct Item final : WorkItem {
    explicit Item(WorkQueueTest* owner) : test(owner) {}
    WorkQueueTest* test;
    sim::Task<> run(Worker& worker) override {
      test->begun.push_back(worker.paid());
      worker.charge(kWork);
      co_await worker.pay();
      test->ended.push_back(test->simulation.now());
    }
  };

  void make(unsigned cores, std::uint32_t max_active) {
    processor.emplace(simulation, cores, "cores");
    queue.emplace(simulation, *processor, max_active, constant(kWakeUp), "queue", "work");
  }
  void queue_items(int count) {
    for (int i = 0; i < count; ++i) queue->queue(items.emplace_back(this));
  }
  sim::Process flush() {
    co_await queue->flush();
    flushed.push_back(simulation.now());
  }
  sim::Process later(sim::Duration delay, int count) {
    co_await simulation.delay(delay);
    queue_items(count);
  }

  sim::Simulation simulation{bare()};
  std::optional<Cores> processor;
  std::optional<WorkQueue> queue;
  std::deque<Item> items;
  std::vector<sim::Time> begun, ended, flushed;
};

TEST_F(WorkQueueTest, AThreadPaysForItsWakeUpOnItsCore) {
  make(1, 8);
  queue_items(2);
  simulation.run();
  EXPECT_THAT(begun, ElementsAre(at_ns(100), at_ns(1200)));
  EXPECT_THAT(ended, ElementsAre(at_ns(1100), at_ns(2200)));
}

TEST_F(WorkQueueTest, ItemsRunConcurrentlyOnTheCores) {
  make(2, 8);
  queue_items(3);
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at_ns(1100), at_ns(1100), at_ns(2200)));
}

TEST_F(WorkQueueTest, NoMoreItemsAreInWorkThanItAllows) {
  make(4, 2);
  queue_items(5);
  EXPECT_EQ(queue->active(), 2U);
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at_ns(1100), at_ns(1100), at_ns(2200), at_ns(2200), at_ns(3300)));
  EXPECT_EQ(queue->active(), 0U);
}

TEST_F(WorkQueueTest, AFlushOfAnEmptyQueueDoesNotWait) {
  make(1, 1);
  simulation.start(flush(), "flush");
  simulation.run();
  EXPECT_THAT(flushed, ElementsAre(at_ns(0)));
}

// One item is in work and one waits when the flush begins; the third comes later.
TEST_F(WorkQueueTest, AFlushWaitsForWhatWasQueuedBeforeIt) {
  make(1, 1);
  queue_items(2);
  simulation.start(flush(), "flush");
  simulation.start(later(nanoseconds(10), 1), "later");
  simulation.run();
  EXPECT_THAT(flushed, ElementsAre(at_ns(2200)));
  EXPECT_EQ(ended.back(), at_ns(3300));
}

TEST_F(WorkQueueTest, ASecondFlushWaitsForTheFirstAndForWhatCameInBetween) {
  make(1, 1);
  queue_items(1);
  simulation.start(flush(), "flush");
  queue_items(1);
  simulation.start(flush(), "flush");
  simulation.run();
  EXPECT_THAT(flushed, ElementsAre(at_ns(1100), at_ns(2200)));
}

using WorkQueueDeathTest = WorkQueueTest;

TEST_F(WorkQueueDeathTest, LetsOneItemInAtLeast) { EXPECT_DEATH(make(1, 0), "one item"); }

}  // namespace
}  // namespace faultpath::models
