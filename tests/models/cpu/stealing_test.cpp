// Virtual CPUs whose cores others take away: timelines, and how much longer work takes.
#include "models/cpu/stealing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/models/cpu/virtual_cpus_rig.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using sim::Time;
using testing::ElementsAre;
using State = VirtualCpuState;

Duration us(std::int64_t n) { return microseconds(n); }

VirtualCpusSpec spec_of(std::uint32_t count, const sim::DistributionSpec& run,
                        const sim::DistributionSpec& stolen) {
  VirtualCpusSpec spec;
  spec.count = count;
  spec.receipt = {constant(us(2)), constant(us(3)), constant(us(10))};
  spec.steal = {.run = run, .stolen = stolen};
  return spec;
}
sim::DistributionSpec exponential(Duration mean) { return sim::ExponentialSpec{mean}; }

class StealingTest : public VirtualCpusRig {
 public:
  /// The first moment, not before `from`, at which a stolen slice of virtual CPU 0 begins.
  Time next_stolen(const VirtualCpusSpec& spec, Time from) {
    const StealSlices slices(*spec.steal);
    StealPhases phases(slices, simulation.stream("guest/cpus/0", "steal"));
    phases.advance(slices, from);
    do {
      phases.advance(slices, phases.slice_end());
    } while (!phases.stolen());
    return phases.now();
  }
};

// A core is there for 300 us, and gone for 100.
TEST_F(StealingTest, WorkIsStretchedAndGoesOnWhereItWas) {
  const VirtualCpusSpec spec = spec_of(1, constant(us(300)), constant(us(100)));
  make(spec);
  const Time gone = next_stolen(spec, Time{us(400)});
  thread(gone - us(20), us(50));  // woken for 10, works for 10, and for 40 after 100
  thread(gone + us(200), us(5));  // halted since 140, and woken for 10
  run();
  EXPECT_THAT(ran, ElementsAre(Ran{0, gone - us(10), gone + us(140)},
                               Ran{0, gone + us(210), gone + us(215)}));
  EXPECT_EQ(cpus->times().stolen, us(100));
}

TEST_F(StealingTest, AnInterruptWaitsForTheCoreAndAWakeUpMayBeCutInTwo) {
  const VirtualCpusSpec spec = spec_of(1, constant(us(300)), constant(us(100)));
  make(spec);
  const Time gone = next_stolen(spec, Time{us(400)});
  thread(gone - us(30), us(50));     // on the core from -20 to 0, then from 100 to 130
  interrupt(gone - us(1), 0);        // 1 of 2 us before the slice
  interrupt(gone + us(70), 0);       // descheduled
  interrupt(gone + us(400 - 6), 0);  // halted again since 130; 6 of 10 us before the next
  run();
  EXPECT_THAT(received, ElementsAre(Received{gone + us(101), State::running},
                                    Received{gone + us(102), State::descheduled},
                                    Received{gone + us(504), State::halted}));
  EXPECT_EQ(cpus->stats().interrupts_descheduled, 1U);
}

// Halts of 20 us open a window of 20. A longer one halves it to 10 us, before the halt that begins
// 8 us before a stolen slice.
TEST_F(StealingTest, AStolenSliceEndsThePollingOfAHalt) {
  const VirtualCpusSpec spec = spec_of(1, constant(us(3000)), constant(us(10)));
  make(spec);
  const Time gone = next_stolen(spec, Time{us(4000)});
  thread(gone - us(400), us(10));  // from -390 to -380
  thread(gone - us(360), us(10));  // from -350 to -340
  thread(gone - us(320), us(10));  // from -310 to -300
  interrupt(gone - us(290), 0);    // within the window
  thread(gone - us(20), us(2));    // from -10 to -8
  interrupt(gone + us(1), 0);      // the window would last until 2; awake 10 us after the slice
  run();
  EXPECT_THAT(received, ElementsAre(Received{gone - us(287), State::polling},
                                    Received{gone + us(20), State::halted}));
}

// The law of exponential slices. Run slices have the mean r, stolen ones d; s = d / (r + d). In the
// stationary state the core is gone with probability s, for another d on average, because slices
// have no memory. Work W is then interrupted N times, Poisson with mean W / r, for d each:
//   E[T]   = s d + W + (W / r) d = s d + W / (1 - s)
//   Var[T] = s 2 d^2 - (s d)^2 + (W / r) 2 d^2
//   P[T = W] = (1 - s) exp(-W / r)
struct Law {
  double work, run, stolen;
  double share() const { return stolen / (run + stolen); }
  double mean() const { return share() * stolen + work / (1 - share()); }
  double variance() const {
    const double square = stolen * stolen;
    return 2 * share() * square - share() * share() * square + work / run * 2 * square;
  }
  double untouched() const { return (1 - share()) * std::exp(-work / run); }
};

// Each virtual CPU has slices of its own: so many independent works.
constexpr unsigned kWorks = 4000;

class StealingLaw : public StealingTest, public testing::WithParamInterface<Law> {};

