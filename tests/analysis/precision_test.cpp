// When to stop, on replications whose spread is known.
#include "analysis/precision.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

// Replication i of a case that moves 1000 bytes and, alternating, `spread` more or less.
Run run_moving(double spread, std::uint64_t i) {
  auto run = run_of("iopf", i);
  run.counters = {{"dma_bytes", static_cast<std::uint64_t>(1000.0 + (i % 2 ? spread : -spread))}};
  return run;
}

void add(PrecisionWatch& watch, const Run& run) {
  const std::array<const Run*, 1> all{&run};
  watch.add(all);
}

std::size_t replications_until_reached(double precision, double spread) {
  PrecisionWatch watch{precision, 0.95};
  while (!watch.is_reached() && watch.replications() < 500) {
    const auto run = run_moving(spread, watch.replications());
    add(watch, run);
  }
  return watch.replications();
}

TEST(PrecisionWatch, TakesTenReplicationsAndFiveThatConfirmThem) {
  EXPECT_EQ(replications_until_reached(0.05, 0.0), 15u);
}

TEST(PrecisionWatch, StopsWhenTheIntervalHasBeenNarrowEnoughForFiveMore) {
  // With an even number R of values 1000 +- 100 the half-width is t(0.975, R - 1) 100 / sqrt(R -
  // 1); it has to be at most 1000 * 0.04 / 1.04 = 38.46. R = 30: 2.045 * 100 / 5.385 = 37.98, and
  // R = 28: 2.052 * 100 / 5.196 = 39.49. At R = 29 the mean is off by 3.4 and the interval nearly
  // as wide as at 30: 2.048 * sqrt(29/28 ...) / ... = 38.7 of 38.3. So 30 and five more.
  EXPECT_EQ(replications_until_reached(0.04, 100.0), 35u);
}

TEST(PrecisionWatch, SaysHowManyAreMissingAtLeast) {
  PrecisionWatch watch{0.05, 0.95};
  EXPECT_EQ(watch.missing(), 15u);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const auto run = run_moving(0.0, i);
    add(watch, run);
  }
  EXPECT_EQ(watch.missing(), 3u);
}

TEST(PrecisionWatch, NamesWhatIsTooWide) {
  PrecisionWatch watch{0.01, 0.95};
  for (std::uint64_t i = 0; i < 10; ++i) {
    const auto run = run_moving(100.0, i);
    add(watch, run);
  }
  const auto wide = watch.unprecise();
  ASSERT_EQ(wide.size(), 1u);
  EXPECT_EQ(wide[0].metric, "dma_throughput_bytes_per_s");
  EXPECT_NEAR(wide[0].relative, 2.262157 * 0.1 / 3.0, 1e-6);  // t(0.975, 9), sqrt(10 - 1)
  EXPECT_EQ(watch.missing(), 6u);
}

TEST(PrecisionWatch, DoesNotWaitForAQuantileThatTheRunsAreTooShortFor) {
  PrecisionWatch watch{0.05, 0.95};
  while (watch.replications() < 15) {
    // 50 values, 0.5 of them beyond the p99, whose latency changes by half.
    const auto run =
        run_with_faults("iopf", watch.replications(), watch.replications() % 2 ? 100.0 : 200.0, 50);
    add(watch, run);
  }
  EXPECT_TRUE(watch.is_reached());
}

}  // namespace
}  // namespace faultpath::analysis
