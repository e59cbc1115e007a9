// What the charts are given.
#include "analysis/report/panels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/analysis/report/sample.hpp"

namespace faultpath::analysis::report {
namespace {

// 1, 2, ..., `count` microseconds.
std::vector<double> microseconds(int count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 1.0);
  for (double& value : values) value *= 1000.0;
  return values;
}

Json tail_of(const std::vector<Sketch>& sketches) {
  const std::vector<Source> sources{source_of("s", sketches)};
  return tails_data(Entries(sources));
}

TEST(TailPanel, EndsWhereFewerThanTenValuesLieBeyond) {
  const auto line =
      tail_of({{.strategy = "pin", .latencies_ns = microseconds(1000)}})[0]["lines"][0];
  const auto grid = rarities();
  const double last = grid[line["values"].size() - 1], next = grid[line["values"].size()];
  EXPECT_LE(last, 100.0);  // 1000 values: ten beyond p99
  EXPECT_GT(next, 100.0);
}

TEST(TailPanel, BeginsWithTheLeastValueAndRises) {
  const auto line =
      tail_of({{.strategy = "pin", .latencies_ns = microseconds(1000)}})[0]["lines"][0];
  EXPECT_EQ(line["values"][0], 1000.0);
  EXPECT_TRUE(std::ranges::is_sorted(line["values"]));
}

// Evenly from 100 to 1100 us and from 500 to 1500 us: the medians lie d = 200 us on either side of
// that of all. S^2 = 2 d^2 and half = t S / sqrt(2) = t d, with t(0.975; 1) = 12.706. Buckets of
// 8.4 us hold eight or nine values, so that a median is right to one of them, 1 us.
TEST(TailPanel, HasTheIntervalOfTheReplicationsAroundTheMergedQuantile) {
  auto low = microseconds(1000), high = low;
  for (double& value : low) value += 100'000.0;
  for (double& value : high) value += 500'000.0;
  const auto tails = tail_of({{.strategy = "pin", .replication = 0, .latencies_ns = low},
                              {.strategy = "pin", .replication = 1, .latencies_ns = high}});
  const auto& line = tails[0]["lines"][0];
  const auto grid = rarities();
  const auto median = static_cast<std::size_t>(std::ranges::find(grid, Json(2.0)) - grid.begin());
  EXPECT_NEAR(line["values"][median].get<double>(), 800'000.0, 2'000.0);
  const double half = line["high"][median].get<double>() - line["values"][median].get<double>();
  EXPECT_NEAR(half, 12.706 * 200'000.0, 12.706 * 2'000.0);
}

TEST(TailPanel, IsFaintWhereReplicationsDisagreeAboutTheTail) {
  // One replication has the whole tail: its share above p90 is 20 %, the other's none.
  auto calm = std::vector<double>(1000, 1000.0), wild = calm;
  for (std::size_t i = 0; i < 200; ++i) wild[i] = 50'000.0 + 100.0 * static_cast<double>(i);
  const auto line =
      tail_of({{.strategy = "pin", .replication = 0, .latencies_ns = calm},
               {.strategy = "pin", .replication = 1, .latencies_ns = wild}})[0]["lines"][0];
  EXPECT_LT(line["sure"].get<std::size_t>(), line["values"].size());
}

TEST(TailPanel, LeavesOutADistributionOfFewerThanTenValues) {
  EXPECT_TRUE(tail_of({{.strategy = "pin", .latencies_ns = {1, 2, 3}}}).is_null());
}

TEST(StagePanel, IsTheMeanOverReplicationsAndLeavesOutCasesWithoutFaults) {
  const std::vector<Source> sources{source_of(
      "s", {{.strategy = "pin"},
            {.strategy = "iopf", .replication = 0, .stages_ns = {{"work_queue", 10.0}}},
            {.strategy = "iopf", .replication = 1, .stages_ns = {{"work_queue", 30.0}}}})};
  const auto data = stages_data(Entries(sources));
  EXPECT_EQ(data["names"], Json::array({"work queue"}));
  EXPECT_EQ(data["groups"].size(), 1);
  EXPECT_EQ(data["groups"][0]["rows"], Json::parse(R"([{"case": 1, "ns": [20.0]}])"));
}

TEST(BlamePanel, HasARowForEachPercentileThatTheResultHas) {
  const Json blame{{"p50", {{"queue", 1.0}}}, {"p999", {{"queue", 9.0}}}};
  const std::vector<Source> sources{
      source_of("s", {{.strategy = "iopf", .stages_ns = {{"queue", 2.0}}, .blame_ns = blame}})};
  const Entries entries(sources);
  const auto rows = blame_data(entries)[0]["rows"];
  EXPECT_EQ(rows, Json::parse(R"([{"percentile": "p50", "ns": [1.0]},
                                  {"percentile": "p99.9", "ns": [9.0]}])"));
  EXPECT_EQ(stages_data(entries)["groups"].size(), 3);
}

TEST(BlamePanel, IsLeftOutWithoutBlame) {
  const std::vector<Source> sources{source_of("s", {{.strategy = "pin"}})};
  EXPECT_TRUE(blame_data(Entries(sources)).is_null());
}

Json series_of(const Json& series) {
  const std::vector<Source> sources{source_of("s", {{.strategy = "iopf", .series = series}})};
  return series_data(Entries(sources));
}

TEST(SeriesPanel, ShowsOperationsAsARateAndNoLatencyWhereNoneCompleted) {
  const auto rows = series_of(
      {{"step_ns", 500.0}, {"operations", {4, 0}}, {"dma_latency_ns_mean", {80.0, 0.0}}})["rows"];
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0]["lines"][0]["values"], Json({8e6, 0.0}));  // 4 in 500 ns
  EXPECT_EQ(rows[1]["lines"][0]["values"], Json({80.0, nullptr}));
}

