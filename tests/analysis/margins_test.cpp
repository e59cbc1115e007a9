// Which margin a metric has.
#include "analysis/margins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

const CheckedStatistic& statistic(std::string_view name) {
  for (const auto& one : checked_statistics())
    if (one.name == name) return one;
  throw std::runtime_error("no such statistic");
}

TEST(Margins, AreWiderForTheTailAndForDistributionsThatMatterLess) {
  const Margins margins;
  EXPECT_EQ(margins.of_statistic("dma_latency_ns", statistic("p50")), 0.02);
  EXPECT_EQ(margins.of_statistic("fault_latency_ns", statistic("p99")), 0.05);
  EXPECT_EQ(margins.of_statistic("fault_latency_ns", statistic("p999")), 0.10);
  EXPECT_EQ(margins.of_statistic("translation_latency_ns", statistic("p99")), 0.125);
  EXPECT_EQ(margins.of("throughput", 0.02), 0.02);
}

TEST(Margins, MayBeSetForAMetricADistributionOrAStatisticAndTheLastHolds) {
  Margins margins;
  margins.set("p99", 0.03);
  margins.set("dma_latency", 0.04);
  margins.set("dma_latency_ns.p99.9", 0.2);
  margins.set("throughput", 0.01);
  EXPECT_EQ(margins.of_statistic("fault_latency_ns", statistic("p99")), 0.03);
  EXPECT_EQ(margins.of_statistic("dma_latency_ns", statistic("p99")), 0.04);
  EXPECT_EQ(margins.of_statistic("dma_latency_ns", statistic("p999")), 0.2);
  EXPECT_EQ(margins.of_statistic("fault_latency_ns", statistic("mean")), 0.02);
  EXPECT_EQ(margins.of("throughput", 0.02), 0.01);
}

TEST(Margins, ThatFitNoMetricAreKnown) {
  Margins margins;
  margins.set("dma_latency.p99", 0.1);
  margins.set("dma_latncy.p99", 0.1);
  const std::vector<std::string> metrics{"throughput", "dma_latency.p99"};
  EXPECT_THAT(margins.without_use(metrics), testing::ElementsAre("dma_latncy.p99"));
}

TEST(Margins, OfQuantilesAreTold) {
  EXPECT_TRUE(Margins::is_of_quantile("dma_latency.p99"));
  EXPECT_TRUE(Margins::is_of_quantile("p50"));
  EXPECT_TRUE(Margins::is_of_quantile("dma_latency_ns"));
  EXPECT_FALSE(Margins::is_of_quantile("dma_latency.mean"));
  EXPECT_FALSE(Margins::is_of_quantile("locked_bytes.max"));
}

}  // namespace
}  // namespace faultpath::analysis