TEST_P(StealingLaw, WorkTakesAsLongAsTheClosedFormSays) {
  const Law& law = GetParam();
  const auto duration = [](double value) { return us(std::llround(value)); };
  VirtualCpusSpec spec =
      spec_of(kWorks, exponential(duration(law.run)), exponential(duration(law.stolen)));
  spec.receipt.halted = constant(Duration::zero());
  make(spec);
  const Time from{us(1000)};
  for (unsigned i = 0; i < kWorks; ++i) thread(from, duration(law.work));
  run();
  std::vector<double> took;
  for (const Ran& each : ran) took.push_back(sim::to_ns(each.to - from) / 1e3);
  ASSERT_EQ(took.size(), kWorks);
  double sum = 0.0, squares = 0.0;
  for (const double each : took) sum += each;
  const double mean = sum / kWorks;
  double fourths = 0.0;
  for (const double each : took) {
    squares += std::pow(each - mean, 2);
    fourths += std::pow(each - mean, 4);
  }
  EXPECT_NEAR(mean, law.mean(), 4 * std::sqrt(law.variance() / kWorks));
  const double spread = fourths / kWorks - law.variance() * law.variance();
  EXPECT_NEAR(squares / (kWorks - 1), law.variance(), 4 * std::sqrt(spread / kWorks));
  const auto untouched = std::ranges::count(took, law.work);
  const double p = law.untouched();
  EXPECT_NEAR(static_cast<double>(untouched) / kWorks, p, 4 * std::sqrt(p * (1 - p) / kWorks));
}

INSTANTIATE_TEST_SUITE_P(Works, StealingLaw,
                         testing::Values(Law{50, 3000, 1000}, Law{3000, 3000, 1000},
                                         Law{40, 100, 300}, Law{500, 50, 5},
                                         Law{10'000, 1000, 1000}));

// With constant slices the first is met uniformly: gone for d / 2 on average, or W / r boundaries
// in the work; after a stolen slice the work has ceil(W / r) - 1 of them.
TEST_F(StealingTest, ConstantSlicesFollowTheirLaw) {
  constexpr double r = 300, d = 100, w = 450, s = d / (r + d);
  VirtualCpusSpec spec = spec_of(kWorks, constant(us(300)), constant(us(100)));
  spec.receipt.halted = constant(Duration::zero());
  make(spec);
  const Time from{us(1000)};
  for (unsigned i = 0; i < kWorks; ++i) thread(from, us(450));
  run();
  double sum = 0.0;
  for (const Ran& each : ran) sum += sim::to_ns(each.to - from) / 1e3;
  const double expected = w + s * (d / 2 + d * (std::ceil(w / r) - 1)) + (1 - s) * d * w / r;
  // No work differs from the mean by more than two slices, and few by one.
  EXPECT_NEAR(sum / kWorks, expected, 4 * d / std::sqrt(kWorks));
}

TEST_F(StealingTest, TimeIsRunStolenOrIdleAndTheStolenShareIsThatOfTheSlices) {
  constexpr unsigned kCpus = 8;
  make(spec_of(kCpus, exponential(us(30)), exponential(us(10))));
  for (unsigned i = 0; i < kCpus; ++i) thread(Time{}, sim::milliseconds(i < 4 ? 30 : 60));
  run();
  const VirtualCpuTimes times = cpus->times();
  EXPECT_EQ(times.run + times.stolen + times.idle, kCpus * (simulation.now() - Time{}));
  EXPECT_EQ(times.run, sim::milliseconds(4 * 30 + 4 * 60));
  const double share = sim::to_ns(times.stolen) / sim::to_ns(times.run + times.stolen);
  // 12000 cycles; the share of each has a deviation of about s (1 - s) sqrt(2).
  EXPECT_NEAR(share, 0.25, 4 * 0.25 * 0.75 * std::sqrt(2.0 / 12'000));
}

TEST_F(StealingTest, StatisticsCoverTheTimeFromTheEndOfTheWarmUp) {
  window = {sim::kEndOfTime, true};
  const VirtualCpusSpec spec = spec_of(1, constant(us(300)), constant(us(100)));
  make(spec);
  const Time gone = next_stolen(spec, Time{us(1000)});
  thread(Time{}, us(3000));
  simulation.calendar().schedule(gone + us(30), {[](void* test) {
                                                   auto& self = *static_cast<StealingTest*>(test);
                                                   self.window.from = self.simulation.now();
                                                 },
                                                 this});
  interrupt(gone + us(200), 0);
  run();
  const Duration all = simulation.now() - gone;
  const std::int64_t cycles = (all - us(100)) / us(400);
  EXPECT_EQ(cpus->times().stolen, us(70) + cycles * us(100));
  EXPECT_EQ(cpus->times().run + cpus->times().stolen, all - us(30));
}

TEST_F(StealingTest, NoEventBelongsToASlice) {
  make(spec_of(16, exponential(us(3)), exponential(us(1))));
  thread(Time{sim::seconds(1)}, us(500));
  run();
  EXPECT_EQ(simulation.calendar().fired(), 3U);  // the thread is there, is awake, has worked
}

TEST_F(StealingTest, EveryVirtualCpuHasSlicesOfItsOwnAndTheSameOnesEachTime) {
  const auto ends = [this] {
    sim::Simulation again{bare()};
    VirtualCpus many(again, spec_of(8, exponential(us(30)), exponential(us(10))), window,
                     "guest/cpus");
    std::vector<Time> times;
    for (unsigned i = 0; i < 8; ++i) {
      again.start(
          [](sim::Simulation* simulation, VirtualCpus* cpus,
             std::vector<Time>* out) -> sim::Process {
            Worker worker(*cpus);
            co_await worker.enter();
            worker.charge(us(200));
            co_await worker.pay();
            out->push_back(simulation->now());
            worker.leave();
          }(&again, &many, &times),
          "thread");
    }
    again.run();
    return times;
  };
  const std::vector<Time> first = ends();
  EXPECT_EQ(first, ends());
  EXPECT_EQ(std::ranges::adjacent_find(first), first.end());
}

}  // namespace
}  // namespace faultpath::models
