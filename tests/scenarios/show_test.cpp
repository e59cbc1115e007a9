// What `faultpath show` prints is the scenario itself, with reasons.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string line_with(const std::string& page, const std::string& beginning) {
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find_first_not_of(' ');
    if (first != std::string::npos && line.compare(first, beginning.size(), beginning) == 0) {
      return line.substr(first);
    }
  }
  return "none";
}

class Show : public testing::Test {
 protected:
  std::string shown(const std::string& text, const std::vector<std::string>& sets = {}) {
    return scratch.shortened(show_scenario(scratch.write("x.yaml", text), {sets}));
  }
  Scratch scratch;
};

TEST_F(Show, SaysOfADefaultWhatItMeansAndWhereItIsFrom) {
  EXPECT_EQ(
      line_with(shown(minimal()), "memory_read:"),
      "memory_read: 70ns                           # default; one read of a page-table entry; a "
      "quarter of miss less hit, 693 - 413 ns: Neugebauer et al., SIGCOMM 2018");
}

TEST_F(Show, SaysWhatAFileSetAndTheDefaultThatItReplaced) {
  const auto line = line_with(shown(minimal("iommu: {walkers: 3}")), "walkers:");
  EXPECT_TRUE(line.starts_with("walkers: 3 ")) << line;
  EXPECT_NE(line.find("# set by x.yaml:5:18; default 8; "), std::string::npos) << line;
}

TEST_F(Show, SaysWhatTheCommandLineSet) {
  const auto line = line_with(shown(minimal(), {"iommu.walkers=3"}), "walkers:");
  EXPECT_NE(line.find("# set by --set iommu.walkers=3; "), std::string::npos) << line;
}

TEST_F(Show, WarnsOfAQueueThatNoHardwareHas) {
  const auto small = line_with(shown(minimal("iommu: {queue_entries: 64}")), "queue_entries:");
  EXPECT_TRUE(small.ends_with("; below 128, the hardware's smallest, for study")) << small;
  const auto least = line_with(shown(minimal("iommu: {queue_entries: 128}")), "queue_entries:");
  EXPECT_EQ(least.find("smallest"), std::string::npos) << least;
}

TEST_F(Show, WritesAListOfContextsAsItWasWritten) {
  const auto page = shown(
      "scenario: 1\nduration: 1ms\nprocesses: [{name: db}]\nstrategies: [sva]\n"
      "devices:\n  - name: nic\n    contexts: [{}, {process: db}]\n    workload: {kind: zipf}\n");
  EXPECT_EQ(line_with(page, "- {}"), "- {}");
  EXPECT_TRUE(line_with(page, "- process: db").ends_with("else that of the device")) << page;
}

TEST_F(Show, LeavesOutWhatHasNoEffect) {
  EXPECT_EQ(line_with(shown(minimal()), "exponent:"), "none");
  EXPECT_NE(line_with(shown(with_workload("{kind: zipf}")), "exponent:"), "none");
}

TEST_F(Show, PrintsAScenarioThatResolvesToTheSame) {
  const std::string text =
      "scenario: 1\nname: all\ndescription: 'Quotes: \"these\", # and those'\n"
      "stop_after: {operations: 1e4, faults: 300}\nwarmup: 1.5us\n"
      "host: {submit: {dist: gamma, mean: 150ns, shape: 2.5}}\n"
      "devices:\n"
      "- {name: a, address_space: shared, reports_access: true, workload: {kind: zipf}}\n"
      "- {name: b, workload: {rate: 1.7Mops/s, kind: phases, phases: [{kind: stride}, {}]}}\n"
      "strategies: [sva, {kind: lru_locked, evict: periodic, limit: 7%}]\n"
      "variants: {x: {devices: {a: {workload: {kind: uniform}}}}, y: {iommu: {walkers: 2}}}\n";
  const auto before = scratch.load(text).resolved;
  const auto page = show_scenario(scratch.path("x.yaml"), {});
  const auto after = scratch.load(page).resolved;
  EXPECT_EQ(before.dump(1), after.dump(1)) << page;
}

// A list of values stands in one line, also in a list of maps.
TEST_F(Show, PrintsListsOfValuesSoThatTheyLoadAgain) {
  const auto text = minimal("variants: {more: {devices: {nic: {reset: {at: [3us]}}}}}");
  const auto before = scratch.load(text, {"devices[0].reset.at=[1us, 2.5us]"}).resolved;
  const auto page = show_scenario(scratch.path("x.yaml"), {{"devices[0].reset.at=[1us, 2.5us]"}});
  EXPECT_TRUE(line_with(page, "at:").starts_with("at: [1us, 2.5us] ")) << page;
  EXPECT_EQ(before.dump(1), scratch.load(page).resolved.dump(1)) << page;
}

}  // namespace
}  // namespace faultpath::scenarios
