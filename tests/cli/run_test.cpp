// run and compare from the outside: results, determinism, directories, interruption.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "cli/table.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Run : public ::testing::Test {
 protected:
  Run() { folder_.write("small.yaml", kSmallScenario); }

  // Must succeed without a word on stderr.
  std::string output(const std::string& arguments) {
    const auto [status, out, err] = faultpath(folder_, arguments);
    EXPECT_EQ(status, 0) << arguments << "\n" << err;
    EXPECT_EQ(err, "") << arguments;
    return out;
  }
  ordered_json result(const std::string& arguments) {
    return comparable(output(arguments + " --json"));
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
};

std::vector<std::string> members_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST_F(Run, HasTheFormOfTheContract) {
  const auto result = ordered_json::parse(output("compare small.yaml --json"));
  EXPECT_THAT(members_of(result), ElementsAre("schema", "faultpath", "scenario", "confidence",
                                              "runs", "summary", "paired"));
  EXPECT_EQ(result.at("schema"), "faultpath.result/1");
  EXPECT_THAT(members_of(result.at("scenario")), ElementsAre("name", "sha256", "resolved"));
  const auto& run = result.at("runs").at(0);
  EXPECT_THAT(
      members_of(run),
      ElementsAre("variant", "strategy", "replication", "seed", "fingerprint", "simulated_ns",
                  "measured_ns", "wall_s", "events", "peak_rss_bytes", "counters", "gauges",
                  "distributions", "stages_ns", "blame_ns", "series", "trail"));
  EXPECT_TRUE(
      std::regex_match(run.at("fingerprint").get<std::string>(), std::regex("[0-9a-f]{16}")));
  EXPECT_THAT(members_of(run.at("gauges").at("locked_bytes")), ElementsAre("mean", "max", "final"));
  EXPECT_THAT(members_of(run.at("distributions").at("dma_latency_ns")),
              ElementsAre("count", "mean", "stddev", "min", "max", "p50", "p90", "p95", "p99",
                          "p999", "histogram"));
  EXPECT_GT(run.at("peak_rss_bytes").get<std::uint64_t>(), 1'000'000u);
}

TEST_F(Run, HasEachCaseAndReplicationInTheOrderOfTheScenario) {
  std::vector<std::string> labels;
  const auto result = this->result("run small.yaml");
  for (const auto& run : result.at("runs"))
    labels.push_back(fmt::format("{} {} {}", run.at("strategy").get<std::string>(),
                                 run.at("replication").get<int>(), run.at("seed").get<int>()));
  EXPECT_THAT(labels, ElementsAre("pin 0 5", "pin 1 5", "iopf 0 5", "iopf 1 5"));
}

TEST_F(Run, SummarisesEachStrategyOverItsReplications) {
  const auto result = this->result("run small.yaml");
  EXPECT_THAT(members_of(result.at("summary")), ElementsAre("pin", "iopf"));
  double sum = 0.0;
  for (const auto& run : result.at("runs"))
    if (run.at("strategy") == "iopf") sum += run.at("counters").at("page_requests").get<double>();
  const auto& requests = result.at("summary").at("iopf").at("page_requests");
  EXPECT_EQ(requests.at("n"), 2);
  EXPECT_DOUBLE_EQ(requests.at("mean").get<double>(), sum / 2.0);
}

TEST_F(Run, AWarmUpThatLeavesNothingToCountIsAnError) {
  const auto [status, out, err] = faultpath(folder_, "run small.yaml --set warmup=1s --json");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(out, "");
  EXPECT_THAT(err,
              HasSubstr("run pin, replication 0, seed 5: warmup is 1s, but the run ended after"));
}

TEST_F(Run, APrecisionTakesAsManyReplicationsAsItNeedsWhateverTheNumberOfJobs) {
  const auto one = result("run small.yaml --precision 60% --replications 40 --jobs 1");
  EXPECT_EQ(one.at("precision").at("reached"), true);
  EXPECT_EQ(one.at("precision").at("replications"), 15);
  EXPECT_EQ(one.at("runs").size(), 2 * 15u);
  EXPECT_EQ(one.at("runs").at(15).at("strategy"), "iopf");
  EXPECT_EQ(one.at("runs").at(15).at("replication"), 0);
  EXPECT_EQ(result("run small.yaml --precision 60% --replications 40 --jobs 3"), one);
}

