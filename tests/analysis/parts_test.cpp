// Parts of runs made by hand.
#include "analysis/parts.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

Part part(std::string name, std::uint64_t bytes, const std::vector<double>& latencies) {
  return {std::move(name),
          true,
          {{"dma_bytes", bytes}},
          {distribution_of("dma_latency_ns", latencies)}};
}

// 100 operations of 4096 bytes; latencies of one and of two device names.
Run run_in_parts() {
  auto run = run_of("iopf", 0, {distribution_of("dma_latency_ns", {1.0, 2.0, 2.0, 300.0})});
  run.by = {{"device", {part("nic", 4000, {1.0, 2.0}), part("disk", 96, {2.0, 300.0})}}};
  return run;
}

TEST(Parts, MakeUpTheRun) {
  const auto run = run_in_parts();
  EXPECT_EQ(mismatch(run.parts("device"), run), std::nullopt);
  EXPECT_TRUE(run.parts("guest").empty());
}

TEST(Parts, ACounterThatDoesNotSumToTheRunIsNamed) {
  auto run = run_in_parts();
  run.by[0].parts[1].counters[0].value = 97;
  EXPECT_EQ(mismatch(run.parts("device"), run), "dma_bytes: 4097 in the parts, 4096 in the run");
  run.by[0].parts[1].counters[0] = {"evictions", 0};
  EXPECT_EQ(mismatch(run.parts("device"), run), "dma_bytes: 4000 in the parts, 4096 in the run");
}

TEST(Parts, AValueInAnotherBucketIsSeen) {
  auto run = run_in_parts();
  run.by[0].parts[0] = part("nic", 4000, {1.0, 3.0});
  EXPECT_EQ(mismatch(run.parts("device"), run),
            "dma_latency_ns: 4 values in the parts, 4 in the run, or in other buckets");
}

TEST(Parts, WhatTheRunDoesNotHaveIsNoPartOfIt) {
  auto run = run_in_parts();
  run.by[0].parts[0].counters.push_back({"made_up", 0});
  EXPECT_EQ(mismatch(run.parts("device"), run), "made_up: no counter of the run");
}

// Over two seconds and two replications.
TEST(Parts, AreSummarisedAsIfEachWereTheRun) {
  auto second = run_in_parts();
  second.replication = 1;
  const auto summaries = part_summaries({run_in_parts(), second}, "device", 0.95);
  ASSERT_EQ(summaries.size(), 2U);
  EXPECT_EQ(summaries[0].name, "nic");
  const auto& disk = summaries[1].cases.at(0);
  EXPECT_EQ(disk.label, "iopf");
  EXPECT_EQ(disk.find("dma_throughput_bytes_per_s")->mean, 96.0 / 2.0);
  EXPECT_EQ(disk.find("dma_latency_ns.max")->mean, 300.0);
  EXPECT_EQ(summaries[0].cases.at(0).find("dma_latency_ns.max")->mean, 2.0);
  EXPECT_TRUE(part_summaries({run_of("iopf", 0)}, "device", 0.95).empty());
}

}  // namespace
}  // namespace faultpath::analysis
