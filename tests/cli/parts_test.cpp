// run and compare --by device, guest or process: parts that make up the whole, and change nothing
// in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/cli/invocation.hpp"
#include "tests/cli/parts_scenarios.hpp"

namespace faultpath::cli {
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

using Buckets = std::map<std::uint64_t, std::uint64_t>;
void add_to(Buckets& buckets, const ordered_json& distribution) {
  for (const auto& bucket : distribution.at("histogram").at("buckets"))
    buckets[bucket.at(0)] += bucket.at(1).get<std::uint64_t>();
}

void expect_counters_sum(const ordered_json& run, const ordered_json& parts) {
  for (const auto& [name, ignored] : parts.front().at("counters").items()) {
    std::uint64_t sum = 0;
    for (const auto& part : parts) sum += part.at("counters").at(name).get<std::uint64_t>();
    EXPECT_EQ(sum, run.at("counters").at(name)) << name;
  }
}

// Bucket for bucket, and in count, mean, least and greatest.
void expect_distributions_merge(const ordered_json& run, const ordered_json& parts) {
  for (const auto& [name, ignored] : parts.front().at("distributions").items()) {
    Buckets all, expected;
    std::uint64_t count = 0;
    double sum = 0.0, least = 1e300, greatest = 0.0;
    for (const auto& part : parts) {
      const auto& one = part.at("distributions").at(name);
      if (one.at("count") == 0) continue;
      add_to(all, one);
      count += one.at("count").get<std::uint64_t>();
      sum += one.at("count").get<double>() * one.at("mean").get<double>();
      least = std::min(least, one.at("min").get<double>());
      greatest = std::max(greatest, one.at("max").get<double>());
    }
    const auto& whole = run.at("distributions").at(name);
    add_to(expected, whole);
    EXPECT_EQ(all, expected) << name;
    EXPECT_EQ(count, whole.at("count")) << name;
    if (count == 0) continue;
    EXPECT_EQ(least, whole.at("min")) << name;
    EXPECT_EQ(greatest, whole.at("max")) << name;
    EXPECT_NEAR(sum / static_cast<double>(count), whole.at("mean").get<double>(),
                1e-9 * whole.at("mean").get<double>())
        << name;
  }
}

struct Case {
  const char* name;
  const char* scenario;  ///< of the project, or one of those above
  const char* arguments;
  std::vector<std::string> parts;
  std::string by = "device";
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class ByName : public ::testing::TestWithParam<Case> {
 protected:
  ByName() {
    folder_.write("two-names.yaml", kTwoNames);
    folder_.write("machines.yaml", kMachines);
    const std::string file = fmt::format("{}.yaml", GetParam().scenario);
    const bool is_ours = std::filesystem::exists(folder_.path() / file);
    file_ = is_ours ? file : fmt::format("{}/scenarios/{}", FAULTPATH_SOURCE_DIR, file);
  }
  ordered_json result(const std::string& more = {}) const {
    const auto [status, out, err] = faultpath(
        folder_, fmt::format("run {} {} {} --json --jobs 2", file_, GetParam().arguments, more));
    EXPECT_EQ(status, 0) << err;
    return comparable(out);
  }
  TemporaryFolder folder_;
  std::string file_;
};

TEST_P(ByName, ThePartsSumAndMergeToTheWhole) {
  const auto result = this->result("--by " + GetParam().by);
  for (const auto& run : result.at("runs")) {
    const auto& parts = run.at("by").at(GetParam().by);
    EXPECT_EQ(keys_of(parts), GetParam().parts);
    EXPECT_THAT(keys_of(parts.front().at("distributions")),
                ElementsAre("fault_latency_ns", "dma_latency_ns", "translation_latency_ns"));
    expect_counters_sum(run, parts);
    expect_distributions_merge(run, parts);
    EXPECT_GT(run.at("counters").at("dma_operations"), 0);
  }
}

TEST_P(ByName, NothingElseOfTheResultChanges) {
  const auto whole = result();
  auto parts = result("--by " + GetParam().by);
  for (const auto& run : whole.at("runs")) EXPECT_FALSE(run.contains("by"));
  for (auto& run : parts.at("runs")) EXPECT_EQ(run.erase("by"), 1U);
  EXPECT_EQ(whole, parts);
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, ByName,
    testing::Values(
        Case{"FirstLook",
             "first-look",
             "--replications 1 --set stop_after.operations=5000",
             {"nic"}},
        Case{"NoisyNeighbour",
             "noisy-neighbour",
             "--replications 1 --set duration=500us",
             {"noisy", "quiet"}},
        Case{"BothObserved",
             "noisy-neighbour",
             "--replications 1 --set duration=500us --set devices.noisy.observed=true",
             {"noisy", "quiet"}},
        Case{"FiveQueues", "five-queues", "--replications 1 --set stop_after.faults=500", {"nic"}},
        Case{"TwoNames", "two-names", "", {"nic", "disk", "vf"}},
        Case{"WarmUp", "two-names", "--set warmup=20us", {"nic", "disk", "vf"}},
        Case{"Machines", "machines", "", {"a", "b", "c", "d", "e", "f"}},
        Case{"Guests", "machines", "--set warmup=20us", {"vm", "lazy", "host"}, "guest"},
        Case{"NoGuests", "two-names", "--replications 1", {"host"}, "guest"},
        Case{"Processes",
             "machines",
             "",
             {"vm/app", "vm/web", "lazy/app", "db", "db + log", "f"},
             "process"},
        Case{"AddressSpaces", "two-names", "--replications 1", {"common", "vf"}, "process"}),
    [](const auto& one) { return std::string{one.param.name}; });

class ByDeviceOutput : public ::testing::Test {
 protected:
  ByDeviceOutput() { folder_.write("two-names.yaml", kTwoNames); }
  Invocation run(const std::string& arguments) const {
    return faultpath(folder_, "run two-names.yaml " + arguments);
  }
  TemporaryFolder folder_;
};

TEST_F(ByDeviceOutput, EachNameHasItsOwnFigures) {
  const auto result = comparable(run("--json --by device --replications 1").out);
  const auto& parts = result.at("runs").at(0).at("by").at("device");
  const auto bytes = [&](const char* name) {
    const auto& counters = parts.at(name).at("counters");
    return counters.at("dma_bytes").get<std::uint64_t>() /
           counters.at("dma_operations").get<std::uint64_t>();
  };
  EXPECT_EQ(bytes("nic"), 4096U);
  EXPECT_EQ(bytes("vf"), 4 * 4096U);
}

TEST_F(ByDeviceOutput, DevicesThatAreNotObservedSaySoAndHaveNoOperations) {
  const auto result =
      comparable(run("--json --by device --replications 1 --set devices.disk.observed=false").out);
  const auto& parts = result.at("runs").at(0).at("by").at("device");
  EXPECT_EQ(parts.at("disk").at("observed"), false);
  EXPECT_EQ(parts.at("disk").at("counters").at("dma_operations"), 0);
  EXPECT_EQ(parts.at("disk").at("distributions").at("dma_latency_ns").at("count"), 0);
  EXPECT_GT(parts.at("disk").at("counters").at("iotlb_misses"), 0) << "of the whole, too";
  EXPECT_FALSE(parts.at("nic").contains("observed"));
}

TEST_F(ByDeviceOutput, TheTableHasARowForEachCaseAndName) {
  const auto text = run("--by device --set devices.disk.observed=false").out;
  const auto table = text.find("By device:");
  ASSERT_NE(table, std::string::npos);
  for (const char* words :
       {"vtd/iopf", "small/pin", "nic", "vf", "disk (not observed)", "p99.9", "throughput"})
    EXPECT_THAT(text.substr(table), HasSubstr(words));
  EXPECT_THAT(text, HasSubstr("Devices that are not observed are in no statistics."));
  EXPECT_THAT(run("").out, Not(HasSubstr("By device:")));
}

TEST_F(ByDeviceOutput, AnotherDimensionIsAUsageError) {
  const auto [status, out, err] = run("--by rack");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(err, "faultpath: --by rack: expects device, guest or process\n");
}

TEST_F(ByDeviceOutput, ABaselineOfItIsThatOfTheWhole) {
  ASSERT_EQ(run("--by device --out parts --quiet --replications 1").status, 0);
  ASSERT_EQ(run("--out whole --quiet --replications 1").status, 0);
  EXPECT_THAT(faultpath(folder_, "check parts --baseline whole").out, HasSubstr(": identical\n"));
  EXPECT_THAT(faultpath(folder_, "check whole --baseline parts").out, HasSubstr(": identical\n"));
  ASSERT_EQ(faultpath(folder_, "check parts --baseline b.json --update").status, 0);
  EXPECT_THAT(read_text(folder_.path() / "b.json"), Not(HasSubstr("\"by\"")));
}

}  // namespace
}  // namespace faultpath::cli
