// Stages: they tile a fault, whatever the way through them.
#include "sim/stages.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "sim/random.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

enum class Leg : std::uint8_t { queue, irq, serve, respond, count };

TEST(StageClock, SumsTheTimeOfEachStage) {
  StageClock<Leg> clock;
  clock.begin(at_ns(10), Leg::queue);
  clock.enter(at_ns(14), Leg::irq);
  clock.enter(at_ns(15), Leg::queue);  // entered again
  clock.enter(at_ns(21), Leg::serve);
  EXPECT_EQ(clock.stage(), Leg::serve);
  EXPECT_EQ(clock.end(at_ns(30)).latency, nanoseconds(20));
  EXPECT_EQ(clock.spent(Leg::queue), nanoseconds(10));
  EXPECT_EQ(clock.spent(Leg::irq), nanoseconds(1));
  EXPECT_EQ(clock.spent(Leg::serve), nanoseconds(9));
  EXPECT_EQ(clock.spent(Leg::respond), Duration::zero());
}

TEST(StageClock, ForgetsWhatIsLaterAsIfItHadNeverBeen) {
  StageClock<Leg> clock;
  clock.begin(at_ns(10), Leg::queue);
  clock.enter(at_ns(14), Leg::irq);
  clock.enter(at_ns(20), Leg::serve);
  clock.forget_after(at_ns(19));
  EXPECT_EQ(clock.stage(), Leg::irq);
  EXPECT_EQ(clock.entered(), at_ns(14));
  EXPECT_EQ(clock.end(at_ns(15)).latency, nanoseconds(5));
  EXPECT_EQ(clock.spent(Leg::queue), nanoseconds(4));
  EXPECT_EQ(clock.spent(Leg::irq), nanoseconds(1));
  EXPECT_EQ(clock.spent(Leg::serve), Duration::zero());
}

TEST(StageClock, BeginsAnewForTheNextFault) {
  StageClock<Leg> clock;
  clock.begin(at_ns(0), Leg::queue);
  clock.end(at_ns(5));
  clock.begin(at_ns(7), Leg::irq);
  EXPECT_EQ(clock.begun(), at_ns(7));
  EXPECT_EQ(clock.end(at_ns(8)).latency, nanoseconds(1));
  EXPECT_EQ(clock.spent(Leg::queue), Duration::zero());
}

TEST(StageClock, KeepsAMilestoneOfTheVeryTime) {
  StageClock<Leg> clock;
  clock.begin(at_ns(10), Leg::queue);
  clock.enter(at_ns(14), Leg::irq);
  clock.forget_after(at_ns(14));
  EXPECT_EQ(clock.stage(), Leg::irq);
  clock.forget_after(at_ns(13));
  EXPECT_EQ(clock.stage(), Leg::queue);
}

// One nanosecond in each stage in turn, more often than times are kept.
TEST(StageClock, SumsTheOldestMilestonesAndKeepsTheTimesOfTheLast) {
  StageClock<Leg> clock;
  clock.begin(at_ns(0), Leg::queue);
  constexpr std::int64_t kSteps = 4 * 25;
  for (std::int64_t at = 1; at < kSteps; ++at) clock.enter(at_ns(at), static_cast<Leg>(at % 4));
  clock.forget_after(at_ns(kSteps - 5));
  EXPECT_EQ(clock.entered(), at_ns(kSteps - 5));
  EXPECT_EQ(clock.end(at_ns(kSteps - 4)).latency, nanoseconds(kSteps - 4));
  for (const Leg leg : {Leg::queue, Leg::irq, Leg::serve, Leg::respond}) {
    EXPECT_EQ(clock.spent(leg), nanoseconds(24));
  }
}

TEST(StageClockDeathTest, CannotGoBackToWhatHasBeenSummed) {
  StageClock<Leg> clock;
  clock.begin(at_ns(0), Leg::queue);
  for (std::int64_t at = 1; at < 40; ++at) clock.enter(at_ns(at), Leg::irq);
  EXPECT_DEATH(clock.forget_after(at_ns(1)), "that is kept");
}

TEST(StageClock, TilesARandomWayToThePicosecond) {
  RandomStream random{{1, 0, "stages", "way"}};
  for (int fault = 0; fault < 100; ++fault) {
    StageClock<Leg> clock;
    Time now = at_ps(static_cast<std::int64_t>(random.below(1'000'000)));
    const Time begun = now;
    clock.begin(now, static_cast<Leg>(random.below(4)));
    for (auto steps = random.below(20); steps > 0; --steps) {
      now += picoseconds(static_cast<std::int64_t>(random.below(5'000)));
      clock.enter(now, static_cast<Leg>(random.below(4)));
    }
    EXPECT_EQ(clock.end(now).latency, now - begun);
    EXPECT_EQ(clock.spent(Leg::queue) + clock.spent(Leg::irq) + clock.spent(Leg::serve) +
                  clock.spent(Leg::respond),
              now - begun);
  }
}

TEST(StageClockDeathTest, MilestonesAreInOrder) {
  StageClock<Leg> clock;
  clock.begin(at_ns(10), Leg::queue);
  EXPECT_DEATH(clock.enter(at_ns(9), Leg::irq), "in order");
}

}  // namespace
}  // namespace faultpath::sim