TEST(SeriesPanel, LeavesOutRowsOfZeros) {
  const auto rows =
      series_of({{"step_ns", 1.0}, {"operations", {1}}, {"locked_bytes", {0}}})["rows"];
  EXPECT_EQ(rows.size(), 1);
}

TEST(SeriesPanel, CarriesWhenTheQueueOverflowed) {
  const auto rows = series_of({{"step_ns", 1.0},
                               {"queue_depth_max", {5}},
                               {"overflow_intervals_ns", {{10.0, 20.0}}}})["rows"];
  EXPECT_EQ(rows[0]["overflows"], Json::parse(R"([{"case": 0, "from": 10.0, "to": 20.0}])"));
}

TEST(SeriesPanel, IsLeftOutWithoutSeries) { EXPECT_TRUE(series_of(Json::object()).is_null()); }

TEST(MemoryPanel, IsLeftOutWhenAllLockTheSame) {
  const std::vector<Source> same{source_of("s", {{.strategy = "a"}, {.strategy = "b"}})};
  EXPECT_TRUE(memory_data(Entries(same)).is_null());
  const std::vector<Source> other{
      source_of("s", {{.strategy = "a"}, {.strategy = "b", .locked_bytes = 4096}})};
  const auto points = memory_data(Entries(other));
  ASSERT_EQ(points.size(), 2);
  EXPECT_EQ(points[1]["locked"], 4096.0);
  EXPECT_EQ(points[1]["tail"], 400.0);
}

TEST(LimitsPanel, IsLeftOutWithoutACurve) {
  const std::vector<Source> sources{source_of("s", {{.strategy = "a"}})};
  EXPECT_TRUE(limits_data(Entries(sources)).is_null());
}

TEST(LimitsPanel, HasTheCasesOfTheCurveWithTheirIntervals) {
  std::vector<Source> sources{source_of("s", {{.strategy = "a"}, {.strategy = "b"}})};
  sources[0].result.curve = Json::parse(R"({
      "metric": "dma_latency_ns.p99",
      "knee": {"metric": "dma_latency_ns.p99", "limit_bytes": 8192, "bound": 21.0},
      "target": {"metric": "faults_minor", "limit_bytes": null, "bound": 5.0},
      "predicted": [{"limit_bytes": 4096, "faults": {"mean": 9, "low": null, "high": null}}],
      "simulated": [{"limit_bytes": 8192, "case": "b", "faults": {"mean": 7, "low": 6, "high": 8},
                     "metric": {"mean": 20.0, "low": -5.0, "high": 45.0}},
                    {"limit_bytes": 4096, "case": "gone", "faults": {"mean": 9},
                     "metric": null}]})");
  const auto limits = limits_data(Entries(sources));
  EXPECT_EQ(limits["unit"], "duration");
  EXPECT_EQ(limits["predicted"][0]["faults_high"], 9.0);
  ASSERT_EQ(limits["simulated"].size(), 1);
  EXPECT_EQ(limits["simulated"][0]["case"], 1);
  EXPECT_EQ(limits["simulated"][0]["faults_low"], 6.0);
  EXPECT_EQ(limits["simulated"][0]["metric_low"], 0.2);  // an axis of logarithms goes on
  EXPECT_EQ(limits["knee"]["limit"], 8192.0);
  EXPECT_EQ(limits["knee"]["bound"], 21.0);
  EXPECT_TRUE(limits["target"]["limit"].is_null());  // no limit meets it
  EXPECT_TRUE(limits["target"]["bound"].is_null());  // and another metric is drawn
}

TEST(Entries, NameTheirSourceOnlyWhenThereAreSeveral) {
  std::vector<Source> sources{source_of("one", {{.strategy = "pin"}, {.strategy = "iopf"}})};
  EXPECT_EQ(Entries(sources).all()[1].label, "iopf");
  sources.push_back(source_of("two", {{.strategy = "pin"}}));
  const Entries entries(sources);
  EXPECT_EQ(entries.all()[1].label, "one: iopf");
  EXPECT_EQ(entries.all()[1].base, &entries.all()[0]);
  EXPECT_EQ(entries.all()[2].label, "two: pin");
  EXPECT_EQ(entries.all()[2].base, nullptr);
}

}  // namespace
}  // namespace faultpath::analysis::report
