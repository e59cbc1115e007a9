// The verdicts of a check on results made by hand.
#include "analysis/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/runs.hpp"

namespace faultpath::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kReplications = 10;

// Latencies of 1 to 2 us at equal distances, `factor` times as long; replications differ by a
// little that both sides of a pair share.
std::vector<double> latencies(std::uint64_t replication, double factor, std::size_t count) {
  const double shared = 1.0 + 0.001 * static_cast<double>(replication % 5);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(1000.0 * (1.0 + static_cast<double>(i) / static_cast<double>(count)) * shared *
                     factor);
  return values;
}

struct Change {
  double latency = 1.0;  ///< factor of every DMA latency
  double noise = 0.0;    ///< of the factor, alternating between replications
  std::size_t count = 2000;
  std::uint64_t seed = 1;
  std::uint64_t bytes = 1'000'000;
};

Runs runs_of(const Change& change, const std::string& strategy = "iopf") {
  Runs runs;
  for (std::uint64_t i = 0; i < kReplications; ++i) {
    const double noise = i % 2 == 0 ? change.noise : -change.noise;
    auto run =
        run_of(strategy, i,
               {distribution_of("dma_latency_ns",
                                latencies(i, change.latency * (1.0 + noise), change.count))});
    run.seed = change.seed;
    run.fingerprint = std::string(15, 'a') + (change.latency == 1.0 && change.noise == 0.0 &&
                                                      change.seed == 1 && change.bytes == 1'000'000
                                                  ? "a"
                                                  : "b");
    run.counters = {{"dma_operations", 1000}, {"dma_bytes", change.bytes}};
    runs.push_back(std::move(run));
  }
  return runs;
}

Result result_of(Runs runs) {
  Result result;
  result.scenario.name = "by hand";
  result.runs = std::move(runs);
  return result;
}

const Result& base() {
  static const Result result = result_of(runs_of({}));
  return result;
}

Check check_of(const Change& change, const Margins& margins = {}) {
  return check(base(), result_of(runs_of(change)), margins);
}

const MetricCheck& metric_of(const Check& check, std::string_view name) {
  for (const auto& metric : check.cases.at(0).metrics)
    if (metric.metric == name) return metric;
  throw std::runtime_error("no metric " + std::string{name});
}

TEST(Check, OfAResultWithItselfIsIdentical) {
  const auto same = check_of({});
  EXPECT_EQ(same.outcome, Outcome::identical);
  EXPECT_TRUE(same.cases.at(0).is_identical);
  EXPECT_THAT(same.contradictions, IsEmpty());
}

TEST(Check, OfAnotherTrajectoryWithTheSameLatenciesIsTheSame) {
  auto runs = runs_of({});
  for (auto& run : runs) run.fingerprint = "ffffffffffffffff";
  const auto changed = check(base(), result_of(runs), {});
  EXPECT_EQ(changed.outcome, Outcome::same);
  EXPECT_EQ(metric_of(changed, "dma_latency.p99").verdict, Verdict::same);
}

TEST(Check, IsWorseWhenEveryLatencyGrowsByMoreThanItsMargin) {
  const auto worse = check_of({.latency = 1.08, .noise = 0.002});
  EXPECT_EQ(worse.outcome, Outcome::worse);
  EXPECT_TRUE(worse.cases.at(0).is_paired);
  const auto& p99 = metric_of(worse, "dma_latency.p99");
  EXPECT_EQ(p99.verdict, Verdict::worse);
  EXPECT_NEAR(p99.change->mean, 0.08, 0.002);
  EXPECT_LT(*p99.change->low, p99.change->mean);
}

TEST(Check, IsBetterWhenTheyShrink) {
  EXPECT_EQ(check_of({.latency = 0.9, .noise = 0.002}).outcome, Outcome::better);
}

TEST(Check, CallsAChangeWithinTheMarginTheSameHoweverCertainItIs) {
  const auto small = check_of({.latency = 1.01});
  const auto& p50 = metric_of(small, "dma_latency.p50");
  EXPECT_LT(p50.p, 1e-6);
  EXPECT_EQ(p50.verdict, Verdict::same);
}

TEST(Check, TakesTheMarginThatIsGiven) {
  Margins margins;
  margins.set("dma_latency.mean", 0.005);
  const auto small = check_of({.latency = 1.01}, margins);
  EXPECT_EQ(metric_of(small, "dma_latency.mean").verdict, Verdict::worse);
  EXPECT_EQ(metric_of(small, "dma_latency.p50").verdict, Verdict::same);
}

