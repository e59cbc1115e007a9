// The tables for people, from estimates made by hand.
#include "cli/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/table.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

analysis::Interval interval(double mean, double half) {
  analysis::Interval result;
  result.mean = mean;
  result.low = mean - half;
  result.high = mean + half;
  result.n = 5;
  return result;
}

Report comparison() {
  Report report{"demo", "A demonstration.", 7, 5, 0.95, {}, {}, {}};
  report.cases = {
      {"pin", {{"dma_latency_ns.p50", interval(1000, 10)}, {"queue_overflows", interval(0, 0)}}},
      {"iopf",
       {{"dma_latency_ns.p50", interval(1500, 10)},
        {"fault_latency_ns.p50", interval(20'000, 500)},
        {"queue_overflows", interval(3, 0)}}}};
  report.paired = {
      {"iopf - pin",
       {{"dma_latency_ns.p50", interval(500, 15)}, {"queue_overflows", interval(3, 4)}}}};
  return report;
}

// The first line that contains `words`, from `from` on.
std::string line_with(const std::string& text, const std::string& words, std::size_t from = 0) {
  const auto at = text.find(words, from);
  if (at == std::string::npos) return "no line with " + words;
  const auto begin = text.rfind('\n', at) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

TEST(Report, NamesScenarioReplicationsAndSeed) {
  const auto text = report_text(comparison(), {});
  EXPECT_THAT(text, HasSubstr("demo: A demonstration.\n5 replications from seed 7\n"));
}

TEST(Report, ShowsEachCaseWithItsInterval) {
  const auto line = line_with(report_text(comparison(), {}), "p50");
  EXPECT_THAT(line, HasSubstr("DMA latency"));
  EXPECT_THAT(line, HasSubstr("1.00 ± 0.01 us"));
  EXPECT_THAT(line, HasSubstr("1.50 ± 0.01 us"));
}

TEST(Report, MarksAQuantileThatTheRunsAreTooShortFor) {
  auto report = comparison();
  EXPECT_THAT(report_text(report, {}), Not(HasSubstr("too short")));
  report.cases[1].estimates[0].effective = 0.9;
  const auto text = report_text(report, {});
  EXPECT_THAT(line_with(text, "p50"), HasSubstr("? 1.50 ± 0.01 us"));
  EXPECT_THAT(text, HasSubstr("?: the runs are too short for this quantile"));
}

TEST(Report, SaysWhetherAPrecisionWasReached) {
  auto report = comparison();
  report.precision = PrecisionOutcome{0.05, {}, true};
  EXPECT_THAT(report_text(report, {}), HasSubstr("from seed 7\nprecision 5 % reached\n"));
  report.precision = PrecisionOutcome{0.05, {{"iopf", "dma_latency_ns.p99", 0.083}}, false};
  EXPECT_THAT(report_text(report, {}),
              HasSubstr("precision 5 % not reached: iopf dma_latency_ns.p99 ± 8.3 %\n"));
}

TEST(Report, ShowsADashForWhatDidNotHappen) {
  const auto line = line_with(report_text(comparison(), {}), "fault latency  p50");
  EXPECT_THAT(line, HasSubstr("-    20.0 ± 0.5 us"));
}

TEST(Report, ShowsDroppedOperationsAndFatalFaultsWhereACaseHasThem) {
  auto report = comparison();
  for (auto& one : report.cases) {
    one.estimates.push_back({"dma_dropped", interval(0, 0)});
    one.estimates.push_back({"faults_fatal", interval(0, 0)});
  }
  EXPECT_THAT(report_text(report, {}), Not(HasSubstr("dropped")));
  EXPECT_THAT(report_text(report, {}), Not(HasSubstr("fatal")));
  report.cases[1].estimates.rbegin()[1] = {"dma_dropped", interval(40, 0)};
  EXPECT_THAT(line_with(report_text(report, {}), "dropped"), HasSubstr("40"));
  EXPECT_THAT(report_text(report, {}), Not(HasSubstr("fatal")));
  report.cases[1].estimates.rbegin()[0] = {"faults_fatal", interval(7, 0)};
  const auto text = report_text(report, {});
  EXPECT_THAT(line_with(text, "fatal "), HasSubstr("7"));
  EXPECT_THAT(text, HasSubstr("Fatal faults ended without a translation."));
}

TEST(Report, MarksOnlyDifferencesWhoseIntervalExcludesZero) {
  const auto text = report_text(comparison(), {});
  const auto differences = text.find("Difference to pin");
  ASSERT_NE(differences, std::string::npos);
  EXPECT_THAT(line_with(text, "p50", differences), HasSubstr("+500 ± 15 ns    +50 % *"));
  EXPECT_THAT(line_with(text, "overflows", differences), HasSubstr("+3.00 ± 4.00"));
  EXPECT_THAT(line_with(text, "overflows", differences), Not(HasSubstr("*")));
}

TEST(Report, ColoursAHigherLatencyAsWorseAndAHigherThroughputAsBetter) {
  auto report = comparison();
  const std::string metric = "dma_throughput_bytes_per_s";
  report.cases[0].estimates.push_back({metric, interval(1e9, 1e6)});
  report.paired[0].estimates.push_back({metric, interval(2e9, 1e6)});
  const auto text = report_text(report, {.colour = true});
  EXPECT_THAT(text, HasSubstr("\033[31m+500 ± 15 ns    +50 % *\033[0m"));
  EXPECT_THAT(text, HasSubstr("\033[32m+2.000 ± 0.001 GB/s"));
}

TEST(Report, HasNoEscapesWithoutColour) {
  EXPECT_THAT(report_text(comparison(), {}), Not(HasSubstr("\033")));
}

TEST(Report, FitsIntoAHundredColumnsWithManyCases) {
  auto report = comparison();
  for (int i = 0; i < 9; ++i) {
    report.cases.push_back(report.cases[1]);
    report.paired.push_back(report.paired[0]);
  }
  std::istringstream lines(report_text(report, {}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 100u) << line;
}

TEST(Report, OfOneReplicationSpeaksOfNoIntervals) {
  Report report{"demo", "", 7, 1, 0.95, {{"pin", {}}}, {}, {}};
  const auto text = report_text(report, {});
  EXPECT_THAT(text, HasSubstr("1 replication from seed 7"));
  EXPECT_THAT(text, Not(HasSubstr("±")));
}

}  // namespace
}  // namespace faultpath::cli
