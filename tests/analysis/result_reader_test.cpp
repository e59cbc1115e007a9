// Results that are read, and texts that are none, each refused with its place.
#include "analysis/result_reader.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

// A run with every member of the contract. Ten values: four at 100 ps (a bucket of one), six in the
// bucket from 6400 to 6463 ps.
Json run(const std::string& strategy, unsigned replication) {
  return Json::parse(R"({"variant":"", "strategy":"", "replication":0, "seed":7,
    "fingerprint":"00f00ba4deadbeef", "simulated_ns":3e9, "measured_ns":2e9, "wall_s":0.5,
    "events":123456789012, "peak_rss_bytes":1048576,
    "counters":{"dma_operations":100, "dma_bytes":18446744073709551615},
    "gauges":{"locked_bytes":{"mean":1.5, "max":4096, "final":-1}},
    "distributions":{"fault_latency_ns":{"count":10, "mean":3.9, "stddev":3.0, "min":0.1,
      "max":6.41, "p50":6.4, "p90":6.4, "p95":6.4, "p99":6.4, "p999":6.4,
      "histogram":{"unit":"ps", "sub_bits":6, "buckets":[[100,4],[6400,6]]}}},
    "stages_ns":{"queue":{"count":10, "mean":8.0, "p99":9.0}},
    "trail":{"step_ns":1048.576, "start_ns":0.0, "lanes":{"iommu":"0001ffff", "nic":"00020003"}},
    "series":{"step_ns":2.5, "outstanding":[1,2]}, "of_a_later_version":[{}]})")
      .patch(Json::parse(R"([{"op":"replace","path":"/strategy","value":")" + strategy +
                         R"("},{"op":"replace","path":"/replication","value":)" +
                         std::to_string(replication) + "}]"));
}

Json result(Json runs) {
  return {{"schema", "faultpath.result/1"},
          {"faultpath", "0.1.0"},
          {"scenario", {{"name", "small"}, {"sha256", "ab"}, {"resolved", {{"seed", 7}}}}},
          {"confidence", 0.9},
          {"runs", std::move(runs)},
          {"summary", "is not read"}};
}

Json two_runs() { return result(Json::array({run("iopf", 0), run("iopf", 1)})); }

std::string error_of(const std::string& text) {
  try {
    read_result(text, "r.json");
  } catch (const ResultError& error) {
    return error.what();
  }
  return "no error";
}

// After `change` has been made to the value at `place` of a good result.
std::string error_after(const std::string& place, const Json& value) {
  auto changed = two_runs();
  changed[Json::json_pointer{place}] = value;
  return error_of(changed.dump());
}
std::string error_without(const std::string& place, const std::string& key) {
  auto changed = two_runs();
  changed.at(Json::json_pointer{place}).erase(key);
  return error_of(changed.dump());
}

TEST(ResultReader, ReadsEveryMemberOfARun) {
  const auto read = read_result(two_runs().dump(), "r.json");
  EXPECT_EQ(read.faultpath, "0.1.0");
  EXPECT_EQ(read.scenario.name, "small");
  EXPECT_EQ(read.scenario.resolved.dump(), R"({"seed":7})");
  EXPECT_EQ(read.confidence, 0.9);
  ASSERT_EQ(read.runs.size(), 2u);
  const auto& second = read.runs[1];
  EXPECT_EQ(second.label(), "iopf");
  EXPECT_EQ(second.replication, 1u);
  EXPECT_EQ(second.seed, 7u);
  EXPECT_EQ(second.fingerprint, "00f00ba4deadbeef");
  EXPECT_EQ(second.measured_ns, 2e9);
  EXPECT_EQ(second.events, 123456789012u);
  EXPECT_EQ(second.counter("dma_bytes")->value, UINT64_MAX);
  EXPECT_EQ(second.gauge("locked_bytes")->final, -1.0);
  EXPECT_EQ(second.stages.at(0).p99, 9.0);
  EXPECT_EQ(second.series.dump(), R"({"step_ns":2.5,"outstanding":[1,2]})");
  EXPECT_TRUE(second.by.empty());
  const auto& faults = *second.distribution("fault_latency_ns");
  EXPECT_EQ(faults.count, 10u);
  EXPECT_EQ(faults.stddev, 3.0);
  EXPECT_EQ(faults.histogram.buckets(), (std::vector<Histogram::Bucket>{{100, 4}, {6400, 6}}));
  EXPECT_EQ(second.distribution("dma_latency_ns"), nullptr);
}

