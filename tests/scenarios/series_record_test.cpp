// Series of a result: one step for all, with values by hand.
#include "scenarios/series_record.hpp"

#include <gtest/gtest.h>

namespace faultpath::scenarios {
namespace {

using models::SeriesKind;
using nlohmann::ordered_json;

constexpr sim::Duration kStep{std::int64_t{1} << 20};

// Two and a half steps.
models::RunOutcome outcome() {
  models::RunOutcome outcome;
  outcome.simulated = 2 * kStep + kStep / 2;
  outcome.series = {{"mapped_bytes", SeriesKind::level, kStep, {4.0, 8.0, 2.0}},
                    {"queue_depth_max", SeriesKind::max, 2 * kStep, {7.0, 3.0}},
                    {"operations", SeriesKind::sum, kStep, {1.0, 3.0, 5.0}},
                    {"dma_latency_ns_mean", SeriesKind::per_operation, kStep, {10.0, 20.0, 30.0}}};
  outcome.overflow_intervals = {{kStep / 4, kStep / 2}, {kStep, 2 * kStep}};
  return outcome;
}

TEST(SeriesRecord, TakesTheWidestStep) {
  const auto record = series_record(outcome());
  EXPECT_EQ(record.at("step_ns"), 2097.152);
  EXPECT_EQ(record.at("mapped_bytes").dump(), "[6.0,2.0]");
  EXPECT_EQ(record.at("queue_depth_max").dump(), "[7.0,3.0]");
  EXPECT_EQ(record.at("operations").dump(), "[4.0,5.0]");
  EXPECT_EQ(record.at("dma_latency_ns_mean").dump(), "[17.5,30.0]") << "(1 * 10 + 3 * 20) / 4";
}

TEST(SeriesRecord, JoinsOverflowsThatLieCloserThanAStep) {
  EXPECT_EQ(series_record(outcome()).at("overflow_intervals_ns").dump(), "[[262.144,2097.152]]");
}

TEST(SeriesRecord, WhatCompletesAtTheEndBelongsToTheLastStep) {
  models::RunOutcome run;
  run.simulated = 2 * kStep;
  run.series = {{"operations", SeriesKind::sum, kStep, {1.0, 2.0, 1.0}},
                {"dma_latency_ns_mean", SeriesKind::per_operation, kStep, {10.0, 20.0, 50.0}}};
  const auto record = series_record(run);
  EXPECT_EQ(record.at("operations").dump(), "[1.0,3.0]");
  EXPECT_EQ(record.at("dma_latency_ns_mean").dump(), "[10.0,30.0]");
}

TEST(SeriesRecord, HasZerosWhereASeriesEndsEarlier) {
  models::RunOutcome run;
  run.simulated = 4 * kStep;
  run.series = {{"operations", SeriesKind::sum, kStep, {1.0}}};
  EXPECT_EQ(series_record(run).at("operations").dump(), "[1.0,0.0,0.0,0.0]");
}

TEST(SeriesRecord, HasBoundedStepsWhereNothingEverHappens) {
  models::RunOutcome run;
  run.simulated = 512 * 1024 * kStep;
  run.series = {{"operations", SeriesKind::sum, kStep, std::vector<double>(512, 0.0)},
                {"dma_latency_ns_mean", SeriesKind::per_operation, kStep, {}}};
  const auto record = series_record(run);
  EXPECT_EQ(record.at("step_ns"), 1024 * sim::to_ns(kStep));
  EXPECT_EQ(record.at("operations").size(), 512U);
  EXPECT_EQ(record.at("dma_latency_ns_mean").size(), 512U);
}

TEST(SeriesRecord, IsEmptyWithoutSeries) { EXPECT_TRUE(series_record({}).empty()); }

ordered_json run_of(unsigned replication, const models::RunOutcome& outcome) {
  return {{"replication", replication},
          {"simulated_ns", sim::to_ns(outcome.simulated)},
          {"series", series_record(outcome)}};
}

// Four and a half steps, in steps of four: a last step of half a narrow one.
TEST(SeriesOfAnExperiment, HaveOneStepForAllCases) {
  models::RunOutcome longer;
  longer.simulated = 4 * kStep + kStep / 2;
  longer.series = {{"mapped_bytes", SeriesKind::level, 4 * kStep, {1.0, 9.0}}};
  ordered_json runs{run_of(0, outcome()), run_of(0, longer)};
  keep_series_of_first(runs);
  EXPECT_EQ(runs[0]["series"]["step_ns"], 4194.304);
  EXPECT_EQ(runs[0]["series"]["mapped_bytes"].dump(), "[5.2]") << "(2 * 6 + 0.5 * 2) / 2.5";
  EXPECT_EQ(runs[0]["series"]["operations"].dump(), "[9.0]");
  EXPECT_EQ(runs[1]["series"]["mapped_bytes"].dump(), "[1.0,9.0]");
}

TEST(SeriesOfAnExperiment, AreThoseOfTheFirstReplication) {
  ordered_json runs{run_of(0, outcome()), run_of(1, outcome())};
  keep_series_of_first(runs);
  EXPECT_FALSE(runs[0]["series"].empty());
  EXPECT_TRUE(runs[1]["series"].empty());
}

}  // namespace
}  // namespace faultpath::scenarios
