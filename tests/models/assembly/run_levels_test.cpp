// Levels of a run that ends at once, and of one whose end is recognised later.
#include "models/assembly/run_levels.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

using sim::nanoseconds;

sim::Time at(std::int64_t ns) { return sim::Time{nanoseconds(ns)}; }

// One gauge of the contract that has a series, and its times.
struct Rig {
  IoMappingStats mapping;
  MemoryStats memory;
  IommuStats iommu;
  DeviceMetrics devices;
  RunSeries series;
  RunLevels levels;

  Rig() {
    levels.connect(
        {{"outstanding_requests", &devices.outstanding_requests, &devices.request_times}}, series);
    series.start(at(0), stats(), true);
    levels.start(at(0));
  }
  FollowedStats stats() { return {mapping, memory, iommu, devices}; }
  void send(std::int64_t now, std::int64_t requests) {
    devices.outstanding_requests.add(at(now), requests);
    devices.request_times.begin(at(now), requests);
  }
  void answer(std::int64_t sent, std::int64_t now, std::int64_t requests) {
    devices.outstanding_requests.add(at(now), -requests);
    devices.request_times.end(at(sent), at(now), requests);
  }
  std::vector<double> outstanding(std::int64_t end) {
    for (const SeriesResult& each : series.result(at(end), stats())) {
      if (each.name == "outstanding") return each.values;
    }
    return {};
  }
};

// Two requests over 30 of 40 ns.
TEST(RunLevels, AreReadAtTheEnd) {
  Rig rig;
  rig.send(10, 2);
  rig.levels.end(at(40));
  rig.answer(10, 50, 2);
  const GaugeResult result = rig.levels.results().at(0);
  EXPECT_EQ(result.name, "outstanding_requests");
  EXPECT_DOUBLE_EQ(result.mean, 2.0 * 30 / 40);
  EXPECT_EQ(result.max, 2);
  EXPECT_EQ(result.final, 2);
  EXPECT_TRUE(rig.levels.drifts(at(0)).empty());
}

// What came in between, at 30 ns and a second later, is no part of the run.
TEST(RunLevels, AreThoseOfTheLastTimeThatTheyWereKeptWhereTheRunHadEndedThen) {
  Rig rig;
  rig.send(10, 2);
  rig.levels.keep(at(15));
  rig.levels.keep(at(20));
  rig.send(30, 5);
  rig.answer(30, 1'000'000'000, 5);
  rig.levels.end_as_kept();
  rig.answer(10, 1'000'000'100, 2);
  const GaugeResult result = rig.levels.results().at(0);
  EXPECT_DOUBLE_EQ(result.mean, 2.0 * 10 / 20);
  EXPECT_EQ(result.max, 2);
  EXPECT_EQ(result.final, 2);
  EXPECT_EQ(rig.outstanding(20), std::vector{1.0}) << "one step, of which 20 ns are covered";
  EXPECT_TRUE(rig.levels.drifts(at(0)).empty());
}

TEST(RunLevels, GoOnAfterTheyWereKeptWhereTheRunHadNotEnded) {
  Rig rig;
  rig.send(10, 2);
  rig.levels.keep(at(20));
  rig.answer(10, 30, 2);
  rig.levels.end(at(40));
  EXPECT_DOUBLE_EQ(rig.levels.results().at(0).mean, 2.0 * 20 / 40);
  EXPECT_EQ(rig.outstanding(40), std::vector{1.0});
}

// Two requests over 40 ns by level; the times say that one has ended after 20.
TEST(RunLevels, TellLawsThatDoNotHold) {
  Rig rig;
  rig.send(0, 2);
  rig.devices.request_times.end(at(0), at(20));
  rig.levels.end(at(40));
  const std::vector<LawDrift> drifts = rig.levels.drifts(at(0));
  ASSERT_EQ(drifts.size(), 1U);
  EXPECT_DOUBLE_EQ(drifts[0].by_level, 2.0);
  EXPECT_DOUBLE_EQ(drifts[0].by_times, (20.0 + 40.0) / 40);
  EXPECT_TRUE(rig.levels.drifts(at(40)).empty()) << "nothing was observed";
}

}  // namespace
}  // namespace faultpath::models