TEST_F(Run, APrecisionThatIsNotReachedNamesWhatIsTooWide) {
  const auto few = result("run small.yaml --precision 0.001% --replications 12");
  EXPECT_EQ(few.at("precision").at("reached"), false);
  EXPECT_EQ(few.at("runs").size(), 2 * 12u);
  EXPECT_FALSE(few.at("precision").at("unprecise").empty());
  EXPECT_EQ(faultpath(folder_, "run small.yaml --precision 0%").status, 2);
}

TEST_F(Run, OnlyCompareHasPairedDifferences) {
  EXPECT_EQ(result("run small.yaml").at("paired"), ordered_json::object());
  const auto result = this->result("compare small.yaml");
  EXPECT_THAT(members_of(result.at("paired")), ElementsAre("iopf - pin"));
  const auto& difference = result.at("paired").at("iopf - pin").at("dma_latency_ns.mean");
  const auto mean = [&](std::size_t run) {
    return result.at("runs")
        .at(run)
        .at("distributions")
        .at("dma_latency_ns")
        .at("mean")
        .get<double>();
  };
  EXPECT_EQ(difference.at("n"), 2);
  EXPECT_NEAR(difference.at("mean").get<double>(),
              ((mean(2) - mean(0)) + (mean(3) - mean(1))) / 2.0, 1e-6);
}

TEST_F(Run, GivesTheSameBytesWhateverTheNumberOfWorkers) {
  const auto one = result("compare small.yaml --jobs 1");
  EXPECT_EQ(one.dump(), result("compare small.yaml --jobs 2").dump());
  EXPECT_EQ(one.dump(), result("compare small.yaml --jobs 7 --no-progress").dump());
}

TEST_F(Run, AnotherSeedGivesOtherFingerprints) {
  const auto five = output("run small.yaml --fingerprint");
  EXPECT_EQ(five, output("run small.yaml --seed 5 --fingerprint"));
  EXPECT_NE(five, output("run small.yaml --seed 6 --fingerprint"));
}

TEST_F(Run, PrintsTheFingerprintsOfTheResult) {
  const auto result = ordered_json::parse(output("run small.yaml --json"));
  std::string expected;
  for (const auto& run : result.at("runs"))
    expected +=
        fmt::format("{}  {}  {}\n", run.at("fingerprint").get<std::string>(),
                    run.at("strategy").get<std::string>(), run.at("replication").get<int>());
  EXPECT_EQ(output("run small.yaml --fingerprint"), expected);
}

TEST_F(Run, AFingerprintOfTheOrderAloneDiffersFromTheWhole) {
  EXPECT_NE(output("run small.yaml --fingerprint=kind"), output("run small.yaml --fingerprint"));
}

TEST_F(Run, TakesOptionsBeforeAndAfterTheScenario) {
  EXPECT_EQ(result("run --seed 3 --replications 1 small.yaml").dump(),
            result("run small.yaml --replications 1 --seed 3").dump());
}

TEST_F(Run, TakesSeveralSetsOfWhichTheLastWins) {
  const auto result = this->result(
      "run small.yaml --set replications=3 --set iommu.queue_entries=64 --set replications=1");
  EXPECT_EQ(result.at("runs").size(), 2u);
  EXPECT_EQ(result.at("scenario").at("resolved").at("iommu").at("queue_entries"), 64);
}

TEST_F(Run, OneReplicationHasNoIntervals) {
  const auto result = this->result("run small.yaml --replications 1");
  const auto& estimate = result.at("summary").at("pin").at("dma_latency_ns.p50");
  EXPECT_TRUE(estimate.at("low").is_null());
  EXPECT_TRUE(estimate.at("high").is_null());
  EXPECT_EQ(estimate.at("n"), 1);
}

