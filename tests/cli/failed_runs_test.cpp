// Runs that fail among others that do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using testing::HasSubstr;

// A guest that is told of misses in the second stage finds nothing to do: a livelock.
constexpr auto kOneLivelock = R"(scenario: 1
name: mixed
stop_after: {operations: 500}
replications: 2
iommu: {levels: {stage2: 4}, second_stage: {backing: on_demand, grant: read_write}}
devices: [{name: nic, workload: {kind: uniform, footprint: 1MiB, queue_depth: 4}}]
strategies: [iopf]
variants: {first: {}, livelock: {iommu: {second_stage: {misses_go_to: guest}}}, last: {}}
)";

class FailedRuns : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(FailedRuns, AreNamedAndTheOthersAreWritten) {
  folder_.write("mixed.yaml", kOneLivelock);
  const auto run = faultpath(folder_, "compare mixed.yaml --out result");
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("faultpath: run livelock/iopf, replication 0, seed 1: "));
  EXPECT_THAT(run.err, HasSubstr("faultpath: run livelock/iopf, replication 1, seed 1: "));
  const auto result = nlohmann::json::parse(read_text(folder_.path() / "result/result.json"));
  EXPECT_EQ(result.at("runs").size(), 4U);
  ASSERT_EQ(result.at("failed").size(), 2U);
  EXPECT_EQ(result.at("failed")[1].at("variant"), "livelock");
  EXPECT_EQ(result.at("failed")[1].at("replication"), 1);
  EXPECT_TRUE(result.at("paired").contains("last/iopf - first/iopf"));
}

TEST_F(FailedRuns, OfTheFirstCaseLeaveNothingToPairWith) {
  folder_.write("mixed.yaml", kOneLivelock);
  const auto run = faultpath(
      folder_,
      "compare mixed.yaml --json --set variants.first.iommu.second_stage.misses_go_to=guest");
  EXPECT_EQ(run.status, 3);
  const auto result = nlohmann::json::parse(run.out);
  EXPECT_EQ(result.at("runs").size(), 2U);
  EXPECT_TRUE(result.at("paired").empty());
}

TEST_F(FailedRuns, WriteNothingWhenNoneIsLeft) {
  folder_.write("mixed.yaml", kOneLivelock);
  const auto run = faultpath(folder_,
                             "run mixed.yaml --out result --set variants={}"
                             " --set iommu.second_stage.misses_go_to=guest");
  EXPECT_EQ(run.status, 3);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "result"));
}

TEST_F(FailedRuns, AreThoseThatEndBeforeTheirWarmup) {
  folder_.write("small.yaml", kSmallScenario);
  const auto run = faultpath(folder_, "run small.yaml --replications 1 --json --set warmup=10s");
  EXPECT_EQ(run.status, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("run pin, replication 0, seed 5: warmup is 10s, but the run ended "
                                 "after "));
  EXPECT_THAT(run.err, HasSubstr("nothing was counted"));
}

}  // namespace
}  // namespace faultpath::cli
