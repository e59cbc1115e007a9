// curve from the outside: prediction against simulation, knee, target, errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "analysis/result_reader.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

class Curve : public ::testing::Test {
 protected:
  // One operation at a time on 64 pages.
  Curve() {
    folder_.write("small.yaml", R"(scenario: 1
name: small
stop_after: {operations: 1200}
seed: 5
replications: 2
host: {memory: 16MiB}
devices:
  - name: nic
    reports_access: true
    workload: {kind: zipf, exponent: 0.8, footprint: 256KiB, queue_depth: 1}
strategies: [iopf, {kind: lru_locked, limit: 50%}]
)");
  }
  std::string output(const std::string& arguments, int wanted = 0) {
    const auto [status, out, err] = faultpath(folder_, "curve " + arguments);
    EXPECT_EQ(status, wanted) << arguments << "\n" << err;
    return out;
  }
  ordered_json curve(const std::string& arguments, int wanted = 0) {
    return ordered_json::parse(output(arguments + " --json", wanted)).at("curve");
  }
  // Exit status 2, and a message with `why`.
  void expect_refusal(const std::string& arguments, const std::string& why) {
    const auto [status, out, err] = faultpath(folder_, "curve " + arguments);
    EXPECT_EQ(status, 2) << arguments << "\n" << out;
    EXPECT_EQ(out, "") << arguments;
    EXPECT_THAT(err, HasSubstr(why)) << arguments;
  }

  TemporaryFolder folder_;
};

// Each fault is served before the next access, so that all three are equal to the fault.
TEST_F(Curve, PredictsTheSimulatedFaultsOfOneOperationAtATimeAtSevenLimits) {
  for (const char* const recency : {"mapped", "used"}) {
    const auto found =
        curve("small.yaml --limits 5%,10%,20%,40%,60%,90% --set strategies.lru_locked.recency=" +
              std::string{recency});
    ASSERT_EQ(found.at("simulated").size(), 7U);
    EXPECT_EQ(found.at("recency"), recency);
    for (const auto& one : found.at("simulated")) {
      EXPECT_EQ(one.at("predicted").at("at_once"), one.at("faults").at("mean")) << one;
      EXPECT_EQ(one.at("predicted").at("faults"), one.at("faults").at("mean")) << one;
      EXPECT_EQ(one.at("differs"), false) << one;
      EXPECT_LE(one.at("locked_bytes_max").at("mean"), one.at("limit_bytes"));
    }
  }
}

TEST_F(Curve, HasTheSimulatedLimitsInThePredictedOnes) {
  const auto found = curve("small.yaml --limits 25%,70%");
  for (const auto& one : found.at("simulated")) {
    const auto same = std::ranges::find_if(found.at("predicted"), [&](const auto& other) {
      return other.at("limit_pages") == one.at("limit_pages");
    });
    ASSERT_NE(same, found.at("predicted").end());
    EXPECT_EQ(same->at("faults").at("mean"), one.at("predicted").at("at_once"));
  }
  EXPECT_EQ(found.at("accesses"), 1200);
  EXPECT_EQ(found.at("whole_pages"), 64);
}

// Without time there is no tail; and nothing is simulated.
TEST_F(Curve, WithoutPointsPredictsFaultsOnly) {
  const auto result = ordered_json::parse(output("small.yaml --points 0 --json"));
  EXPECT_TRUE(result.at("runs").empty());
  const auto& found = result.at("curve");
  EXPECT_GE(found.at("predicted").size(), 40U);
  EXPECT_TRUE(found.at("simulated").empty());
  EXPECT_TRUE(found.at("knee").is_null());
  double before = 1e9;
  const auto by_use = curve("small.yaml --points 0 --set strategies.lru_locked.recency=used");
  for (const auto& one : by_use.at("predicted")) {
    EXPECT_LE(one.at("faults").at("mean"), before);
    before = one.at("faults").at("mean");
  }
}

