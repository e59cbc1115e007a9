// `faultpath trace` from the outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Trace : public testing::Test {
 protected:
  Trace() { folder_.write("small.yaml", kSmallScenario); }
  Invocation trace(const std::string& options) const {
    return faultpath(folder_, "trace small.yaml --format csv " + options);
  }
  std::vector<std::string> lines(const std::string& options) const {
    std::istringstream text(trace("--out - " + options).out);
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

  TemporaryFolder folder_;
};

TEST_F(Trace, WritesALineAnEvent) {
  const auto [status, out, err] = trace("--out events.csv --strategy iopf");
  EXPECT_EQ(status, 0);
  EXPECT_EQ(err, "");
  const auto text = read_text(folder_.path() / "events.csv");
  EXPECT_THAT(text, StartsWith("time_ns,component,kind,key\n"));
  EXPECT_THAT(text, HasSubstr(",devices/nic.0,fault,"));
  EXPECT_EQ(out, "events.csv: " + std::to_string(std::ranges::count(text, '\n') - 1) + " events\n");
}

TEST_F(Trace, AWindowAndAComponentAreAPartOfTheWhole) {
  const auto all = lines("--strategy iopf");
  std::vector<std::string> wanted{all.front()};
  for (const auto& line : all) {
    const bool is_of = line.find(",iommu,") != std::string::npos;
    const double at = std::strtod(line.c_str(), nullptr);
    if (is_of && at >= 10e3 && at < 50e3) wanted.push_back(line);
  }
  EXPECT_GT(wanted.size(), 10U);
  EXPECT_EQ(lines("--strategy iopf --component iommu --from 10us --to 50us"), wanted);
}

TEST_F(Trace, SeedAndReplicationAreOtherRuns) {
  const auto first = lines("--strategy iopf");
  EXPECT_EQ(lines("--strategy iopf --seed 5 --replication 0"), first);
  EXPECT_NE(lines("--strategy iopf --seed 6"), first);
  EXPECT_NE(lines("--strategy iopf --replication 1"), first);
}

TEST_F(Trace, BadInputLeavesNothing) {
  const auto expect = [&](const std::string& options, const std::string& message) {
    const auto [status, out, err] = trace(options);
    EXPECT_EQ(status, 2) << options;
    EXPECT_EQ(err, message) << options;
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "e.csv"));
  };
  expect("--out e.csv --strategy iopff",
         "faultpath: trace: there is no strategy 'iopff'; did you mean 'iopf'?\n");
  expect("--out e.csv --variant a", "faultpath: trace: the scenario has no variants\n");
  expect("--out e.csv --component iomu",
         "faultpath: trace: no component 'iomu' did anything; did you mean 'iommu'?\n");
  expect("--out e.csv --from 2us --to 2us", "faultpath: trace: --from is not before --to\n");
  EXPECT_EQ(trace("--out none/e.csv").status, 2);
  EXPECT_EQ(faultpath(folder_, "trace small.yaml --format vcd --out e.csv").status, 2);
}

}  // namespace
}  // namespace faultpath::cli
