// Virtual CPUs that take turns on a few cores: one core and slices of 300 us unless said otherwise.
#include "models/cpu/host_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "models/cpu/virtual_cpus.hpp"
#include "models/cpu/worker.hpp"
#include "sim/event.hpp"
#include "tests/models/support.hpp"

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

class HostPoolTest : public testing::Test {
 public:
  struct Received {
    Time at;
    State met;
    bool operator==(const Received&) const = default;
  };

  /// A guest of so many virtual CPUs, whose wake-ups cost nothing.
  VirtualCpus& guest(unsigned count) {
    VirtualCpusSpec spec;
    spec.count = count;
    spec.receipt = {constant(us(2)), constant(us(0)), constant(us(0))};
    spec.overcommit = OvercommitSpec{};
    const std::string path = "guest." + std::to_string(guests.size());
    return guests.emplace_back(simulation, spec, window, path, &*pool);
  }
  void make(unsigned cores) { pool.emplace(simulation, cores, us(300), window); }
  sim::ProcessId thread(VirtualCpus& cpus, Time from, Duration work) {
    return simulation.start(work_at(&cpus, from, work), "thread");
  }
  sim::Process work_at(VirtualCpus* cpus, Time from, Duration work) {
    co_await simulation.delay(from - simulation.now());
    Worker worker(*cpus);
    co_await worker.enter();
    worker.charge(work);
    co_await worker.pay();
    ended.push_back(simulation.now());
    worker.leave();
  }
  sim::Process interrupt_at(VirtualCpus* cpus, Time when) {
    co_await simulation.delay(when - simulation.now());
    const State met = co_await cpus->interrupt(CpuId{0});
    received.push_back({simulation.now(), met});
  }
  sim::Process cancel_at(Time when, sim::ProcessId process) {
    co_await simulation.delay(when - simulation.now());
    simulation.cancel(process);
  }
  /// Holds a virtual CPU until the event is set.
  sim::Process spin(VirtualCpus* cpus) {
    Worker worker(*cpus);
    co_await worker.enter();
    co_await stop.wait();
    worker.leave();
  }
  VirtualCpuTimes all_times() {
    VirtualCpuTimes sum;
    for (VirtualCpus& cpus : guests) sum = sum + cpus.times();
    return sum;
  }

  sim::Simulation simulation{bare()};
  StatisticsWindow window{Time{}};
  std::optional<HostPool> pool;
  std::deque<VirtualCpus> guests;
  std::vector<Time> ended;
  std::vector<Received> received;
  sim::Event stop;
};

// 0-300 the first, 300-600 the second, 600-800 the first, 800-1000 the second.
TEST_F(HostPoolTest, TwoTakeTurnsOnOneCore) {
  make(1);
  thread(guest(1), at(0), us(500));
  thread(guest(1), at(0), us(500));
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(800), at(1000)));
  EXPECT_EQ(guests[0].times(),
            (VirtualCpuTimes{.run = us(500), .stolen = us(300), .idle = us(200)}));
  EXPECT_EQ(guests[1].times(), (VirtualCpuTimes{.run = us(500), .stolen = us(500)}));
}

TEST_F(HostPoolTest, OneThatComesDuringASliceWaitsForItsEnd) {
  make(1);
  thread(guest(1), at(0), us(2000));
  thread(guest(1), at(700), us(10));   // the third slice ends at 900
  thread(guest(1), at(1810), us(10));  // at 910 a slice began anew; 1810 is the end of its third
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(910), at(1820), at(2020)));
}

TEST_F(HostPoolTest, WithoutAnybodyWhoWaitsThereAreNoSlices) {
  make(2);
  thread(guest(1), at(0), us(50'000));
  thread(guest(1), at(0), us(50'000));
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(50'000), at(50'000)));
  EXPECT_LE(simulation.calendar().fired(), 6U);  // two works, and the looks at who leaves
}

TEST_F(HostPoolTest, OneThatGoesIdleGivesItsCoreUpAtOnce) {
  make(1);
  thread(guest(1), at(0), us(40));
  thread(guest(1), at(10), us(40));
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(40), at(80)));
}

// The second thread of the first guest comes at 40, where its first one leaves.
TEST_F(HostPoolTest, OneThatGetsSomethingToRunAtTheSameMomentKeepsItsCore) {
  make(1);
  VirtualCpus& first = guest(1);
  thread(first, at(0), us(40));
  thread(guest(1), at(10), us(40));
  thread(first, at(40), us(40));
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(40), at(80), at(120)));
}

