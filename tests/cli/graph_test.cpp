// `faultpath graph` from the outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string shipped() {
  return (std::filesystem::path(FAULTPATH_SOURCE_DIR) / "scenarios/shared-uplink.yaml").string();
}

TEST(Graph, PrintsDotAndNothingElse) {
  const TemporaryFolder folder;
  folder.write("small.yaml", kSmallScenario);
  const auto [status, out, err] = faultpath(folder, "graph small.yaml");
  EXPECT_EQ(status, 0);
  EXPECT_EQ(err, "");
  EXPECT_THAT(out, StartsWith("digraph"));
  EXPECT_EQ(out.substr(out.size() - 2), "}\n");
  EXPECT_THAT(out, HasSubstr("label=small"));
  EXPECT_THAT(out, HasSubstr("strategy\\npin"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "results"));
}

TEST(Graph, DrawsTheFirstCaseUnlessOneIsNamed) {
  const TemporaryFolder folder;
  const auto first = faultpath(folder, "graph " + shipped()).out;
  EXPECT_THAT(first, HasSubstr("\"device:right\"->\"node:sw0\""));
  const auto other = faultpath(folder, "graph " + shipped() + " --variant root_ports").out;
  EXPECT_THAT(other, HasSubstr("\"device:right\"->\"node:sw1\""));
  EXPECT_THAT(other, Not(HasSubstr("\"device:right\"->\"node:sw0\"")));
  EXPECT_THAT(faultpath(folder, "graph " + shipped() + " --strategy iopf").out,
              HasSubstr("strategy\\niopf"));
}

TEST(Graph, TakesChangesFromTheCommandLine) {
  const TemporaryFolder folder;
  EXPECT_THAT(
      faultpath(folder, "graph " + shipped() + " --set topology.nodes.sw0.latency=90ns").out,
      HasSubstr("sw0\\n90 ns"));
}

TEST(Graph, OfWhatIsNotThereIsAnErrorWithASuggestion) {
  const TemporaryFolder folder;
  folder.write("small.yaml", kSmallScenario);
  const auto error = [&](const std::string& arguments) {
    const auto [status, out, err] = faultpath(folder, arguments);
    EXPECT_EQ(status, 2);
    EXPECT_EQ(out, "");
    return err;
  };
  EXPECT_EQ(error("graph small.yaml --strategy iofp"),
            "faultpath: graph: there is no strategy 'iofp'; did you mean 'iopf'?\n");
  EXPECT_EQ(error("graph small.yaml --variant deep"),
            "faultpath: graph: the scenario has no variants\n");
  EXPECT_THAT(error("graph " + shipped() + " --variant root_port"),
              HasSubstr("did you mean 'root_ports'?"));
  EXPECT_THAT(error("graph missing.yaml"), HasSubstr("missing.yaml"));
}

}  // namespace
}  // namespace faultpath::cli
