// `faultpath check` from the outside: verdicts, exit statuses, reports and baselines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/decompression.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Check : public ::testing::Test {
 protected:
  Check() {
    folder_.write("small.yaml", kSmallScenario);
    simulate("base", "");
  }

  void simulate(const std::string& out, const std::string& options) {
    const auto [status, text, err] =
        faultpath(folder_, "run small.yaml --replications 6 --quiet --out " + out + " " + options);
    ASSERT_EQ(status, 0) << err;
  }
  Invocation check(const std::string& result, const std::string& options = "") {
    return faultpath(folder_, "check " + result + " --baseline base/result.json " + options);
  }
  // A copy of the base with a change to its JSON.
  template <class Edit>
  std::string edited(Edit edit) {
    auto json = ordered_json::parse(read_text(folder_.path() / "base/result.json"));
    edit(json);
    folder_.write("edited.json", json.dump());
    return "edited.json";
  }

  TemporaryFolder folder_;
};

TEST_F(Check, OfTheSameSeedIsIdentical) {
  simulate("again", "");
  const auto [status, out, err] = check("again");
  EXPECT_EQ(status, 0) << err;
  EXPECT_THAT(out, StartsWith("small against base/result.json: identical\n"));
}

TEST_F(Check, OfOtherSeedsIsNeitherWorseNorBetter) {
  simulate("other", "--seed 6");
  const auto [status, out, err] = check("other");
  EXPECT_EQ(status, 0) << out << err;
  EXPECT_THAT(out, Not(HasSubstr(" worse")));
  EXPECT_THAT(out, Not(HasSubstr(" better")));
}

TEST_F(Check, NamesTheKeyAndTheStageOfARegression) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto [status, out, err] = check("slow");
  EXPECT_EQ(status, 1) << out << err;
  EXPECT_THAT(out, StartsWith("small against base/result.json: worse\n"
                              "host.interrupt.wake_up: 2us -> 3us\n"));
  EXPECT_THAT(out, HasSubstr("pin: 6 replications, identical"));
  EXPECT_THAT(out, HasSubstr("; stage queue "));
}

// The verdict on a metric of iopf.
std::string verdict_of(const Invocation& check, const std::string& metric) {
  const auto json = ordered_json::parse(check.out);
  for (const auto& one : json.at("cases"))
    for (const auto& row : one.at("metrics"))
      if (one.at("case") == "iopf" && row.at("metric") == metric)
        return row.at("verdict").get<std::string>();
  return "none";
}

TEST_F(Check, IsBetterTheOtherWayRoundAndAMarginCanAllowIt) {
  simulate("fast", "--set host.interrupt.wake_up=1us");
  EXPECT_EQ(verdict_of(check("fast", "--json"), "fault_latency.mean"), "better");
  EXPECT_EQ(verdict_of(check("fast", "--json --margin fault_latency=90%"), "fault_latency.mean"),
            "same");
}

TEST_F(Check, TakesMarginsFromTheScenarioAndThoseOfTheCommandLineWin) {
  simulate("fast", "--set host.interrupt.wake_up=1us --set check.margins.fault_latency=90%");
  const auto verdict = check("fast", "--json");
  EXPECT_EQ(verdict_of(verdict, "fault_latency.mean"), "same");
  EXPECT_THAT(verdict.out, Not(HasSubstr("check.margins")));
  EXPECT_EQ(verdict_of(check("fast", "--json --margin fault_latency=2%"), "fault_latency.mean"),
            "better");
}

TEST_F(Check, WritesItsReports) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto json =
      ordered_json::parse(check("slow", "--json --junit check.xml --markdown check.md").out);
  EXPECT_EQ(json.at("verdict"), "worse");
  EXPECT_THAT(read_text(folder_.path() / "check.md"),
              StartsWith("### faultpath check: **worse**\n"));
  EXPECT_THAT(read_text(folder_.path() / "check.xml"), HasSubstr("<failure type=\"worse\""));
}

TEST_F(Check, RefusesOtherScenariosWhenAskedTo) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto [status, out, err] = check("slow", "--same-scenario");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(err,
            "faultpath: check: the scenarios differ in 1 key, the first is "
            "host.interrupt.wake_up\n");
}

TEST_F(Check, RefusesWhatIsNoResultAndSaysWhere) {
  const auto file = edited([](ordered_json& json) { json["schema"] = "faultpath.result/9"; });
  const auto other = check(file);
  EXPECT_EQ(other.status, 2);
  EXPECT_EQ(other.err,
            "edited.json: schema: expected \"faultpath.result/1\", found \"faultpath.result/9\"\n");
  folder_.write("broken.json", "{\"schema\": ");
  EXPECT_EQ(check("broken.json").status, 2);
  EXPECT_EQ(check("absent.json").status, 2);
}

TEST_F(Check, SaysHowToMakeABaselineThatIsNotThere) {
  const auto [status, out, err] = faultpath(folder_, "check base --baseline none.json.zst");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(
      err, "faultpath: check: there is no baseline none.json.zst; --update makes the result one\n");
}

TEST_F(Check, RefusesResultsWithoutACaseInCommon) {
  const auto file = edited([](ordered_json& json) {
    for (auto& run : json["runs"]) run["variant"] = "other";
  });
  const auto [status, out, err] = check(file);
  EXPECT_EQ(status, 2);
  EXPECT_THAT(err, HasSubstr("no case in common"));
}

