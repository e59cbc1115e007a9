// Summaries and paired differences of small results made by hand.
#include "analysis/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/metrics.hpp"

namespace faultpath::analysis {
namespace {

Json run(const std::string& strategy, unsigned replication, double p99, unsigned count = 10) {
  return Json{{"variant", ""},
              {"strategy", strategy},
              {"replication", replication},
              {"simulated_ns", 3e9},
              {"measured_ns", 2e9},
              {"counters", {{"dma_operations", 100}, {"dma_bytes", 4096}}},
              {"gauges", {{"locked_bytes", {{"mean", 1.5}, {"max", 4096}, {"final", 0}}}}},
              {"distributions",
               {{"fault_latency_ns",
                 {{"count", count}, {"p99", p99}, {"histogram", {{"buckets", Json::array()}}}}}}},
              {"stages_ns", {{"queue", {{"count", count}, {"mean", 8.0}, {"p99", 9.0}}}}},
              {"series", Json::object()}};
}

double value_of(const Json& record, const std::string& path) {
  for (const auto& metric : metrics_of(record))
    if (metric.path == path) return metric.value;
  ADD_FAILURE() << "no metric " << path;
  return std::nan("");
}
bool has(const Json& record, const std::string& path) {
  for (const auto& metric : metrics_of(record))
    if (metric.path == path) return true;
  return false;
}

TEST(Metrics, EveryScalarOfARecordHasAPath) {
  const auto record = run("iopf", 0, 700.0);
  EXPECT_EQ(value_of(record, "dma_operations"), 100.0);
  EXPECT_EQ(value_of(record, "locked_bytes.max"), 4096.0);
  EXPECT_EQ(value_of(record, "locked_bytes.mean"), 1.5);
  EXPECT_EQ(value_of(record, "fault_latency_ns.p99"), 700.0);
  EXPECT_EQ(value_of(record, "stages_ns.queue.mean"), 8.0);
}

TEST(Metrics, RatesAreOverTheMeasuredTimeWithoutTheWarmUp) {
  const auto record = run("iopf", 0, 700.0);
  EXPECT_EQ(value_of(record, "dma_throughput_bytes_per_s"), 4096.0 / 2.0);
  EXPECT_EQ(value_of(record, "dma_operations_per_s"), 100.0 / 2.0);
}

TEST(Metrics, AnEmptyDistributionHasACountOnly) {
  const auto record = run("pin", 0, 0.0, 0);
  EXPECT_EQ(value_of(record, "fault_latency_ns.count"), 0.0);
  EXPECT_FALSE(has(record, "fault_latency_ns.p99"));
  EXPECT_FALSE(has(record, "stages_ns.queue.mean"));
}

TEST(Summary, EstimatesEachCaseOverItsReplications) {
  const Json runs{run("pin", 0, 10), run("pin", 1, 14), run("iopf", 0, 100)};
  const auto summaries = summaries_of(runs, 0.95);
  ASSERT_EQ(summaries.size(), 2u);
  EXPECT_EQ(summaries[0].label, "pin");
  const auto pin = summaries[0].find("fault_latency_ns.p99");
  ASSERT_TRUE(pin);
  // Standard error sqrt(8/2) = 2, t(0.975, 1) = 12.706.
  EXPECT_DOUBLE_EQ(pin->mean, 12.0);
  EXPECT_NEAR(*pin->high, 12.0 + 2.0 * 12.706, 0.002);
  EXPECT_EQ(pin->n, 2u);
  EXPECT_EQ(summaries[1].find("fault_latency_ns.p99")->n, 1u);
}

TEST(Summary, IsLabelledWithTheVariantWhenThereIsOne) {
  auto deep = run("iopf", 0, 1);
  deep["variant"] = "deep";
  EXPECT_EQ(label_of(deep), "deep/iopf");
  EXPECT_EQ(label_of(run("iopf", 0, 1)), "iopf");
}

TEST(Summary, LeavesOutReplicationsThatLackTheMetric) {
  const Json runs{run("iopf", 0, 10), run("iopf", 1, 0, 0), run("iopf", 2, 20)};
  const auto p99 = summaries_of(runs, 0.95)[0].find("fault_latency_ns.p99");
  ASSERT_TRUE(p99);
  EXPECT_EQ(p99->n, 2u);
  EXPECT_DOUBLE_EQ(p99->mean, 15.0);
}

TEST(PairedDifferences, AreTakenBetweenEqualReplicationsAgainstTheFirstCase) {
  const Json runs{run("pin", 0, 10),  run("pin", 1, 20),  run("pin", 2, 30),
                  run("iopf", 2, 33), run("iopf", 0, 11), run("iopf", 1, 22)};
  const auto paired = paired_differences(runs, 0.95);
  ASSERT_EQ(paired.size(), 1u);
  EXPECT_EQ(paired[0].label, "iopf - pin");
  // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(0.975, 2) = 4.303.
  const auto p99 = paired[0].find("fault_latency_ns.p99");
  EXPECT_DOUBLE_EQ(p99->mean, 2.0);
  EXPECT_NEAR(*p99->low, 2.0 - 4.303 / std::sqrt(3.0), 0.001);
  EXPECT_EQ(p99->n, 3u);
}

TEST(PairedDifferences, IgnoreReplicationsThatOnlyOneCaseHas) {
  const Json runs{run("pin", 0, 10), run("pin", 1, 20), run("iopf", 1, 25), run("iopf", 2, 99)};
  const auto p99 = paired_differences(runs, 0.95)[0].find("fault_latency_ns.p99");
  EXPECT_EQ(p99->n, 1u);
  EXPECT_DOUBLE_EQ(p99->mean, 5.0);
}

TEST(SummaryJson, HasMeanLowHighAndNByCaseAndMetric) {
  const Json runs = Json::array({run("pin", 0, 10)});
  const auto json = to_json(summaries_of(runs, 0.95));
  EXPECT_EQ(json.at("pin").at("fault_latency_ns.p99").dump(),
            R"({"mean":10.0,"low":null,"high":null,"n":1})");
}

}  // namespace
}  // namespace faultpath::analysis
