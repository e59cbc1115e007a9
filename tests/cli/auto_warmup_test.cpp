// Warm-ups from series whose transient is known.
#include "cli/auto_warmup.hpp"

#include <gtest/gtest.h>

#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

using analysis::Json;

// `before` empty steps, `slow` steps at 900 ns, then steps at 100 ns up to `steps`, then empty
// ones.
Json record(std::size_t before, std::size_t slow, std::size_t steps) {
  std::vector<double> latency, operations;
  for (std::size_t i = 0; i < before + steps + 20; ++i) {
    const bool empty = i < before || i >= before + steps;
    latency.push_back(empty ? 0.0 : i < before + slow ? 900.0 : 100.0);
    operations.push_back(empty ? 0.0 : 7.0);
  }
  return {{"variant", ""},
          {"strategy", "iopf"},
          {"series",
           {{"step_ns", 2000.0}, {"dma_latency_ns_mean", latency}, {"operations", operations}}}};
}

TEST(AutoWarmup, IsTheTimeUntilTheLatencySettles) {
  EXPECT_EQ(warmup_of(record(0, 15, 100)), 15 * sim::microseconds(2));
}

TEST(AutoWarmup, DoesNotCountTheTimeBeforeTheFirstOperationNorThatAfterTheLast) {
  EXPECT_EQ(warmup_of(record(40, 15, 100)), 15 * sim::microseconds(2));
}

TEST(AutoWarmup, TakesAStepWithoutOperationsForALevelThatGoesOn) {
  auto gap = record(0, 0, 100);
  gap["series"]["dma_latency_ns_mean"][50] = 0.0;
  gap["series"]["operations"][50] = 0.0;
  EXPECT_EQ(warmup_of(gap), sim::Duration::zero());
}

TEST(AutoWarmup, IsAnErrorWhenTheRunIsTooShort) {
  try {
    warmup_of(record(0, 5, 30));
    FAIL() << "30 steps are 6 batches";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string{error.what()},
              "warmup: auto: under iopf the DMA latency is not seen to settle; run longer or give "
              "a duration");
  }
}

}  // namespace
}  // namespace faultpath::cli
