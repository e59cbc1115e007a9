// lint, show and list from the outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/metrics/metrics.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Commands : public ::testing::Test {
 protected:
  Commands() { folder_.write("small.yaml", kSmallScenario); }
  Invocation call(const std::string& arguments) { return faultpath(folder_, arguments); }

  std::vector<std::string> listed(const std::string& what) {
    const auto [status, out, err] = call("list " + what + " --json");
    EXPECT_EQ(status, 0) << err;
    std::vector<std::string> names;
    for (const auto& item : nlohmann::json::parse(out)) {
      names.push_back(item.at("name"));
      EXPECT_NE(item.at("meaning"), "") << what << ": " << names.back();
    }
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(Commands, LintChecksEveryFileAndSaysWhichAreGood) {
  folder_.write("bad.yaml", "scenario: 1\nnonsense: 3\n");
  const auto [status, out, err] = call("lint bad.yaml small.yaml missing.yaml");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(out, "small.yaml: ok\n");
  EXPECT_THAT(err, StartsWith("bad.yaml:2:1: nonsense: unknown key"));
  EXPECT_THAT(err, HasSubstr("\nmissing.yaml: "));
  EXPECT_EQ(std::ranges::count(err, '\n'), 2);
}

TEST_F(Commands, LintOfGoodFilesSucceedsAndWritesNothing) {
  const auto [status, out, err] = call("lint small.yaml --quiet");
  EXPECT_EQ(status, 0);
  EXPECT_EQ(out + err, "");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "results"));
}

TEST_F(Commands, ShowGivesAScenarioThatIsGoodByItself) {
  const auto shown = call("show small.yaml --set iommu.queue_entries=64 --seed 9");
  ASSERT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("queue_entries: 64"));
  EXPECT_THAT(shown.out, HasSubstr("seed: 9"));
  folder_.write("shown.yaml", shown.out);
  EXPECT_EQ(call("lint shown.yaml").err, "");
}

TEST_F(Commands, ShowAsJsonIsWhatAResultCarries) {
  const auto shown = nlohmann::ordered_json::parse(call("show small.yaml --json").out);
  const auto result = nlohmann::ordered_json::parse(call("run small.yaml --json").out);
  EXPECT_EQ(shown.dump(), result.at("scenario").at("resolved").dump());
}

TEST_F(Commands, ListNamesTheChoicesOfAScenarioWithTheirMeaning) {
  using ::testing::Contains;
  using ::testing::ElementsAre;
  EXPECT_THAT(listed("strategies"),
              ElementsAre("pin", "lru_locked", "iopf", "iopf_grow", "sva", "odp", "selective",
                          "viommu_map", "coiommu", "snoop"));
  EXPECT_THAT(listed("iommus"), ElementsAre("vtd", "smmu_pri", "smmu_stall", "amd", "riscv"));
  EXPECT_THAT(listed("routes"),
              ElementsAre("per_page_table", "per_device", "per_pasid", "iommufd", "container"));
  EXPECT_THAT(listed("eras"), ElementsAre("5.1", "5.12", "6.7", "6.9", "6.11", "7.1"));
  EXPECT_THAT(listed("workloads"), ElementsAre("sequential", "uniform", "zipf", "stride", "phases",
                                               "ring", "trace", "fresh"));
}

TEST_F(Commands, ListFindsTheShippedProfilesFromAnyFolder) {
  using ::testing::Contains;
  EXPECT_THAT(listed("profiles"), Contains("profiles/host/server.yaml"));
  EXPECT_THAT(listed("devices"), Contains("profiles/device/nic.yaml"));
}

TEST_F(Commands, ListNamesEveryStageAndEveryMetric) {
  EXPECT_EQ(listed("stages").size(), models::kFaultStages);
  using ::testing::Contains;
  const auto metrics = listed("metrics");
  EXPECT_THAT(metrics, Contains("queue_overflows"));
  EXPECT_THAT(metrics, Contains("dma_throughput_bytes_per_s"));
  EXPECT_THAT(metrics, Contains("locked_bytes.mean .max .final"));
}

TEST_F(Commands, ImportWritesATraceAndCountsIt) {
  // A load of 4 bytes in page 1, a store across pages 1 and 2.
  folder_.write("sort.lackey", "I  04001000,3\n L 1000,4\n S 1fff,2\n");
  const auto [status, out, err] = call("import lackey sort.lackey --json");
  EXPECT_EQ(status, 0) << err;
  const auto counts = nlohmann::json::parse(out);
  EXPECT_EQ(counts.at("file"), "sort.csv");
  EXPECT_EQ(counts.at("accesses"), 2);
  EXPECT_EQ(counts.at("reads"), 1);
  EXPECT_EQ(counts.at("writes"), 1);
  EXPECT_EQ(counts.at("distinct_pages"), 2);
  EXPECT_EQ(counts.at("pages_touched"), 3);
  EXPECT_EQ(call("lint small.yaml --set 'devices.nic.workload={kind: trace, file: sort.csv}' "
                 "--set stop_after.operations=2")
                .err,
            "");
}

TEST_F(Commands, ImportNeverOverwritesWhatNobodyNamed) {
  folder_.write("sort.lackey", " L 1000,4\n");
  folder_.write("sort.csv", "precious");
  const auto refused = call("import lackey sort.lackey");
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err, "faultpath: import: sort.csv exists; name it with --out\n");
  EXPECT_EQ(call("import lackey sort.lackey --out sort.lackey").err,
            "faultpath: import: sort.lackey is the recording itself\n");
  EXPECT_EQ(read_text(folder_.path() / "sort.csv"), "precious");
  EXPECT_EQ(call("import lackey sort.lackey --out sort.csv --quiet").out, "");
  EXPECT_NE(read_text(folder_.path() / "sort.csv"), "precious");
}

TEST_F(Commands, ImportKnowsItsFormats) {
  folder_.write("x", "");
  const auto [status, out, err] = call("import lakey x");
  EXPECT_EQ(status, 2);
  EXPECT_THAT(err, HasSubstr("did you mean 'lackey'?"));
}

TEST_F(Commands, ListPrintsOneLineAnItem) {
  const auto [status, out, err] = call("list iommus");
  EXPECT_EQ(status, 0);
  EXPECT_THAT(out, StartsWith("vtd "));
  EXPECT_EQ(std::ranges::count(out, '\n'), 5) << "vtd, smmu_pri, smmu_stall, amd and riscv";
}

}  // namespace
}  // namespace faultpath::cli