TEST(ResultReader, LeavesSeriesAndPartsWhenOnlyStatisticsAreWanted) {
  const auto read = read_result(two_runs().dump(), "r.json", Detail::statistics);
  EXPECT_EQ(read.runs[0].series, Json::object());
  EXPECT_EQ(read.runs[0].counter("dma_operations")->value, 100u);
}

// Two names, of which the second is not observed and has done nothing.
Json parts() {
  return Json::parse(R"({"device":{
    "nic":{"counters":{"dma_operations":100}, "distributions":{"fault_latency_ns":{"count":10,
      "mean":3.9, "stddev":3.0, "min":0.1, "max":6.41,
      "histogram":{"unit":"ps", "sub_bits":6, "buckets":[[100,4],[6400,6]]}}}},
    "bulk":{"observed":false, "counters":{"dma_operations":0}, "distributions":{}}}})");
}

TEST(ResultReader, ReadsARunInParts) {
  auto whole = run("iopf", 0);
  whole["by"] = parts();
  const auto read = read_run(whole.dump(), "r.json");
  const auto devices = read.parts("device");
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name, "nic");
  EXPECT_EQ(devices[0].counters.at(0).value, 100U);
  EXPECT_EQ(devices[0].distributions.at(0).count, 10U);
  EXPECT_TRUE(devices[0].is_observed);
  EXPECT_FALSE(devices[1].is_observed);
  EXPECT_TRUE(read_run(whole.dump(), "r.json", Detail::statistics).by.empty());
}

TEST(ResultReader, RefusesPartsThatDoNotMakeUpTheRun) {
  auto wrong = parts();
  wrong["device"]["bulk"]["counters"]["dma_operations"] = 1;
  EXPECT_EQ(error_after("/runs/0/by", wrong),
            "r.json: runs[0].by.device: expected parts that make up the run, found dma_operations: "
            "101 in the parts, 100 in the run");
  wrong["device"]["bulk"]["observed"] = "no";
  EXPECT_EQ(error_after("/runs/0/by", wrong),
            "r.json: runs[0].by.device.bulk.observed: expected true or false, found a string");
}

TEST(ResultReader, ReadsARunByItself) {
  EXPECT_EQ(read_run(run("pin", 3).dump(), "worker").replication, 3u);
}

TEST(ResultReader, RefusesAnotherSchema) {
  EXPECT_EQ(error_after("/schema", "faultpath.result/2"),
            "r.json: schema: expected \"faultpath.result/1\", found \"faultpath.result/2\"");
  EXPECT_EQ(error_without("", "schema"), "r.json: expected a member 'schema', found none");
}

TEST(ResultReader, RefusesATextThatIsNoJsonAndSaysWhereItBreaksOff) {
  const auto whole = two_runs().dump();
  const auto error = error_of(whole.substr(0, 60));
  EXPECT_TRUE(error.starts_with("r.json: expected a result in JSON; line 1, column 61")) << error;
  EXPECT_TRUE(error_of("").starts_with("r.json: expected a result in JSON; ")) << error_of("");
}

TEST(ResultReader, RefusesATextThatIsJsonButNoObject) {
  EXPECT_EQ(error_of("[1]"), "r.json: expected an object, found an array");
}

TEST(ResultReader, SaysWhereAMemberIsMissing) {
  EXPECT_EQ(error_without("/runs/1", "counters"),
            "r.json: runs[1]: expected a member 'counters', found none");
  EXPECT_EQ(error_without("/runs/1/distributions/fault_latency_ns", "histogram"),
            "r.json: runs[1].distributions.fault_latency_ns: expected a member 'histogram', found "
            "none");
}