TEST_F(Check, EqualFingerprintsWithOtherDataBreakAnInvariant) {
  const auto file =
      edited([](ordered_json& json) { json["runs"][0]["counters"]["dma_bytes"] = 1; });
  const auto [status, out, err] = check(file);
  EXPECT_EQ(status, 3);
  EXPECT_THAT(out, HasSubstr("equal fingerprints and other data: pin, seed 5, replication 0\n"));
}

TEST_F(Check, RefusesMarginsThatMeanNothing) {
  EXPECT_THAT(check("base", "--margin dma_latncy.p99=2%").err,
              HasSubstr("no metric is called 'dma_latncy.p99'; did you mean 'dma_latency.p99'?"));
  EXPECT_THAT(check("base", "--margin dma_latency.p99").err, HasSubstr("expected METRIC=SHARE"));
  EXPECT_THAT(check("base", "--margin p99=1%").err, HasSubstr("1.5625 %"));
  EXPECT_EQ(check("base", "--margin p99=1%").status, 2);
}

TEST_F(Check, NamesTheWindowInWhichRunsPart) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto text = check("slow").out;
  EXPECT_THAT(text, HasSubstr("in replication 0 the runs part between 0 and "));
  EXPECT_THAT(check("base").out, Not(HasSubstr("the runs part")));
}

// The fault core is woken up a microsecond later, and does nothing before it is.
TEST_F(Check, TheProgramOfTheBaselineNamesTheFirstEventThatDiffers) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto text = check("slow", std::string("--json --baseline-program ") + FAULTPATH_BINARY).out;
  const auto json = ordered_json::parse(text);
  const auto& events = json.at("cases").at(0).at("case") == "iopf"
                           ? json.at("cases").at(0).at("divergence").at("events")
                           : json.at("cases").at(1).at("divergence").at("events");
  EXPECT_EQ(events.at("component"), "host/fault core");
  const double before = std::stod(events.at("base").get<std::string>());
  const double now = std::stod(events.at("now").get<std::string>());
  EXPECT_NEAR(now - before, 1000.0, 0.001);
}

TEST_F(Check, RefusesAProgramThatDidNotMakeTheBaseline) {
  simulate("slow", "--set host.interrupt.wake_up=3us");
  EXPECT_THAT(check("slow", "--baseline-program /bin/false").err,
              HasSubstr("--baseline-program: /bin/false cannot trace the run (status 1)"));
  const auto other = edited([](ordered_json& json) {
    for (auto& run : json["runs"]) run["fingerprint"] = "0000000000000000";
  });
  const auto same = check(other, std::string("--baseline-program ") + FAULTPATH_BINARY);
  EXPECT_EQ(same.status, 2);
  EXPECT_THAT(same.err, HasSubstr("it is not the one that made the baseline"));
}

TEST_F(Check, StrictFailsWhatIsInconclusive) {
  // Throughput that alternates by 20 % around what it was.
  const auto file = edited([](ordered_json& json) {
    for (auto& run : json["runs"]) {
      run["fingerprint"] = "0000000000000000";
      const bool odd = run["replication"].get<int>() % 2 == 1;
      auto& bytes = run["counters"]["dma_bytes"];
      bytes = static_cast<std::uint64_t>(bytes.get<double>() * (odd ? 1.2 : 1.0 / 1.2));
    }
  });
  EXPECT_EQ(check(file).status, 0);
  EXPECT_EQ(check(file, "--strict").status, 1);
}

class Baseline : public Check {
 protected:
  Invocation update(const std::string& result, const std::string& options = "") {
    return faultpath(folder_, "check " + result + " --baseline kept.json.zst --update " + options);
  }
  ordered_json kept() {
    return ordered_json::parse(scenarios::read_text((folder_.path() / "kept.json.zst").string()));
  }
};

TEST_F(Baseline, IsMadeFromTheFirstResultWithoutWhatACheckDoesNotRead) {
  const auto [status, out, err] = update("base", "--because 'the first one'");
  EXPECT_EQ(status, 0) << err;
  EXPECT_EQ(out, "kept.json.zst is written\n");
  const auto json = kept();
  EXPECT_FALSE(json.contains("summary"));
  EXPECT_FALSE(json.at("runs").at(0).contains("series"));
  EXPECT_EQ(json.at("history").at(0).at("because"), "the first one");
  EXPECT_LT(fs::file_size(folder_.path() / "kept.json.zst"), 20'000u);
  EXPECT_THAT(faultpath(folder_, "check base --baseline kept.json.zst").out,
              StartsWith("small against kept.json.zst: identical\n"));
}

TEST_F(Baseline, TakesAWorseResultWithAReasonOnlyAndKeepsItsHistory) {
  ASSERT_EQ(update("base").status, 0);
  EXPECT_THAT(update("base").out, HasSubstr("kept.json.zst is up to date\n"));
  simulate("slow", "--set host.interrupt.wake_up=3us");
  const auto refused = update("slow");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("--because"));
  EXPECT_EQ(kept().at("history").size(), 1u);
  EXPECT_EQ(update("slow", "--because 'a slower interrupt'").status, 0);
  const auto history = kept().at("history");
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history.at(1).at("because"), "a slower interrupt");
  EXPECT_THAT(faultpath(folder_, "check slow --baseline kept.json.zst").out,
              HasSubstr(": identical\n"));
}

TEST_F(Baseline, AReasonGoesWithAnUpdate) { EXPECT_EQ(check("base", "--because x").status, 2); }

}  // namespace
}  // namespace faultpath::cli
