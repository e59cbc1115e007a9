// Slices of a core that others take away: how they follow each other, and how they are skipped.
#include "models/cpu/steal_phases.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::Duration;
using sim::microseconds;
using sim::Time;

constexpr Duration kTick = sim::picoseconds(1);
const StealSpec kConstant{constant(microseconds(30)), constant(microseconds(10))};
const StealSpec kExponential{sim::ExponentialSpec{microseconds(30)},
                             sim::ExponentialSpec{microseconds(10)}};

StealPhases phases_of(const StealSlices& slices, int number) {
  const std::string path = "cpus/" + std::to_string(number);
  return {slices, sim::RandomStream({.component = path, .purpose = "steal"})};
}

Time at(Duration time) { return Time{time}; }

TEST(StealPhases, ConstantSlicesAlternateFromWhereTheyAreMet) {
  const StealSlices slices(kConstant);
  int met_stolen = 0;
  for (int i = 0; i < 100; ++i) {
    StealPhases phases = phases_of(slices, i);
    met_stolen += phases.stolen() ? 1 : 0;
    const Time first = phases.slice_end();
    EXPECT_LE(first, at(phases.stolen() ? microseconds(10) : microseconds(30)));
    EXPECT_GT(first, Time{});
    const bool stolen = phases.stolen();
    phases.advance(slices, first - kTick);
    EXPECT_EQ(phases.stolen(), stolen);
    phases.advance(slices, first);
    EXPECT_EQ(phases.stolen(), !stolen);
    EXPECT_EQ(phases.slice_end() - first, stolen ? microseconds(30) : microseconds(10));
  }
  EXPECT_GT(met_stolen, 0);
  EXPECT_LT(met_stolen, 100);
}

// By hand, from a moment at which 30 us on the core begin.
TEST(StealPhases, WorkIsStretchedByTheWholeSlicesThatItMeets) {
  const StealSlices slices(kConstant);
  StealPhases phases = phases_of(slices, 1);
  while (phases.stolen() || phases.slice_end() - phases.now() != microseconds(30)) {
    phases.advance(slices, phases.slice_end());
  }
  const auto takes = [&](Duration work) { return phases.end_of(slices, work) - phases.now(); };
  EXPECT_EQ(takes(Duration::zero()), Duration::zero());
  EXPECT_EQ(takes(microseconds(30)), microseconds(30));
  EXPECT_EQ(takes(microseconds(30) + kTick), microseconds(40) + kTick);
  EXPECT_EQ(takes(microseconds(75)), microseconds(75 + 2 * 10));
  phases.advance(slices, phases.now() + microseconds(30));
  ASSERT_TRUE(phases.stolen());
  EXPECT_EQ(takes(Duration::zero()), microseconds(10));
  EXPECT_EQ(takes(microseconds(1)), microseconds(11));
  EXPECT_EQ(takes(microseconds(31)), microseconds(51));
}

// Whatever the slices, the time up to the end of the work is the work and what was stolen.
TEST(StealPhases, LookingAheadSeesWhatComes) {
  const StealSlices slices(kExponential);
  sim::RandomStream works({.component = "test", .purpose = "work"});
  StealPhases phases = phases_of(slices, 0);
  for (int i = 0; i < 2000; ++i) {
    const Duration work{static_cast<std::int64_t>(works.below(200'000'000))};
    const Time from = phases.now();
    const Time end = phases.end_of(slices, work);
    EXPECT_EQ(phases.end_of(slices, work), end);
    EXPECT_EQ(end - from, work + phases.advance(slices, end));
  }
}

// The stationary share s at the start, at any time, and after a long time that was skipped. The
// number of those that are stolen is binomial.
TEST(StealPhases, AreStolenWithTheirShareOfTheTimeAtAnyMoment) {
  constexpr int kProcesses = 4000;
  const Time moments[] = {Time{}, at(microseconds(17)), at(sim::seconds(10))};
  for (const StealSpec& spec : {kConstant, kExponential}) {
    const StealSlices slices(spec);
    EXPECT_DOUBLE_EQ(slices.share, 0.25);
    for (const Time moment : moments) {
      int stolen = 0;
      for (int i = 0; i < kProcesses; ++i) {
        StealPhases phases = phases_of(slices, i);
        phases.skip(slices, moment);
        stolen += phases.stolen() ? 1 : 0;
      }
      const double deviation = std::sqrt(kProcesses * 0.25 * 0.75);
      EXPECT_NEAR(stolen, kProcesses * 0.25, 4 * deviation);
    }
  }
}

TEST(StealPhases, ConstantSlicesThatAreSkippedAreCounted) {
  const StealSlices slices(kConstant);
  for (int i = 0; i < 20; ++i) {
    StealPhases skipped = phases_of(slices, i);
    const StealPhases first = skipped;
    const Duration cycles = 1'000'000 * microseconds(40);
    skipped.skip(slices, first.now() + cycles);
    EXPECT_EQ(skipped.stolen(), first.stolen());
    EXPECT_EQ(skipped.slice_end() - first.slice_end(), cycles);
  }
}

}  // namespace
}  // namespace faultpath::models