// Both slices end at 300, and one waits: the one that was started first makes room.
TEST_F(HostPoolTest, AsManyTurnsEndAsWait) {
  make(2);
  thread(guest(1), at(0), us(400));
  thread(guest(1), at(0), us(500));
  thread(guest(1), at(100), us(50));
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(350), at(450), at(500)));
}

TEST_F(HostPoolTest, AnInterruptForOneWithoutACoreWaitsForItsTurn) {
  make(1);
  thread(guest(1), at(0), us(1000));
  VirtualCpus& second = guest(1);
  thread(second, at(10), us(1000));
  simulation.start(interrupt_at(&second, at(20)), "interrupt");
  simulation.start(interrupt_at(&guests[0], at(299)), "interrupt");  // 1 of 2 us before its end
  simulation.run();
  EXPECT_THAT(received, ElementsAre(Received{at(302), State::descheduled},
                                    Received{at(601), State::running}));
}

// A halt of 50 us opens a window of 10: from 105 the first is polled until 115, unless another
// needs the only core meanwhile.
TEST_F(HostPoolTest, PollingGivesWayToThoseWhoNeedTheCore) {
  for (const bool needed : {false, true}) {
    make(1);
    const Time start = simulation.now();
    VirtualCpus& first = guest(1);
    VirtualCpus& other = guest(1);
    thread(first, start + us(50), us(55));
    if (needed) thread(other, start + us(108), us(1));
    simulation.start(interrupt_at(&first, start + us(112)), "interrupt");
    simulation.run();
    EXPECT_EQ(received.back().met, needed ? State::halted : State::polling);
    guests.clear();
  }
}

// One guest has one virtual CPU, the other three: each of the four has a quarter of the core.
TEST_F(HostPoolTest, EveryVirtualCpuHasAnEqualShare) {
  make(1);
  VirtualCpus& small = guest(1);
  VirtualCpus& large = guest(3);
  thread(small, at(0), us(30'000));
  for (int i = 0; i < 3; ++i) thread(large, at(0), us(100'000));
  simulation.calendar().schedule(at(120'000), {[](void* test) {
                                                 auto& self = *static_cast<HostPoolTest*>(test);
                                                 EXPECT_EQ(self.guests[0].times().run, us(30'000));
                                                 EXPECT_EQ(self.guests[1].times().run, us(90'000));
                                               },
                                               this});
  simulation.run();
}

TEST_F(HostPoolTest, TimeIsRunStolenOrIdle) {
  make(3);
  for (int i = 0; i < 4; ++i) guest(2);
  sim::RandomStream random = simulation.stream("test", "threads");
  Duration work{};
  for (int i = 0; i < 200; ++i) {
    const Duration length = us(static_cast<std::int64_t>(1 + random.below(900)));
    work += length;
    thread(guests[random.below(4)], at(static_cast<std::int64_t>(random.below(20'000))), length);
  }
  simulation.run();
  const VirtualCpuTimes times = all_times();
  EXPECT_EQ(times.run, work);
  EXPECT_GT(times.stolen, Duration::zero());
  EXPECT_EQ(times.run + times.stolen + times.idle, 8 * (simulation.now() - Time{}));
}

TEST_F(HostPoolTest, NoCoreIsIdleWhileSomebodyWaits) {
  make(2);
  for (int i = 0; i < 4; ++i) thread(guest(1), at(0), us(1000));
  simulation.run();
  EXPECT_EQ(simulation.now(), at(2000));
}

TEST_F(HostPoolTest, OneThatSpinsTakesTurnsWithOneThatWorksAndAllThatSpinCauseNoEvents) {
  make(1);
  simulation.start(spin(&guest(1)), "spin");
  simulation.start(spin(&guest(1)), "spin");
  thread(guest(1), at(0), us(500));
  simulation.calendar().schedule(
      at(1'000'000), {[](void* event) { static_cast<sim::Event*>(event)->set(); }, &stop});
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(1700)));  // 600-900 and 1500-1700
  EXPECT_LE(simulation.calendar().fired(), 20U);
}

TEST_F(HostPoolTest, AThreadThatIsCancelledWithoutACoreLeavesTheQueue) {
  make(1);
  thread(guest(1), at(0), us(500));
  const sim::ProcessId second = thread(guest(1), at(0), us(500));
  thread(guest(1), at(0), us(500));
  simulation.start(cancel_at(at(650), second), "cancel");  // 350 us are left to do
  simulation.run();
  EXPECT_THAT(ended, ElementsAre(at(1100), at(1300)));
}

}  // namespace
}  // namespace faultpath::models
