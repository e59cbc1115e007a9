// Two-stage translation from the outside: the counts of the formula, and a livelock that is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class NestedCommand : public ::testing::Test {
 protected:
  NestedCommand() { folder_.write("small.yaml", kSmallScenario); }
  Invocation run(const std::string& settings) {
    return faultpath(folder_, "run small.yaml --json --set replications=1 " + settings);
  }
  TemporaryFolder folder_;
};

TEST_F(NestedCommand, CountsTheReadsOfOneColdAccess) {
  struct Case {
    const char* levels;
    int reads;  // (g + 1)(h + 1) - 1; with leaves of 2 MiB in the second stage h is one less
  };
  for (const Case& c : {Case{"{stage1: 4, stage2: 4}", 24},
                        {"{stage1: 5, stage2: 5}", 35},
                        {"{stage1: 4, stage2: 5}", 29},
                        {"{stage1: 5, stage2: 4}", 29},
                        {"{stage1: 3, stage2: 3}", 15}}) {
    const auto [status, out, err] =
        run(fmt::format("--set strategies=[pin] --set stop_after.operations=1 "
                        "--set devices.nic.workload.operation=4KiB --set 'iommu.levels={}'",
                        c.levels));
    ASSERT_EQ(status, 0) << err;
    const auto counters = nlohmann::json::parse(out).at("runs").at(0).at("counters");
    EXPECT_EQ(counters.at("walk_reads"), c.reads) << c.levels;
  }
}

// Exit 3, and who waits for what.
TEST_F(NestedCommand, SecondStageMissesThatGoToTheGuestEndTheRunWithAReport) {
  const auto [status, out, err] =
      run("--set strategies=[sva] --set iommu.levels.stage2=4 "
          "--set 'iommu.second_stage={backing: on_demand, misses_go_to: guest}'");
  EXPECT_EQ(status, 3);
  EXPECT_THAT(err, AllOf(HasSubstr("no progress"), HasSubstr("devices/nic.0"),
                         HasSubstr("the second stage lacks guest page"),
                         HasSubstr("misses go to the guest")));
}

TEST_F(NestedCommand, TheSameMissesAreServedByTheHost) {
  const auto [status, out, err] =
      run("--set strategies=[sva] --set iommu.levels.stage2=4 "
          "--set iommu.second_stage.backing=on_demand");
  ASSERT_EQ(status, 0) << err;
  const auto counters = nlohmann::json::parse(out).at("runs").at(0).at("counters");
  EXPECT_EQ(counters.at("faults_stage1"), 256) << "each page of 1 MiB";
  EXPECT_EQ(counters.at("faults_stage2"), 256 + 4) << "each page, and the four tables above them";
}

TEST_F(NestedCommand, KeysWithoutEffectAreErrors) {
  for (const char* settings :
       {"--set iommu.second_stage.leaf=2MiB",
        "--set iommu.levels.stage2=4 --set iommu.second_stage.misses_go_to=guest",
        "--set iommu.levels.stage2=2", "--set iommu.configuration.device_levels=1",
        "--set iommu.levels.stage2=4 --set iommu.second_stage.backing=on_demand",
        "--set iommu.levels.stage2=4 --set 'iommu.second_stage.cache={ways: 2}'"}) {
    EXPECT_EQ(run(settings).status, 2) << settings;
  }
}

}  // namespace
}  // namespace faultpath::cli