TEST(Check, IsInconclusiveWhenTheNoiseHidesWhatHappenedAndSaysHowManyRunsWouldTell) {
  const auto noisy = check_of({.latency = 1.0, .noise = 0.06});
  const auto& p50 = metric_of(noisy, "dma_latency.p50");
  EXPECT_EQ(p50.verdict, Verdict::inconclusive);
  ASSERT_TRUE(p50.replications);
  // Logarithms of 1.06 and 0.94: mean -0.0018, deviation 0.0601 * sqrt(10 / 9) = 0.0633. With
  // t(0.95, 107) + t(0.90, 107) = 2.949: (2.949 * 0.0633 / (log 1.02 - 0.0018))^2 = 107.6.
  EXPECT_NEAR(static_cast<double>(*p50.replications), 108.0, 4.0);
}

TEST(Check, ComparesResultsOfOtherSeedsUnpaired) {
  const auto unpaired = check_of({.latency = 1.08, .noise = 0.002, .seed = 2});
  EXPECT_FALSE(unpaired.cases.at(0).is_paired);
  EXPECT_EQ(unpaired.outcome, Outcome::worse);
}

TEST(Check, LessThroughputIsWorse) {
  auto less = check_of({.bytes = 900'000});
  EXPECT_EQ(metric_of(less, "throughput").verdict, Verdict::worse);
  EXPECT_EQ(metric_of(check_of({.bytes = 1'100'000}), "throughput").verdict, Verdict::better);
}

// Half of the operations hit and take 1 us, the others fault and take 10: the median lies between.
Runs two_modes(std::size_t hits, char fingerprint) {
  Runs runs;
  for (std::uint64_t i = 0; i < kReplications; ++i) {
    const auto own = i % 2 == 0 ? hits + 3 : hits - 3;
    std::vector<double> values(own, 1000.0);
    values.resize(2000, 10000.0);
    auto run = run_of("iopf", i, {distribution_of("dma_latency_ns", values)});
    run.fingerprint = std::string(16, fingerprint);
    runs.push_back(std::move(run));
  }
  return runs;
}

TEST(Check, AQuantileBetweenTwoModesIsTheSameWhenItsProbabilityIs) {
  const auto between = check(result_of(two_modes(1000, 'a')), result_of(two_modes(1003, 'b')), {});
  const auto& p50 = metric_of(between, "dma_latency.p50");
  EXPECT_GT(*p50.change->high - *p50.change->low, 0.5);  // far too wide for a margin of 2 %
  EXPECT_EQ(p50.verdict, Verdict::same);
}

TEST(Check, AQuantileThatTooFewValuesLieBeyondIsNotTested) {
  // 400 * 0.01 = 4 values beyond p99; 5 are needed, so runs of 1.25 times the length, rounded up.
  Runs short_runs = runs_of({.count = 400});
  for (auto& run : short_runs) run.fingerprint = "ffffffffffffffff";
  const auto few = check(base(), result_of(short_runs), {});
  std::vector<std::string> left;
  for (const auto& one : few.cases.at(0).not_tested) left.push_back(one.metric);
  EXPECT_THAT(left, ElementsAre("dma_latency.p99", "dma_latency.p999"));
  EXPECT_EQ(few.cases.at(0).not_tested[0].why,
            "4 values beyond it in a replication, 5 are needed: run 2 times longer");
}

Runs with_counter(const std::string& name, std::uint64_t value, std::uint64_t operations = 1000) {
  auto runs = runs_of({});
  for (auto& run : runs) {
    run.fingerprint = std::string(16, static_cast<char>('b' + value % 4));
    run.counters[0].value = operations;
    run.counters.push_back({name, value});
  }
  return runs;
}

Verdict verdict_of_counter(const std::string& name, std::uint64_t base, std::uint64_t now,
                           std::uint64_t operations = 1000) {
  return metric_of(check(result_of(with_counter(name, base)),
                         result_of(with_counter(name, now, operations)), {}),
                   name)
      .verdict;
}

TEST(Check, CountersAreComparedForEachOperation) {
  EXPECT_EQ(verdict_of_counter("walk_reads", 100'000, 110'001), Verdict::worse);
  EXPECT_EQ(verdict_of_counter("walk_reads", 100'000, 110'001, 1100), Verdict::same);
  EXPECT_EQ(verdict_of_counter("atc_hits", 100'000, 110'001), Verdict::better);
}

TEST(Check, ACountIsTheSameWithinTwiceItsOwnNoise) {
  // 2 / sqrt(400) = 10 %.
  EXPECT_EQ(verdict_of_counter("evictions", 400, 431), Verdict::same);
  EXPECT_EQ(verdict_of_counter("evictions", 400, 449), Verdict::worse);
}

TEST(Check, ACounterThatMustStayZeroAndDoesNotIsWorse) {
  const auto appeared =
      check(result_of(with_counter("timeouts", 0)), result_of(with_counter("timeouts", 1)), {});
  EXPECT_EQ(appeared.outcome, Outcome::worse);
  EXPECT_EQ(metric_of(appeared, "timeouts").now, 1.0);
  EXPECT_FALSE(metric_of(appeared, "timeouts").change);
}

TEST(Check, AnotherCounterThatAppearsIsNamedOnly) {
  const auto appeared =
      check(result_of(with_counter("evictions", 0)), result_of(with_counter("evictions", 1)), {});
  EXPECT_NE(appeared.outcome, Outcome::worse);
  EXPECT_EQ(appeared.cases.at(0).not_tested.back().metric, "evictions");
}

TEST(Check, EqualFingerprintsWithOtherDataAreAContradiction) {
  auto runs = runs_of({});
  runs[3].counters[1].value += 1;
  const auto check = analysis::check(base(), result_of(runs), {});
  EXPECT_THAT(check.contradictions, ElementsAre("iopf, seed 1, replication 3"));
  EXPECT_NE(check.outcome, Outcome::identical);
}

TEST(Check, AnotherScenarioMayCountOtherThingsOnTheSameTrajectory) {
  auto now = result_of(runs_of({}));
  now.runs[3].counters[1].value += 1;
  now.scenario.resolved["warmup"] = "1ms";
  const auto check = analysis::check(base(), now, {});
  EXPECT_THAT(check.contradictions, IsEmpty());
  ASSERT_EQ(check.changed_keys.size(), 1u);
  EXPECT_EQ(check.changed_keys[0].path, "warmup");
}

TEST(Check, ACounterOfANewerProgramDoesNotMakeOldRunsDiffer) {
  auto runs = runs_of({});
  for (auto& run : runs) run.counters.push_back({"of_a_later_version", 5});
  EXPECT_EQ(check(base(), result_of(runs), {}).outcome, Outcome::identical);
}

TEST(Check, ACaseThatIsGoneIsNotTheSame) {
  auto both = runs_of({});
  for (auto& run : runs_of({}, "pin")) both.push_back(std::move(run));
  const auto lost = check(result_of(both), base(), {});
  EXPECT_EQ(lost.outcome, Outcome::inconclusive);
  EXPECT_THAT(lost.only_base, ElementsAre("pin"));
  const auto won = check(base(), result_of(both), {});
  EXPECT_EQ(won.outcome, Outcome::identical);
  EXPECT_THAT(won.only_now, ElementsAre("pin"));
}

TEST(Check, OneReplicationSaysNothingAboutADifference) {
  auto runs = runs_of({.latency = 2.0});
  runs.resize(1);
  const auto one = check(base(), result_of(runs), {});
  EXPECT_EQ(one.outcome, Outcome::inconclusive);
  EXPECT_THAT(one.cases.at(0).metrics, IsEmpty());
}

TEST(Check, RefusesHistogramsOfDifferentResolution) {
  auto other = base();
  auto& histogram = other.runs[0].distributions[0].histogram;
  histogram = Histogram{7, histogram.buckets()};
  EXPECT_THROW(check(base(), other, {}), ResultError);
}

TEST(Check, NamesTheStageWhoseMeanChangedMost) {
  auto before = runs_of({}), after = runs_of({.latency = 1.2});
  for (auto& run : before) run.stages = {{"queue", 10, 50.0, 0.0}, {"handle", 10, 700.0, 0.0}};
  for (auto& run : after) run.stages = {{"queue", 10, 40.0, 0.0}, {"handle", 10, 900.0, 0.0}};
  const auto stages = check(result_of(before), result_of(after), {}).cases.at(0).stages;
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(stages[0].stage, "handle");
  EXPECT_EQ(stages[0].now - stages[0].base, 200.0);
}

}  // namespace
}  // namespace faultpath::analysis
