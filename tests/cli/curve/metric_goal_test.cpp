// Metrics and targets as they are written on a command line.
#include "cli/curve/metric_goal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/usage_error.hpp"

namespace faultpath::cli {
namespace {

using analysis::Better;
using analysis::Unit;
using ::testing::HasSubstr;

TEST(GoalMetric, IsFoundByItsPathAndByItsNameWithoutAUnit) {
  EXPECT_EQ(goal_metric("--metric", "dma_latency.p99").path, "dma_latency_ns.p99");
  EXPECT_EQ(goal_metric("--metric", "dma_latency_ns.p99").name, "dma_latency.p99");
  EXPECT_EQ(goal_metric("--metric", "throughput").better, Better::high);
  EXPECT_EQ(goal_metric("--metric", "locked_bytes.max").unit, Unit::bytes);
  EXPECT_EQ(goal_metric("--metric", "faults_minor").better, Better::low);
}

TEST(GoalMetric, ThatIsMisspeltIsRefusedWithTheNearest) {
  try {
    goal_metric("--metric", "dma_latncy.p99");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'dma_latency.p99'?"));
  }
}

TEST(Target, HasTheUnitOfItsMetric) {
  const auto latency = target_of("dma_latency.p99<50us");
  EXPECT_EQ(latency.metric.path, "dma_latency_ns.p99");
  EXPECT_EQ(latency.goal.bound, 50'000.0);
  EXPECT_EQ(latency.goal.better, Better::low);
  EXPECT_TRUE(latency.goal.strict);
  const auto throughput = target_of(" throughput >= 1.5 GB/s ");
  EXPECT_EQ(throughput.goal.bound, 1.5e9);
  EXPECT_EQ(throughput.goal.better, Better::high);
  EXPECT_FALSE(throughput.goal.strict);
  EXPECT_EQ(target_of("locked_bytes.max<1MiB").goal.bound, 1048576.0);
  EXPECT_EQ(target_of("faults_major<=1e3").goal.bound, 1'000.0);
  EXPECT_EQ(target_of("dma_operations_per_s>2Mops/s").goal.bound, 2e6);
}

TEST(Target, ThatCannotBeReadSaysWhatWasExpected) {
  for (const auto& [text, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"dma_latency.p99", "expected METRIC<VALUE"},
           {"dma_latency.p99=50us", "expected METRIC<VALUE"},
           {"dma_latncy.p99<50us", "did you mean 'dma_latency.p99'?"},
           {"dma_latency.p99<50", "unit"},
           {"dma_latency.p99<5GB/s", "us"},
           {"throughput>50us", "GB/s"},
           {"dma_latency.p99<", "--target"}}) {
    try {
      target_of(text);
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr(why)) << text;
    }
  }
}

}  // namespace
}  // namespace faultpath::cli
