// What the program says to arguments that are wrong, and to requests for help.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Exit 2 and one line on stderr, nothing on stdout.
std::string usage_error(const std::string& arguments) {
  const TemporaryFolder folder;
  folder.write("small.yaml", kSmallScenario);
  folder.write("lonely.yaml",
               "scenario: 1\nstop_after: {operations: 1}\ndevices: [{name: nic}]\n"
               "strategies: [pin]\n");
  const auto [status, out, err] = faultpath(folder, arguments);
  EXPECT_EQ(status, 2) << arguments;
  EXPECT_EQ(out, "") << arguments;
  EXPECT_EQ(std::ranges::count(err, '\n'), 1) << err;
  return err;
}

TEST(Usage, AnUnknownCommandIsAnErrorWithASuggestion) {
  EXPECT_EQ(usage_error("comapre small.yaml"),
            "faultpath: unknown command 'comapre'; did you mean 'compare'?\n");
  EXPECT_THAT(
      usage_error("zzz"),
      HasSubstr("expected run, compare, curve, lint, show, list, import, validate, graph, "));
}

TEST(Usage, ACommandOfLaterVersionsIsNotParsedSilently) {
  for (const std::string command : {"explain", "sweep", "calibrate"}) {
    EXPECT_EQ(usage_error(command + " small.yaml --percentile 99"),
              "faultpath: '" + command + "' is not available in this version\n");
  }
}

TEST(Usage, AnUnknownOptionIsAnErrorWithASuggestion) {
  EXPECT_THAT(usage_error("run small.yaml --jbos 2"),
              StartsWith("faultpath: unexpected argument '--jbos'; did you mean '--jobs'?"));
}

TEST(Usage, EachCommandTakesOnlyOptionsThatHaveAnEffectInIt) {
  usage_error("lint small.yaml --jobs 2");
  usage_error("show small.yaml --out d");
  usage_error("list stages --seed 1");
}

TEST(Usage, ACommandAndItsScenarioAreNeeded) {
  EXPECT_THAT(usage_error(""), HasSubstr("--help"));
  EXPECT_THAT(usage_error("run"), HasSubstr("SCENARIO is required"));
}

TEST(Usage, ValuesOfOptionsAreChecked) {
  usage_error("run small.yaml --seed minus");
  usage_error("run small.yaml --replications 0");
  usage_error("run small.yaml --jobs 0");
  EXPECT_THAT(usage_error("run small.yaml --confidence 120%"), HasSubstr("between 0 and 100 %"));
  EXPECT_THAT(usage_error("run small.yaml --confidence 0.95x"), HasSubstr("between 0 and 100 %"));
  EXPECT_THAT(usage_error("run small.yaml --fingerprint=time,colour"), HasSubstr("'colour'"));
}

TEST(Usage, AnErrorOfTheScenarioStartsWithItsPlace) {
  EXPECT_THAT(usage_error("run missing.yaml"), StartsWith("missing.yaml: "));
  EXPECT_THAT(usage_error("run small.yaml --set iommu.queue_entris=4"),
              StartsWith("--set iommu.queue_entris=4: "));
}

TEST(Usage, AComparisonNeedsSomethingToCompare) {
  EXPECT_THAT(usage_error("compare lonely.yaml"), StartsWith("faultpath: lonely.yaml: nothing"));
}

TEST(Usage, AnUnknownListIsAnErrorWithASuggestion) {
  EXPECT_EQ(usage_error("list strategeis"),
            "faultpath: list: unknown 'strategeis'; did you mean 'strategies'?\n");
}

TEST(Usage, HelpGoesToStdoutAndSucceeds) {
  const TemporaryFolder folder;
  for (const std::string command :
       {"", "run", "compare", "lint", "show", "list", "import", "validate"}) {
    const auto [status, out, err] = faultpath(folder, command + " --help");
    EXPECT_EQ(status, 0) << command;
    EXPECT_THAT(out, HasSubstr("Usage")) << command;
    EXPECT_EQ(err, "");
  }
}

TEST(Usage, EveryListHasNamesAndMeanings) {
  const TemporaryFolder folder;
  for (const std::string what :
       {"strategies", "iommus", "routes", "handlers", "eras", "viommus", "behaviours", "devices",
        "workloads", "stages", "metrics", "profiles"}) {
    const auto items = nlohmann::json::parse(faultpath(folder, "list --json " + what).out);
    EXPECT_FALSE(items.empty()) << what;
    for (const auto& item : items) EXPECT_NE(item.at("meaning"), "") << item;
  }
}

TEST(Usage, TheVersionIsThatOfTheResults) {
  const TemporaryFolder folder;
  EXPECT_EQ(faultpath(folder, "--version").out, "faultpath " FAULTPATH_VERSION "\n");
}

// The command line reads numbers as a scenario does: no octal, no hexadecimal, 64 bits to the last.
TEST(Seeds, MeanTheSameOnTheCommandLineAsInAScenario) {
  const TemporaryFolder folder;
  folder.write("small.yaml", kSmallScenario);
  const auto seed_of = [&](const std::string& arguments) {
    const auto shown = faultpath(folder, "show small.yaml --json " + arguments);
    return shown.status == 0 ? nlohmann::json::parse(shown.out).at("seed").dump() : shown.err;
  };
  for (const char* text : {"18446744073709551615", "9007199254740993", "010", "1e3", "0"}) {
    EXPECT_EQ(seed_of(fmt::format("--seed {}", text)), seed_of(fmt::format("--set seed={}", text)));
  }
  EXPECT_EQ(seed_of("--seed 18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(seed_of("--seed 010"), "10");
  for (const char* text : {"18446744073709551616", "0x10", "-1", "1.5", "[1]"}) {
    EXPECT_EQ(faultpath(folder, fmt::format("show small.yaml --seed={}", text)).status, 2) << text;
  }
}

}  // namespace
}  // namespace faultpath::cli