// Of 64 pages of 64 KiB.
TEST_F(Curve, CountsInBasePages) {
  const auto found = curve(
      "small.yaml --limits 25%,50% --set host.page_size=64KiB --set iommu.kind=smmu_pri --set "
      "host.memory=256MiB --set devices[0].workload.footprint=4MiB");
  EXPECT_EQ(found.at("whole_pages"), 64);
  for (const auto& one : found.at("simulated")) {
    EXPECT_EQ(one.at("limit_bytes"), one.at("limit_pages").get<std::uint64_t>() << 16);
    EXPECT_EQ(one.at("locked_bytes_max").at("mean"), one.at("limit_bytes")) << one;
    EXPECT_EQ(one.at("predicted").at("at_once"), one.at("faults").at("mean")) << one;
  }
}

// Several operations at a time: a page that waits for its fault is asked for once. The prediction
// that knows it is nearer than the one that serves each fault at once.
TEST_F(Curve, KnowsThatFaultsWait) {
  const auto found =
      curve("small.yaml --limits 20%,30%,40% --set devices[0].workload.queue_depth=8");
  for (const auto& one : found.at("simulated")) {
    if (one.at("share") == 1.0) continue;
    const double simulated = one.at("faults").at("mean");
    const auto& predicted = one.at("predicted");
    EXPECT_GT(predicted.at("waiting_faults"), 1.0);
    EXPECT_LT(std::abs(predicted.at("faults").get<double>() - simulated),
              std::abs(predicted.at("at_once").get<double>() - simulated))
        << one;
  }
}

TEST_F(Curve, FindsTheLeastLimitForATarget) {
  const auto found = curve(
      "small.yaml --target 'faults_minor<=300' --points 24 --set "
      "strategies.lru_locked.recency=used");
  const auto& target = found.at("target");
  ASSERT_TRUE(target.at("limit_pages").is_number());
  EXPECT_EQ(target.at("missed_pages").get<int>() + 1, target.at("limit_pages").get<int>());
  for (const auto& one : found.at("simulated")) {
    const bool met = one.at("target").at("mean") <= 300.0;
    EXPECT_EQ(met, one.at("limit_pages") >= target.at("limit_pages")) << one;
  }
  EXPECT_LT(target.at("low_pages"), target.at("limit_pages"));
  EXPECT_GE(target.at("high_pages"), target.at("limit_pages"));
}

TEST_F(Curve, SaysThatNoLimitMeetsATarget) {
  EXPECT_TRUE(curve("small.yaml --limits 50% --target 'dma_latency.p50<1ns'", 1)
                  .at("target")
                  .at("limit_pages")
                  .is_null());
  EXPECT_THAT(output("small.yaml --limits 50% --target 'dma_latency.p50<1ns'", 1),
              HasSubstr("no limit meets it"));
}

// From the knee on every simulated limit is within 5 % of all memory; the one below it is not.
TEST_F(Curve, HasItsKneeWhereTheMetricFalls) {
  const auto tail = curve("small.yaml --points 14");
  const auto mean = curve("small.yaml --points 14 --metric faults_minor");
  EXPECT_EQ(tail.at("knee").at("metric"), "dma_latency_ns.p99");
  EXPECT_EQ(mean.at("knee").at("metric"), "faults_minor");
  for (const auto& found : {tail, mean}) {
    const double bound = found.at("knee").at("bound");
    EXPECT_NEAR(bound, 1.05 * found.at("unlimited").get<double>(), 1e-6 * bound);
    const auto& knee = found.at("knee");
    for (const auto& one : found.at("simulated")) {
      const bool met = one.at("metric").at("mean") <= bound;
      if (one.at("limit_pages") >= knee.at("limit_pages")) EXPECT_TRUE(met) << one;
      if (one.at("limit_pages") == knee.at("missed_pages")) EXPECT_FALSE(met) << one;
    }
  }
}

