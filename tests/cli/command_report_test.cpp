// `faultpath report` from the outside, as far as it needs no chart libraries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;

class ReportCommand : public ::testing::Test {
 protected:
  ReportCommand() {
    folder_.write("small.yaml", kSmallScenario);
    const auto ran = faultpath(folder_, "compare small.yaml --quiet --out before");
    EXPECT_EQ(ran.status, 0) << ran.err;
  }
  nlohmann::json data(const std::string& results) {
    const auto [status, out, err] = faultpath(folder_, "report " + results + " --data data.json");
    EXPECT_EQ(status, 0) << err;
    EXPECT_EQ(out, "");
    return nlohmann::json::parse(read_text(folder_.path() / "data.json"));
  }

  TemporaryFolder folder_;
};

TEST_F(ReportCommand, GivesWhatTheChartsShow) {
  const auto shown = data("before");
  EXPECT_EQ(shown["cases"], nlohmann::json({"pin", "iopf"}));
  EXPECT_EQ(shown["tails"][0]["name"], "DMA latency");
  EXPECT_EQ(shown["tails"][0]["lines"].size(), 2);
  EXPECT_EQ(data("before/result.json"), shown);
}

TEST_F(ReportCommand, TellsResultsOfOneScenarioApartByTheirFolders) {
  std::filesystem::copy(folder_.path() / "before", folder_.path() / "after");
  EXPECT_EQ(data("before after")["cases"][2], "after: pin");
  EXPECT_EQ(data("before before/")["cases"][2], "before (2): pin");
}

TEST_F(ReportCommand, WithoutAnythingToWriteIsAnError) {
  const auto [status, out, err] = faultpath(folder_, "report before");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(err, "faultpath: report: nothing to write; --out F.html names the page\n");
}

TEST_F(ReportCommand, RefusesWhatIsNoResult) {
  folder_.write("odd.json", "{\"schema\": \"odd/1\"}");
  const auto [status, out, err] = faultpath(folder_, "report odd.json --data d.json");
  EXPECT_EQ(status, 2);
  EXPECT_THAT(err, HasSubstr("odd.json: schema: expected \"faultpath.result/1\""));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "d.json"));
}

TEST_F(ReportCommand, LeavesNoPartOfAFileThatCannotBeWritten) {
  const auto [status, out, err] = faultpath(folder_, "report before --data missing/d.json");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(err, "faultpath: cannot write missing/d.json: No such file or directory\n");
}

}  // namespace
}  // namespace faultpath::cli
