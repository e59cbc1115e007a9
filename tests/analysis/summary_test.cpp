// Summaries and paired differences of small results made by hand.
#include "analysis/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/metrics.hpp"
#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

constexpr auto kP99 = "fault_latency_ns.p99";

std::optional<double> value_of(const Run& run, const std::string& path) {
  for (const auto& metric : metrics_of(run))
    if (metric.path == path) return metric.value;
  return std::nullopt;
}

TEST(Metrics, EveryScalarOfARunHasAPath) {
  auto run = run_with_faults("iopf", 0, 700.0);
  EXPECT_EQ(value_of(run, "dma_operations"), 100.0);
  EXPECT_EQ(value_of(run, "locked_bytes.max"), 4096.0);
  EXPECT_EQ(value_of(run, "locked_bytes.mean"), 1.5);
  EXPECT_EQ(value_of(run, kP99), 700.0);
  EXPECT_EQ(value_of(run, "fault_latency_ns.stddev"), 0.0);
  EXPECT_EQ(value_of(run, "stages_ns.queue.mean"), 8.0);
  EXPECT_FALSE(value_of(run, "blame_scopes_ns.p99.vmm")) << "without guests";
  run.blame_scopes_ns = {{"p99", {{"vmm", 5.0}, {"guest", 3.0}}}};
  EXPECT_EQ(value_of(run, "blame_scopes_ns.p99.vmm"), 5.0);
}

TEST(Metrics, RatesAreOverTheMeasuredTimeWithoutTheWarmUp) {
  const auto run = run_with_faults("iopf", 0, 700.0);
  EXPECT_EQ(value_of(run, "dma_throughput_bytes_per_s"), 4096.0 / 2.0);
  EXPECT_EQ(value_of(run, "dma_operations_per_s"), 100.0 / 2.0);
}

TEST(Metrics, AnEmptyDistributionHasACountOnly) {
  const auto run = run_with_faults("pin", 0, 0.0, 0);
  EXPECT_EQ(value_of(run, "fault_latency_ns.count"), 0.0);
  EXPECT_FALSE(value_of(run, kP99));
  EXPECT_FALSE(value_of(run, "stages_ns.queue.mean"));
}

TEST(Summary, EstimatesEachCaseOverItsReplications) {
  const Runs runs{run_with_faults("pin", 0, 10), run_with_faults("pin", 1, 14),
                  run_with_faults("iopf", 0, 100)};
  const auto summaries = summaries_of(runs, 0.95);
  ASSERT_EQ(summaries.size(), 2u);
  EXPECT_EQ(summaries[0].label, "pin");
  const auto pin = summaries[0].find("fault_latency_ns.mean");
  ASSERT_TRUE(pin);
  // Standard error sqrt(8/2) = 2, t(0.975, 1) = 12.706.
  EXPECT_DOUBLE_EQ(pin->mean, 12.0);
  EXPECT_NEAR(*pin->high, 12.0 + 2.0 * 12.706, 0.002);
  EXPECT_EQ(pin->n, 2u);
  EXPECT_EQ(summaries[1].find("fault_latency_ns.mean")->n, 1u);
}

TEST(Summary, AQuantileIsThatOfAllValuesWithTheSpreadOfTheReplicationsAroundIt) {
  // Of twenty values, ten of 10 ns and ten of 14, the p99 is 14; of the first replication it is 10.
  const Runs runs{run_with_faults("pin", 0, 10), run_with_faults("pin", 1, 14)};
  const auto p99 = summaries_of(runs, 0.95)[0].find(kP99);
  EXPECT_NEAR(p99->mean, 14.0, 14.0 / 64.0);
  // S^2 = (4^2 + 0) / 1, S / sqrt(2) = 2.8284, t(0.975, 1) = 12.706.
  EXPECT_NEAR(*p99->high - p99->mean, 2.8284 * 12.706, 0.25 * 12.706);
}

TEST(Summary, IsLabelledWithTheVariantWhenThereIsOne) {
  auto deep = run_with_faults("iopf", 0, 1);
  deep.variant = "deep";
  EXPECT_EQ(summaries_of({deep}, 0.95)[0].label, "deep/iopf");
  EXPECT_EQ(summaries_of({run_with_faults("iopf", 0, 1)}, 0.95)[0].label, "iopf");
}

TEST(Summary, LeavesOutReplicationsThatLackTheMetric) {
  const Runs runs{run_with_faults("iopf", 0, 10), run_with_faults("iopf", 1, 0, 0),
                  run_with_faults("iopf", 2, 20)};
  const auto summaries = summaries_of(runs, 0.95);
  const auto mean = summaries[0].find("fault_latency_ns.mean");
  ASSERT_TRUE(mean);
  EXPECT_EQ(mean->n, 2u);
  EXPECT_DOUBLE_EQ(mean->mean, 15.0);
  EXPECT_EQ(summaries[0].find(kP99)->n, 2u);
}

TEST(Summary, SaysWhenARunIsTooShortForAQuantile) {
  const auto summary = summaries_of({run_with_faults("iopf", 0, 10, 99)}, 0.95)[0];
  EXPECT_DOUBLE_EQ(*summary.estimate(kP99)->effective, 99 * (1.0 - 0.99));
  EXPECT_TRUE(summary.estimate(kP99)->is_too_short());
  EXPECT_FALSE(summary.estimate("fault_latency_ns.p50")->is_too_short());
  EXPECT_FALSE(summary.estimate("fault_latency_ns.mean")->is_too_short());
}

TEST(PairedDifferences, AreTakenBetweenEqualReplicationsAgainstTheFirstCase) {
  const Runs runs{run_with_faults("pin", 0, 10),  run_with_faults("pin", 1, 20),
                  run_with_faults("pin", 2, 30),  run_with_faults("iopf", 2, 33),
                  run_with_faults("iopf", 0, 11), run_with_faults("iopf", 1, 22)};
  const auto paired = paired_differences(runs, 0.95);
  ASSERT_EQ(paired.size(), 1u);
  EXPECT_EQ(paired[0].label, "iopf - pin");
  // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(0.975, 2) = 4.303.
  const auto p99 = paired[0].find(kP99);
  EXPECT_DOUBLE_EQ(p99->mean, 2.0);
  EXPECT_NEAR(*p99->low, 2.0 - 4.303 / std::sqrt(3.0), 0.001);
  EXPECT_EQ(p99->n, 3u);
}

TEST(PairedDifferences, IgnoreReplicationsThatOnlyOneCaseHas) {
  const Runs runs{run_with_faults("pin", 0, 10), run_with_faults("pin", 1, 20),
                  run_with_faults("iopf", 1, 25), run_with_faults("iopf", 2, 99)};
  const auto p99 = paired_differences(runs, 0.95)[0].find(kP99);
  EXPECT_EQ(p99->n, 1u);
  EXPECT_DOUBLE_EQ(p99->mean, 5.0);
}

TEST(SummaryJson, HasMeanLowHighAndNByCaseAndMetricAndForQuantilesHowMuchTheyAreWorth) {
  const auto json = to_json(summaries_of({run_with_faults("pin", 0, 10, 50)}, 0.95));
  EXPECT_EQ(json.at("pin").at("fault_latency_ns.mean").dump(),
            R"({"mean":10.0,"low":null,"high":null,"n":1})");
  EXPECT_EQ(json.at("pin").at("fault_latency_ns.p50").dump(),
            R"({"mean":10.0,"low":null,"high":null,"n":1,"effective":25.0})");
  EXPECT_EQ(json.at("pin").at(kP99).at("too_short"), true);
}

}  // namespace
}  // namespace faultpath::analysis