TEST_F(Curve, IsAResultThatReadsAndWhoseScenarioRuns) {
  output("small.yaml --limits 40%,80% --out found");
  const auto text = read_text(folder_.path() / "found/result.json");
  const auto result = analysis::read_result(text, "found");
  EXPECT_EQ(result.runs.size(), 6U);
  const auto json = ordered_json::parse(text);
  folder_.write("again.yaml", json.at("scenario").at("resolved").dump());
  const auto again = faultpath(folder_, "run again.yaml --json");
  ASSERT_EQ(again.status, 0) << again.err;
  const auto runs = ordered_json::parse(again.out).at("runs");
  ASSERT_EQ(runs.size(), 6U);
  for (std::size_t i = 0; i < runs.size(); ++i)
    EXPECT_EQ(runs[i].at("fingerprint"), result.runs[i].fingerprint) << i;
}

// Two tables with a limit each: half of 64 pages, and half of 16.
TEST_F(Curve, LimitsEachTableByItself) {
  folder_.write("two.yaml", R"(scenario: 1
name: two
stop_after: {operations: 1000}
replications: 2
host: {memory: 16MiB}
devices:
  - {name: big, workload: {kind: uniform, footprint: 256KiB, queue_depth: 1}}
  - {name: little, workload: {kind: uniform, footprint: 64KiB, queue_depth: 1}}
strategies: [lru_locked]
)");
  const auto found = curve("two.yaml --limits 50%");
  ASSERT_EQ(found.at("tables").size(), 2U);
  EXPECT_EQ(found.at("simulated")[0].at("locked_bytes_max").at("mean"), (32 + 8) * 4096);
  EXPECT_EQ(found.at("predicted").back().at("faults").at("mean"), 64 + 16);
}

TEST_F(Curve, OfASampleStatesItsError) {
  folder_.write("wide.yaml", R"(scenario: 1
name: wide
stop_after: {operations: 40000}
host: {memory: 64MiB}
devices: [{name: nic, workload: {kind: uniform, footprint: 32MiB, queue_depth: 1}}]
strategies: [lru_locked]
)");
  const auto exact = curve("wide.yaml --points 0"),
             some = curve("wide.yaml --points 0 --sample 50%");
  EXPECT_TRUE(exact.at("sample").is_null());
  EXPECT_EQ(some.at("sample").at("share"), 0.5);
  EXPECT_NEAR(some.at("pages").get<double>(), 0.5 * exact.at("pages").get<double>(), 200.0);
  for (std::size_t i = 0; i < exact.at("predicted").size(); ++i) {
    const double faults = exact.at("predicted")[i].at("faults").at("mean");
    const auto& estimate = some.at("predicted")[i].at("faults");
    EXPECT_TRUE(estimate.at("low").is_number());
    if (some.at("predicted")[i].at("limit_pages") >= 1600)
      EXPECT_NEAR(estimate.at("mean").get<double>(), faults, 0.03 * faults) << i;
  }
}

TEST_F(Curve, RefusesWhatItCannotDo) {
  expect_refusal("small.yaml --limits 1%", "too few");
  expect_refusal("small.yaml --limits 10", "--limits 10");
  expect_refusal("small.yaml --limits 130%", "--limits 130%");
  expect_refusal("small.yaml --target dma_latncy.p99\\<5us", "did you mean 'dma_latency.p99'?");
  expect_refusal("small.yaml --metric p99", "no metric is called 'p99'");
  expect_refusal("small.yaml --points 2 --limits 20%,40%", "there are 3 limits to begin with");
  expect_refusal("small.yaml --points 0 --target dma_latency.p99\\<5us", "has no effect");
  expect_refusal("small.yaml --sample 0%", "expected a share");
  expect_refusal("small.yaml --strategy iopf", "has no limit on locked memory");
  expect_refusal("small.yaml --variant deep", "no variants");
  expect_refusal("small.yaml --limit 5%", "did you mean '--limits'?");
  expect_refusal("small.yaml --points 0 --set stop_after.faults=10", "depends on the simulation");
  expect_refusal("absent.yaml", "absent.yaml");
}

}  // namespace
}  // namespace faultpath::cli