TEST(ResultReader, SaysWhereATypeIsWrong) {
  EXPECT_EQ(error_after("/runs/0/counters/dma_bytes", "many"),
            "r.json: runs[0].counters.dma_bytes: expected a whole number from 0, found a string");
  EXPECT_EQ(error_after("/runs/0/seed", 1.5),
            "r.json: runs[0].seed: expected a whole number from 0, found 1.5");
  EXPECT_EQ(error_after("/runs/0/replication", -1),
            "r.json: runs[0].replication: expected a whole number from 0, found -1");
  EXPECT_EQ(error_after("/runs/0/gauges/locked_bytes/mean", Json()),
            "r.json: runs[0].gauges.locked_bytes.mean: expected a number, found null");
  EXPECT_EQ(error_after("/runs", Json::object()),
            "r.json: runs: expected an array, found an object");
  EXPECT_EQ(error_after("/runs/0/fingerprint", "0x12"),
            "r.json: runs[0].fingerprint: expected 16 hexadecimal digits, found \"0x12\"");
}

TEST(ResultReader, RefusesAHistogramThatContradictsItself) {
  const std::string at = "/runs/0/distributions/fault_latency_ns";
  const std::string path = "r.json: runs[0].distributions.fault_latency_ns";
  EXPECT_EQ(error_after(at + "/count", 11), path + ": expected a histogram of 11 values, found 10");
  EXPECT_EQ(error_after(at + "/histogram/buckets/1", {100, 6}),
            path + ".histogram.buckets[1]: expected lows in ascending order, found 100 after 100");
  EXPECT_EQ(error_after(at + "/histogram/buckets/1", {6401, 6}),
            path + ".histogram.buckets[1]: expected a low that begins a bucket, found 6401");
  EXPECT_EQ(error_after(at + "/histogram/buckets/0", {100}),
            path + ".histogram.buckets[0]: expected [low, count], found an array");
  EXPECT_EQ(error_after(at + "/histogram/unit", "ns"),
            path + ".histogram.unit: expected \"ps\", found \"ns\"");
  EXPECT_EQ(error_after(at + "/histogram/sub_bits", 40),
            path + ".histogram.sub_bits: expected 1 to 16, found 40");
}

TEST(ResultReader, ReadsATrail) {
  const auto read = read_result(two_runs().dump(), "r.json", Detail::statistics);
  const auto& trail = read.runs.front().trail;
  EXPECT_EQ(trail.step_ns, 1048.576);
  ASSERT_EQ(trail.lanes.size(), 2u);
  EXPECT_EQ(trail.lanes[0].component, "iommu");
  EXPECT_EQ(trail.lanes[0].checkpoints, (std::vector<std::uint16_t>{0x0001, 0xffff}));
}

TEST(ResultReader, RefusesATrailThatIsNone) {
  EXPECT_EQ(error_after("/runs/0/trail/lanes/nic", "0002000"),
            "r.json: runs[0].trail.lanes.nic: expected hexadecimal digits, four a checkpoint, "
            "found \"0002000\"");
  EXPECT_EQ(error_after("/runs/0/trail/lanes/nic", "0002"),
            "r.json: runs[0].trail.lanes.nic: expected 2 checkpoints, found 1");
  EXPECT_EQ(error_after("/runs/0/trail/step_ns", 0),
            "r.json: runs[0].trail.step_ns: expected a time above 0, found 0");
}

TEST(ResultReader, RefusesTwoRunsOfOneCaseSeedAndReplication) {
  EXPECT_EQ(error_of(result(Json::array({run("iopf", 0), run("pin", 0), run("iopf", 0)})).dump()),
            "r.json: runs[2]: expected one run of each case, seed and replication, found iopf, "
            "seed 7, replication 0 as in runs[0]");
}

}  // namespace
}  // namespace faultpath::analysis
