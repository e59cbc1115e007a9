// The project's own baselines: what the program says of three scenarios today.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

class Baselines : public ::testing::TestWithParam<const char*> {};

// A change that is meant: tests/baselines/update "why".
TEST_P(Baselines, AreWhatTheProgramSaysToday) {
  const TemporaryFolder folder;
  const std::string tree = FAULTPATH_SOURCE_DIR, name = GetParam();
  const auto run = faultpath(folder, fmt::format("run {}/scenarios/{}.yaml --replications 10 "
                                                 "--jobs 2 --quiet --out out",
                                                 tree, name));
  ASSERT_EQ(run.status, 0) << run.err;
  const auto [status, out, err] = faultpath(
      folder, fmt::format("check out --baseline {}/tests/baselines/{}.json.zst", tree, name));
  EXPECT_EQ(status, 0) << err;
  EXPECT_THAT(out, testing::HasSubstr(": identical\n"));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Baselines,
                         testing::Values("first-look", "noisy-neighbour", "prq-storm"),
                         [](const auto& scenario) {
                           std::string name = scenario.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace faultpath::cli
