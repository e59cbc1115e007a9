// The members of a run record and the encoding of histograms.
#include "scenarios/run_record.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

namespace faultpath::scenarios {
namespace {

using nlohmann::ordered_json;

models::SystemSpec spec_with_warmup(sim::Duration warmup) {
  models::SystemSpec spec;
  spec.strategy.name = "iopf";
  spec.run.seed = 7;
  spec.run.replication = 2;
  spec.run.warmup = warmup;
  return spec;
}

models::RunOutcome outcome() {
  models::RunOutcome outcome;
  outcome.fingerprint = 0xabc;
  outcome.simulated = sim::microseconds(10);
  outcome.events = 42;
  outcome.counters.faults_minor = 3;
  outcome.gauges = {{"locked_bytes", 1.5, 4096, 0}};
  outcome.series = {{"queue_depth_max", models::SeriesKind::max, sim::microseconds(5), {1.0, 2.5}}};
  outcome.trail = {sim::microseconds(4),
                   {{"nic.0", {0x1234'5678'9abc'def0, 0x00ff'0000'0000'0000}}}};
  for (std::size_t i = 0; i < models::kHostStages; ++i) {
    outcome.stages.push_back({std::string(models::stage_table()[i].name), {}});
  }
  outcome.blame = {{"p99", {}}};
  outcome.blame[0].ns[0] = 250.0;
  return outcome;
}

ordered_json record() {
  return run_record("deep", spec_with_warmup(sim::microseconds(4)), outcome(), {0.25, 1024});
}

// The bucket width that the header documents.
std::int64_t width_of(std::int64_t low, int sub_bits) {
  const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(low)));
  const int exponent = low == 0 ? 0 : bits - 1;
  return exponent <= sub_bits ? 1 : std::int64_t{1} << (exponent - sub_bits);
}

TEST(RunRecord, SaysWhichRunItWas) {
  const auto json = record();
  EXPECT_EQ(json.at("variant"), "deep");
  EXPECT_EQ(json.at("strategy"), "iopf");
  EXPECT_EQ(json.at("replication"), 2);
  EXPECT_EQ(json.at("seed"), 7);
  EXPECT_EQ(json.at("fingerprint"), "0000000000000abc");
  EXPECT_EQ(json.at("events"), 42);
  EXPECT_EQ(json.at("wall_s"), 0.25);
  EXPECT_EQ(json.at("peak_rss_bytes"), 1024);
}

TEST(RunRecord, MeasuresWhatFollowsTheWarmUp) {
  const auto json = record();
  EXPECT_EQ(json.at("simulated_ns"), 10'000.0);
  EXPECT_EQ(json.at("measured_ns"), 6'000.0);
  const auto short_run = run_record("", spec_with_warmup(sim::seconds(1)), outcome(), {});
  EXPECT_EQ(short_run.at("measured_ns"), 0.0);
}

TEST(RunRecord, HasTheStagesOfAPercentileAndTheTrailOfEachLane) {
  const auto json = record();
  EXPECT_EQ(json.at("blame_ns").at("p99").size(), models::kHostStages) << "a run without guests";
  EXPECT_EQ(json.at("blame_ns").at("p99").at("translate"), 250.0);
  EXPECT_EQ(json.at("trail").dump(),
            R"({"step_ns":4000.0,"start_ns":0.0,"lanes":{"nic.0":"123400ff"}})");
}

TEST(RunRecord, SaysHowManyGuestsThereAreAndWhoHoldsTheirMemory) {
  EXPECT_FALSE(record().contains("guests"));
  models::SystemSpec spec = spec_with_warmup({});
  spec.guests.resize(3);
  spec.guests[0].count = 4;
  spec.guests[1].backing = {"iopf", models::IopfSpec{}};
  const auto json = run_record("", spec, outcome(), {});
  EXPECT_EQ(json.at("guests").dump(), R"({"count":6,"backing":"pin + iopf"})");
}

TEST(RunRecord, HasEveryCounterOfTheTableAndNoOther) {
  const auto counters = record().at("counters");
  EXPECT_EQ(counters.size(), models::counter_table().size());
  EXPECT_EQ(counters.at("faults_minor"), 3);
  EXPECT_EQ(counters.at("dma_dropped"), 0);
}

TEST(RunRecord, WritesGaugesAndSeriesUnderTheirNames) {
  const auto json = record();
  EXPECT_EQ(json.at("gauges").at("locked_bytes").dump(), R"({"mean":1.5,"max":4096,"final":0})");
  EXPECT_EQ(json.at("series").dump(),
            R"({"step_ns":5000.0,"queue_depth_max":[1.0,2.5],"overflow_intervals_ns":[]})");
}

TEST(RunRecord, GivesAnEmptyDistributionAsZeros) {
  auto empty = outcome();
  empty.distributions.push_back({"fault_latency_ns", {}});
  const auto json = run_record("", spec_with_warmup({}), empty, {});
  const auto& distribution = json.at("distributions").at("fault_latency_ns");
  EXPECT_EQ(distribution.at("count"), 0);
  EXPECT_EQ(distribution.at("p99"), 0.0);
  EXPECT_TRUE(distribution.at("histogram").at("buckets").empty());
}

TEST(RunRecord, GivesADistributionInNanoseconds) {
  auto filled = outcome();
  sim::Histogram histogram;
  for (const int ns : {10, 20, 30, 40}) histogram.record(sim::nanoseconds(ns));
  filled.distributions.push_back({"dma_latency_ns", histogram});
  filled.stages.push_back({"queue", histogram});
  const auto json = run_record("", spec_with_warmup({}), filled, {});
  const auto& distribution = json.at("distributions").at("dma_latency_ns");
  EXPECT_EQ(distribution.at("count"), 4);
  EXPECT_EQ(distribution.at("mean"), 25.0);
  EXPECT_EQ(distribution.at("min"), 10.0);
  EXPECT_EQ(distribution.at("max"), 40.0);
  EXPECT_NEAR(distribution.at("p50").get<double>(), 20.0, 20.0 / 64.0) << "the width of a bucket";
  EXPECT_EQ(json.at("stages_ns").at("queue").at("count"), 4);
  EXPECT_EQ(json.at("stages_ns").at("queue").at("mean"), 25.0);
}

TEST(RunRecordHistogram, HasBucketsWhoseWidthFollowsFromTheirLowEnd) {
  sim::Histogram histogram;
  for (std::int64_t value = 0; value < (std::int64_t{1} << 60); value = value * 3 / 2 + 1)
    histogram.record(sim::Duration{value});
  auto filled = outcome();
  filled.distributions.push_back({"dma_latency_ns", histogram});
  const auto json = run_record("", spec_with_warmup({}), filled, {});
  const auto& encoded = json.at("distributions").at("dma_latency_ns").at("histogram");
  ASSERT_EQ(encoded.at("unit"), "ps");
  ASSERT_EQ(encoded.at("sub_bits"), 6);
  const auto buckets = histogram.buckets();
  ASSERT_EQ(encoded.at("buckets").size(), buckets.size());
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto low = encoded.at("buckets").at(i).at(0).get<std::int64_t>();
    EXPECT_EQ(low, buckets[i].low.count());
    EXPECT_EQ(low + width_of(low, 6), buckets[i].high.count());
    EXPECT_EQ(encoded.at("buckets").at(i).at(1), buckets[i].count);
  }
}

}  // namespace
}  // namespace faultpath::scenarios