TEST_F(Run, AHigherConfidenceWidensTheIntervals) {
  const auto width = [&](const std::string& confidence) {
    const auto result = this->result("run small.yaml --confidence " + confidence);
    const auto& estimate = result.at("summary").at("iopf").at("dma_latency_ns.mean");
    return estimate.at("high").get<double>() - estimate.at("low").get<double>();
  };
  // t(0.975, 1) = 12.706 and t(0.95, 1) = 6.314.
  EXPECT_NEAR(width("95%") / width("0.9"), 12.706 / 6.314, 0.001);
}

TEST_F(Run, WritesAResultDirectoryWithTheTableThatItPrints) {
  const auto out = output("compare small.yaml");
  EXPECT_THAT(out, HasSubstr("results/small-compare/result.json\n"));
  const auto summary = read_text(path("results/small-compare/summary.txt"));
  EXPECT_EQ(out.substr(0, summary.size()), summary);
  EXPECT_EQ(comparable(read_text(path("results/small-compare/result.json"))).dump(),
            result("compare small.yaml").dump());
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 100u) << line;
}

TEST_F(Run, ASecondRunReplacesTheResultOfTheFirst) {
  output("run small.yaml --seed 1");
  output("run small.yaml --seed 2");
  const auto result = ordered_json::parse(read_text(path("results/small-run/result.json")));
  EXPECT_EQ(result.at("runs").at(0).at("seed"), 2);
  EXPECT_EQ(std::distance(fs::directory_iterator{path("results")}, fs::directory_iterator{}), 1);
}

TEST_F(Run, JsonAloneWritesNoDirectoryAndWithOutBoth) {
  output("run small.yaml --json");
  EXPECT_FALSE(fs::exists(path("results")));
  const auto printed = output("run small.yaml --json --out there");
  EXPECT_EQ(read_text(path("there/result.json")), printed);
}

TEST_F(Run, QuietPrintsNothing) {
  EXPECT_EQ(output("run small.yaml --quiet"), "");
  EXPECT_TRUE(fs::exists(path("results/small-run/result.json")));
}

TEST_F(Run, DoesNotReplaceADirectoryOfSomebodyElse) {
  fs::create_directory(path("mine"));
  folder_.write("mine/notes.txt", "mine");
  const auto [status, out, err] = faultpath(folder_, "run small.yaml --out mine");
  EXPECT_EQ(status, 2);
  EXPECT_THAT(err, HasSubstr("mine exists and holds notes.txt"));
  EXPECT_FALSE(fs::exists(path("mine/result.json")));
}

TEST_F(Run, VariantsLabelTheirCases) {
  folder_.write("variants.yaml", std::string{kSmallScenario} +
                                     "variants:\n"
                                     "  deep: {iommu: {queue_entries: 4096}}\n"
                                     "  shallow: {iommu: {queue_entries: 128}}\n");
  const auto result = this->result("compare variants.yaml");
  EXPECT_THAT(members_of(result.at("summary")),
              ElementsAre("deep/pin", "deep/iopf", "shallow/pin", "shallow/iopf"));
  EXPECT_TRUE(result.at("paired").contains("shallow/iopf - deep/pin"));
}

// Starts the program on a run of hours, lets it get going, sends the signal; its exit status.
int status_after(int signal, const fs::path& folder) {
  const pid_t child = fork();
  if (child == 0) {
    fs::current_path(folder);
    execl(FAULTPATH_BINARY, "faultpath", "run", "small.yaml", "--set",
          "stop_after={operations: 1000000000000}", "--quiet", nullptr);
    _exit(99);
  }
  usleep(500'000);
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(Run, AnInterruptEndsWith130AndLeavesNothing) {
  EXPECT_EQ(status_after(SIGINT, folder_.path()), 130);
  EXPECT_FALSE(fs::exists(path("results")));
}

TEST_F(Run, ATerminationEndsAsAShellReportsIt) {
  EXPECT_EQ(status_after(SIGTERM, folder_.path()), 128 + SIGTERM);
  EXPECT_FALSE(fs::exists(path("results")));
}

}  // namespace
}  // namespace faultpath::cli
