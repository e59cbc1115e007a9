// Every scenario with guests that is shipped keeps what must always hold, if only for a short
// while.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "models/assembly/run.hpp"
#include "scenarios/scenario.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/net/apart.hpp"
#include "tests/net/net.hpp"

namespace faultpath::net {
namespace {

constexpr unsigned kSecondsOfACase = 100;

// Those that have guests, by name. Whether they load is another test's question.
std::vector<std::string> scenarios_with_guests() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(FAULTPATH_SOURCE_DIR "/scenarios")) {
    const auto& path = file.path();
    if (path.extension() != ".yaml") continue;
    if (cli::read_text(path).find("\nguests:") == std::string::npos) continue;
    names.push_back(path.stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class GuestScenarios : public testing::TestWithParam<std::string> {
 protected:
  // The same for some hundreds of operations, and once.
  std::string shortened() const {
    return folder_.write("short.yaml", fmt::format("scenario: 1\n"
                                                   "name: short\n"
                                                   "extends: [{}/scenarios/{}.yaml]\n"
                                                   "replications: 1\n"
                                                   "warmup: 0ns\n"
                                                   "duration: 4ms\n"
                                                   "stop_after: {{operations: 200}}\n",
                                                   FAULTPATH_SOURCE_DIR, GetParam()));
  }

  cli::TemporaryFolder folder_;
};

// Laws, and the same bytes for any number of workers and with or without running ahead.
TEST_P(GuestScenarios, KeepWhatAlwaysHolds) {
  const Verdict verdict = judge_apart(shortened());
  EXPECT_EQ(verdict.kind, Verdict::Kind::ran) << verdict.oracle << ": " << verdict.detail;
}

// Names of random streams that several components of a run have.
Json streams_that_are_shared(const models::SystemSpec& spec) {
  std::vector<std::string> names;
  models::RunHooks hooks;
  hooks.streams = &names;
  models::run_system(spec, hooks);
  std::ranges::sort(names);
  Json shared = Json::array();
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i] == names[i - 1]) shared.push_back(names[i]);
  }
  if (names.empty()) shared.push_back("nothing is drawn");
  return shared;
}

TEST_P(GuestScenarios, NoTwoKernelsOfARunShareARandomStream) {
  const auto scenario = scenarios::load_scenario(shortened());
  for (const auto& one : scenario.cases) {
    const auto shared = apart([&] { return streams_that_are_shared(one.spec); }, kSecondsOfACase);
    ASSERT_TRUE(shared.has_value()) << one.variant << ": the run has no end";
    EXPECT_EQ(shared->dump(), "[]") << one.variant << " " << one.strategy;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, GuestScenarios, testing::ValuesIn(scenarios_with_guests()),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace faultpath::net
