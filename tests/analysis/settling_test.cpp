// When pilots whose transient is known have settled.
#include <gtest/gtest.h>

#include "analysis/warmup.hpp"
#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

struct Shape {
  std::size_t before = 0;  ///< steps without an operation at the start
  std::size_t slow = 0;    ///< then at 900 ns
  std::size_t steps = 0;   ///< with operations in all, the others at 100 ns; then empty ones
  double step_ns = 2000.0;
};

Run pilot(const Shape& shape) {
  std::vector<double> latency, operations;
  for (std::size_t i = 0; i < shape.before + shape.steps + 20; ++i) {
    const bool empty = i < shape.before || i >= shape.before + shape.steps;
    latency.push_back(empty ? 0.0 : i < shape.before + shape.slow ? 900.0 : 100.0);
    operations.push_back(empty ? 0.0 : 7.0);
  }
  auto run = run_of("iopf", 0);
  run.series = {
      {"step_ns", shape.step_ns}, {"operations", operations}, {"dma_latency_ns_mean", latency}};
  return run;
}

std::optional<double> settling(const Runs& pilots) {
  std::vector<const Run*> pointers;
  for (const auto& one : pilots) pointers.push_back(&one);
  return settling_time_ns(pointers);
}

TEST(SettlingTime, IsTheTimeUntilTheLatencySettles) {
  EXPECT_EQ(settling({pilot({.slow = 15, .steps = 100})}), 15 * 2000.0);
}

TEST(SettlingTime, CountsFromTheStartOfTheDevicesAndNotAfterTheLastOperation) {
  EXPECT_EQ(settling({pilot({.before = 40, .slow = 15, .steps = 100})}), 55 * 2000.0);
  EXPECT_EQ(settling({pilot({.before = 40, .slow = 0, .steps = 100})}), 0.0);
}

TEST(SettlingTime, TakesAStepWithoutOperationsForALevelThatGoesOn) {
  auto gap = pilot({.steps = 100});
  gap.series["dma_latency_ns_mean"][50] = 0.0;
  gap.series["operations"][50] = 0.0;
  EXPECT_EQ(settling({gap}), 0.0);
}

TEST(SettlingTime, IsThatOfTheMeanOfThePilots) {
  // Excursions of the two cancel; by itself each would be cut behind its own.
  auto high = pilot({.slow = 10, .steps = 100}), low = high;
  for (std::size_t i = 30; i < 40; ++i) {
    high.series["dma_latency_ns_mean"][i] = 150.0;
    low.series["dma_latency_ns_mean"][i] = 50.0;
  }
  EXPECT_EQ(settling({high}), 40 * 2000.0);
  EXPECT_EQ(settling({high, low}), 10 * 2000.0);
}

TEST(SettlingTime, BringsPilotsOfOtherStepsTogether) {
  EXPECT_EQ(settling({pilot({.slow = 40, .steps = 240, .step_ns = 1000.0}),
                      pilot({.slow = 20, .steps = 120, .step_ns = 2000.0})}),
            20 * 2000.0);
}

TEST(SettlingTime, CannotBeToldFromShortRuns) {
  EXPECT_EQ(settling({pilot({.slow = 5, .steps = 30})}), std::nullopt);  // six batches
}

TEST(SettlingTime, NeedsSeries) { EXPECT_THROW(settling({run_of("iopf", 0)}), ResultError); }

}  // namespace
}  // namespace faultpath::analysis
