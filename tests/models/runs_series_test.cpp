// What a run says over time, at percentiles, and at checkpoints: it agrees with what it says as a
// whole.
#include <gtest/gtest.h>

#include <numeric>

#include "models/assembly/run.hpp"
#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;

// In the child of a death test: SimGrid has one engine a process.
template <class Look>
[[noreturn]] void run_and_look(const SystemSpec& spec, Look look) {
  try {
    look(run_system(spec));
  } catch (const sim::StuckError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(3);
  }
  std::_Exit(::testing::Test::HasFailure() ? 1 : 0);
}

SystemSpec storm() {
  SystemSpec spec = small_system();
  spec.strategy = {"iopf", IopfSpec{}};
  spec.devices[0].count = 2;
  spec.devices[0].workload.queue_depth = 8;
  spec.devices[0].workload.operation = 2 * kPageBytes;
  spec.devices[0].pri.group = 2;  // the last of a group is answered, the others are dropped
  spec.iommu.queue_entries = 16;
  return spec;
}

const SeriesResult& series(const RunOutcome& outcome, std::string_view name) {
  const auto found = std::ranges::find(outcome.series, name, &SeriesResult::name);
  if (found == outcome.series.end()) std::abort();
  return *found;
}
double sum(const SeriesResult& series) {
  return std::accumulate(series.values.begin(), series.values.end(), 0.0);
}
const GaugeResult& gauge(const RunOutcome& outcome, std::string_view name) {
  return *std::ranges::find(outcome.gauges, name, &GaugeResult::name);
}

TEST(SeriesDeathTest, SumToWhatTheRunCounts) {
  EXPECT_EXIT(run_and_look(storm(),
                           [](const RunOutcome& run) {
                             EXPECT_EQ(sum(series(run, "operations")),
                                       static_cast<double>(run.counters.dma_operations));
                             EXPECT_EQ(sum(series(run, "dropped")),
                                       static_cast<double>(run.counters.requests_dropped));
                             EXPECT_GT(run.counters.requests_dropped, 0U);
                             EXPECT_EQ(run.overflow_intervals.size(), run.counters.queue_overflows);
                           }),
              testing::ExitedWithCode(0), "");
}

TEST(SeriesDeathTest, HaveTheMeanAndTheMaximumOfTheirGauges) {
  const auto look = [](const RunOutcome& run) {
    const SeriesResult& mapped = series(run, "mapped_bytes");
    double area = 0.0;
    for (std::size_t i = 0; i < mapped.values.size(); ++i) {
      const sim::Duration begin = mapped.step * static_cast<std::int64_t>(i);
      const sim::Duration covered = std::min(mapped.step, run.simulated - begin);
      area += mapped.values[i] * static_cast<double>(covered.count());
    }
    const double mean = gauge(run, "mapped_bytes").mean;
    EXPECT_NEAR(area / static_cast<double>(run.simulated.count()), mean, 1e-9 * mean);
    const SeriesResult& depth = series(run, "queue_depth_max");
    EXPECT_EQ(std::ranges::max(depth.values), static_cast<double>(gauge(run, "queue_depth").max));
  };
  EXPECT_EXIT(run_and_look(storm(), look), testing::ExitedWithCode(0), "");
}

TEST(SeriesDeathTest, LevelsAreFollowedWhereTheyAreWanted) {
  SystemSpec spec = storm();
  spec.run.level_series = false;
  EXPECT_EXIT(run_and_look(spec, [](const RunOutcome& run) { EXPECT_EQ(run.series.size(), 3U); }),
              testing::ExitedWithCode(0), "");
}

TEST(BlameDeathTest, SumsToThePercentileOfTheLatency) {
  const auto look = [](const RunOutcome& run) {
    const auto& latency = run.distributions[0];
    EXPECT_EQ(latency.name, "fault_latency_ns");
    ASSERT_EQ(run.blame.size(), 4U);
    const std::array<double, 4> quantiles{0.5, 0.9, 0.99, 0.999};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& ns = run.blame[i].ns;
      const double expected = sim::to_ns(latency.histogram.quantile(quantiles[i]));
      EXPECT_NEAR(std::accumulate(ns.begin(), ns.end(), 0.0), expected, 1e-6) << run.blame[i].name;
    }
  };
  EXPECT_EXIT(run_and_look(storm(), look), testing::ExitedWithCode(0), "");
}

TEST(TrailDeathTest, HasALaneForEachComponentAndFewCheckpoints) {
  const auto look = [](const RunOutcome& run) {
    EXPECT_GE(run.trail.lanes.size(), 5U);
    for (const auto& lane : run.trail.lanes) {
      EXPECT_LT(lane.checkpoints.size(), 64U);
      EXPECT_EQ(lane.checkpoints.size(), run.trail.lanes[0].checkpoints.size());
    }
  };
  EXPECT_EXIT(run_and_look(storm(), look), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace faultpath::models
