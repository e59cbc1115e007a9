// The lock of a container: who waits for whom, and for how long.
#include "models/strategy/container_lock.hpp"

#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;

// A page that is absent: 750 ns to fault in and 66.8 ns to map.
constexpr sim::Duration kHeld = nanoseconds(750) + picoseconds(66'800);

class ContainerLockTest : public testing::Test {
 protected:
  struct Answer {
    std::size_t group;
    sim::Time at;
    bool operator==(const Answer&) const = default;
  };

  void make(const StrategySpec& strategy, std::uint32_t cores) {
    RigSpec spec;
    spec.strategy = strategy;
    spec.host.cores = cores;
    rig = std::make_unique<HostRig>(spec);
    for (std::size_t i = 0; i < 2; ++i) {
      spaces.push_back(&rig->add_space(100));
      rig->simulation.start(attach(*spaces.back()), "attach");
    }
  }
  sim::Process attach(IoPageTable& space) {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await rig->strategy->attach(space, worker);
  }
  // A fault on a page of the first or second space, handled by a worker of its own from `when` on.
  void fault_at(sim::Time when, std::size_t space, std::uint64_t page) {
    const std::size_t group = groups.size();
    groups.push_back(fault_of(page_request(page, 0)));
    rig->at(when, [=, this] { rig->simulation.start(handle(*spaces[space], group), "worker"); });
  }
  sim::Process handle(IoPageTable& space, std::size_t group) {
    Worker worker(rig->cores);
    co_await worker.enter();
    co_await rig->strategy->handle(space, {&groups[group], 1}, worker);
    co_await worker.pay();
    answers.push_back({group, rig->simulation.now()});
  }

  std::deque<PageFault> groups;
  std::unique_ptr<HostRig> rig;
  std::vector<IoPageTable*> spaces;
  std::vector<Answer> answers;
};

TEST_F(ContainerLockTest, FaultsOfOneTableAreServedOneAfterAnotherInTheOrderOfTheirArrival) {
  make({"iopf", IopfSpec{}}, 4);
  fault_at(at_ns(0), 0, 7);
  fault_at(at_ns(20), 0, 3);
  fault_at(at_ns(10), 0, 5);
  rig->run();
  const sim::Time begin{};
  EXPECT_EQ(answers, (std::vector<Answer>{
                         {0, begin + kHeld}, {2, begin + 2 * kHeld}, {1, begin + 3 * kHeld}}));
}

TEST_F(ContainerLockTest, FaultsOfTwoTablesAreServedSideBySide) {
  make({"iopf", IopfSpec{}}, 4);
  fault_at(at_ns(0), 0, 7);
  fault_at(at_ns(0), 1, 7);
  rig->run();
  EXPECT_EQ(answers, (std::vector<Answer>{{0, sim::Time{} + kHeld}, {1, sim::Time{} + kHeld}}));
}

TEST_F(ContainerLockTest, APageThatIsThereWaitsForItAsWell) {
  make({"iopf", IopfSpec{}}, 4);
  fault_at(at_ns(0), 0, 1);
  fault_at(at_ns(5000), 0, 2);
  fault_at(at_ns(5010), 0, 1);
  rig->run();
  EXPECT_EQ(answers.at(2), (Answer{2, at_ns(5000) + kHeld + nanoseconds(250)}));
}

// One core is the holder's; the other is free for a fault of the second table.
TEST_F(ContainerLockTest, WhoWaitsLeavesItsCore) {
  make({"iopf", IopfSpec{}}, 2);
  fault_at(at_ns(0), 0, 1);
  fault_at(at_ns(10), 0, 2);
  fault_at(at_ns(20), 1, 1);
  rig->run();
  EXPECT_EQ(answers.at(1), (Answer{2, at_ns(20) + kHeld}));
}

// The limit of two pages is full until the thread comes by at 1 ms; meanwhile a page that is there
// is answered.
TEST_F(ContainerLockTest, WhoWaitsForRoomThatOthersMakeGivesItUp) {
  LruLockedSpec lru{.limit = {2 * kPageBytes}, .evict = LruLockedSpec::Evict::periodic};
  lru.target = 0.5;
  make({"lru_locked", lru}, 4);
  fault_at(at_ns(0), 0, 1);
  fault_at(at_ns(5000), 0, 2);
  fault_at(at_ns(10'000), 0, 3);
  fault_at(at_ns(20'000), 0, 1);
  rig->at(at_ns(2'000'000), [&] { rig->strategy->stop(); });
  rig->run();
  EXPECT_EQ(answers.at(2), (Answer{3, at_ns(20'250)}));
  EXPECT_EQ(answers.at(3).group, 2U);
  EXPECT_GT(answers.at(3).at, at_ns(1'000'000));
}

// Memory that is taken away while a fault holds the lock: nobody waits for the fault.
TEST_F(ContainerLockTest, TheMmuNotifierDoesNotTakeIt) {
  make({"iopf", IopfSpec{}}, 4);
  fault_at(at_ns(0), 0, 1);
  fault_at(at_ns(5000), 0, 2);
  const auto take_away = [](HostRig& rig, IoPageTable& space) -> sim::Process {
    Worker worker(rig.cores);
    co_await worker.enter();
    for (MmuNotifier* notifier : space.process().notifiers()) {
      co_await notifier->invalidate_range({1}, 1, worker);
    }
    EXPECT_LT(rig.simulation.now(), at_ns(5000) + kHeld);
    EXPECT_FALSE(space.is_mapped({1}));
  };
  rig->at(at_ns(5010), [&] { rig->simulation.start(take_away(*rig, *spaces[0]), "reclaim"); });
  rig->run();
  EXPECT_EQ(answers.size(), 2U);
}

}  // namespace
}  // namespace faultpath::models
