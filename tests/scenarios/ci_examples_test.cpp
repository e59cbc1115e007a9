// The examples for CI that are YAML have the form that their services read.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <string>

namespace faultpath::scenarios {
namespace {

YAML::Node example(const std::string& name) {
  return YAML::LoadFile(FAULTPATH_SOURCE_DIR "/docs/ci/" + name);
}

TEST(GithubExample, IsAWorkflowWhoseStepsRunOrUseSomething) {
  const auto workflow = example("github.yml");
  EXPECT_TRUE(workflow["on"]["pull_request"].IsDefined());
  ASSERT_TRUE(workflow["jobs"].IsMap());
  for (const auto& job : workflow["jobs"]) {
    EXPECT_TRUE(job.second["runs-on"].IsScalar());
    ASSERT_TRUE(job.second["steps"].IsSequence());
    for (const auto& step : job.second["steps"])
      EXPECT_NE(step["run"].IsDefined(), step["uses"].IsDefined()) << step;
  }
}

TEST(GithubExample, ShowsTheVerdictAlsoWhenItIsWorse) {
  const auto workflow = example("github.yml");
  for (const auto& step : workflow["jobs"]["latency"]["steps"]) {
    const auto run = step["run"].as<std::string>("");
    if (run.find("check.md") == std::string::npos || run.starts_with("./faultpath")) continue;
    EXPECT_EQ(step["if"].as<std::string>(""), "always()") << run;
  }
}

TEST(GitlabExample, IsAJobThatKeepsItsReportAlsoWhenItIsWorse) {
  const auto job = example("gitlab-ci.yml")["latency"];
  EXPECT_TRUE(job["image"].IsScalar());
  EXPECT_TRUE(job["script"].IsSequence());
  EXPECT_EQ(job["artifacts"]["when"].as<std::string>(), "always");
  const auto report = job["artifacts"]["reports"]["junit"].as<std::string>();
  EXPECT_NE(job["script"][1].as<std::string>().find("--junit " + report), std::string::npos);
}

}  // namespace
}  // namespace faultpath::scenarios
