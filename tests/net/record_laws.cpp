// Reads a record as the outcome that it was made from.
#include "tests/net/record_laws.hpp"

#include <fmt/format.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/models/invariants.hpp"

namespace faultpath::net {
namespace {

using models::Seen;
using models::Shape;

sim::Duration time_of(const Json& ns) {
  return sim::picoseconds(std::llround(ns.get<double>() * 1e3));
}

Shape shape_of(const Json& json) {
  Shape shape;
  shape.count = json.at("count");
  shape.mean_ns = json.at("mean");
  if (json.contains("min")) shape.min = time_of(json["min"]);
  if (json.contains("max")) shape.max = time_of(json["max"]);
  return shape;
}

Seen seen_of(const Json& record) {
  Seen seen;
  seen.simulated = time_of(record.at("simulated_ns"));
  seen.events = record.at("events");
  for (const auto& counter : models::counter_table()) {
    seen.counters.*counter.member = record.at("counters").at(std::string(counter.name));
  }
  for (std::size_t i = 0; i < Seen::kGauges; ++i) {
    const Json& gauge = record.at("gauges").at(std::string(models::gauge_table()[i].name));
    seen.gauges[i] = {gauge.at("mean"), gauge.at("max"), gauge.at("final")};
  }
  const Json& distributions = record.at("distributions");
  for (std::size_t i = 0; i < Seen::kDistributions; ++i) {
    const auto name = std::string(models::distribution_table()[i].name);
    // Those of parts that few systems have are left out when they are empty.
    if (distributions.contains(name)) seen.distributions[i] = shape_of(distributions.at(name));
  }
  for (std::size_t i = 0; i < models::kFaultStages; ++i) {
    const auto name = std::string(models::stage_table()[i].name);
    const Json& stages = record.at("stages_ns");  // those of guests only where there are some
    if (stages.contains(name)) seen.stages[i] = shape_of(stages.at(name));
  }
  seen.completed = true;
  return seen;
}

// A level is never negative, and its mean and end are not above its peak.
void expect_gauges_in_bounds(const Json& gauges) {
  for (const auto& [name, gauge] : gauges.items()) {
    const double mean = gauge.at("mean"), max = gauge.at("max"), final = gauge.at("final");
    EXPECT_GE(mean, 0.0) << name;
    EXPECT_GE(final, 0.0) << name;
    EXPECT_LE(mean, max * (1 + 1e-9)) << name;
    EXPECT_LE(final, max) << name;
  }
}

// Where a record has series: its first run.
void expect_series_not_negative(const Json& series) {
  for (const auto& [name, values] : series.items()) {
    if (!values.is_array()) continue;  // the step
    for (const Json& value : values) {
      if (value.is_number()) EXPECT_GE(value.get<double>(), 0.0) << name;
    }
  }
}

void expect_quantiles_in_order(const Json& distributions) {
  for (const auto& [name, one] : distributions.items()) {
    double last = one.at("min");
    EXPECT_GE(last, 0.0) << name;
    for (const char* quantile : {"p50", "p90", "p95", "p99", "p999", "max"}) {
      EXPECT_LE(last, one.at(quantile).get<double>()) << name << ' ' << quantile;
      last = one.at(quantile);
    }
    EXPECT_LE(one.at("mean").get<double>(), last * (1 + 1e-9)) << name;
  }
}

// What is listed sums and merges to the whole.
void expect_parts_make_up_the_run(const Json& record, const Json& parts) {
  std::map<std::string, std::uint64_t> counters;
  std::map<std::string, std::map<std::uint64_t, std::uint64_t>> buckets;
  for (const auto& [each, part] : parts.items()) {
    for (const auto& [name, value] : part.at("counters").items())
      counters[name] += value.get<std::uint64_t>();
    for (const auto& [name, one] : part.at("distributions").items()) {
      auto& merged = buckets[name];
      for (const Json& bucket : one.at("histogram").at("buckets"))
        merged[bucket.at(0)] += bucket.at(1).get<std::uint64_t>();
    }
  }
  for (const auto& [name, sum] : counters) EXPECT_EQ(sum, record.at("counters").at(name)) << name;
  for (const auto& [name, merged] : buckets) {
    std::map<std::uint64_t, std::uint64_t> whole;
    for (const Json& bucket : record.at("distributions").at(name).at("histogram").at("buckets"))
      whole[bucket.at(0)] = bucket.at(1);
    EXPECT_EQ(merged, whole) << name;
  }
}

}  // namespace

std::string broken_laws(const models::SystemSpec& given, const Json& record) {
  models::SystemSpec spec = given;
  spec.run.warmup = time_of(record.at("simulated_ns")) - time_of(record.at("measured_ns"));
  testing::TestPartResultArray failures;
  {
    using Reporter = testing::ScopedFakeTestPartResultReporter;
    const Reporter reporter(Reporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    models::expect_invariants(spec, seen_of(record));
    expect_gauges_in_bounds(record.at("gauges"));
    expect_quantiles_in_order(record.at("distributions"));
    if (record.contains("series")) expect_series_not_negative(record["series"]);
    const Json by = record.value("by", Json::object());
    for (const auto& [dimension, parts] : by.items()) {
      expect_parts_make_up_the_run(record, parts);
    }
  }
  std::string text;
  for (int i = 0; i < failures.size(); ++i) {
    const auto& failure = failures.GetTestPartResult(i);
    text += fmt::format("{}:{}: {}", failure.file_name(), failure.line_number(), failure.message());
  }
  return text;
}

double steps_of(const Json& record) {
  const Json& counters = record.at("counters");
  double steps = record.at("events");
  for (const char* name :
       {"page_accesses", "pages_mapped", "pages_unmapped", "walk_reads", "config_reads"}) {
    steps += counters.at(name).get<double>();
  }
  return steps;
}

}  // namespace faultpath::net
