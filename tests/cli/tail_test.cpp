// Lines of quantiles, from latencies whose quantiles are known.
#include "cli/tail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/analysis/runs.hpp"

namespace faultpath::cli {
namespace {

using analysis::run_of;
using analysis::run_with_faults;
using analysis::Runs;

// So many values of each latency, in microseconds.
using Levels = std::vector<std::pair<std::size_t, double>>;

void add(Runs& runs, const std::string& label, std::uint64_t replication, const Levels& levels) {
  std::vector<double> values;
  for (const auto& [count, us] : levels) values.insert(values.end(), count, 1e3 * us);
  runs.push_back(run_of(label, replication, {analysis::distribution_of("dma_latency_ns", values)}));
}

// The axis has eight levels from 1 to 256 us, so a factor of two each: 6 us stands on the third,
// 24 us on the fifth, 96 us on the seventh.
Runs some_runs() {
  Runs runs;
  add(runs, "a", 0, {{600, 1}, {360, 6}, {30, 24}, {10, 256}});
  add(runs, "b", 0, {{100, 6}});
  // Around the median the replications differ by so much that it says nothing; further out they
  // are equal.
  add(runs, "c", 0, {{1, 6}, {79, 24}, {20, 96}});
  add(runs, "c", 1, {{79, 6}, {1, 24}, {20, 96}});
  add(runs, "none", 0, {});
  return runs;
}

std::string only_tail(const Runs& runs, const Display& display) {
  const auto tails = tails_of(runs);
  EXPECT_EQ(tails.size(), 1u);
  return tail_text(tails.at(0), display);
}

// With 1000 values one lies beyond p99.9, with 100 one beyond p99.
TEST(Tail, IsALineACaseWithTenStepsForEachFactorOfTen) {
  EXPECT_EQ(only_tail(some_runs(), {}),
            "Tail of the DMA latency: ▁ 1.01 us to █ 256 us, logarithmic on both axes\n"
            "\n"
            "       p50    p90       p99       p99.9\n"
            "a      ▁▃▃▃▃▃▃▃▃▃▃▅▅▅▅▅▅▅██████████\n"
            "b      ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃\n"
            "c      ?▅▅▅▇▇▇▇▇▇▇▇▇▇▇▇▇▇\n"
            "none   -\n");
}

TEST(Tail, IsAsciiWhereTheLocaleKnowsNoMore) {
  EXPECT_EQ(only_tail(some_runs(), {.utf8 = false}),
            "Tail of the DMA latency: . 1.01 us to @ 256 us, logarithmic on both axes\n"
            "\n"
            "       p50    p90       p99       p99.9\n"
            "a      .----------+++++++@@@@@@@@@@\n"
            "b      ------------------\n"
            "c      ?+++##############\n"
            "none   -\n");
}

TEST(Tail, HasFewerStepsWhereLinesAreShort) {
  EXPECT_EQ(only_tail(some_runs(), {.columns = 24}),
            "Tail of the DMA latency:\n"
            "▁ 1.01 us to █ 256 us,\n"
            "logarithmic on both axes\n"
            "\n"
            "       p50 p90   p99   p99.9\n"
            "a      ▁▃▃▃▃▃▃▅▅▅▅██████\n"
            "b      ▃▃▃▃▃▃▃▃▃▃▃\n"
            "c      ?▅▅▇▇▇▇▇▇▇▇\n"
            "none   -\n");
}

// The median is at 50/60 of the bucket of 6 us, which begins at 91 * 65536 ps.
TEST(Tail, StandsBelowALabelThatLeavesNoRoom) {
  Runs runs;
  add(runs, "a_long_label_of_a_case", 0, {{60, 6}, {40, 48}});
  EXPECT_EQ(only_tail(runs, {.columns = 24}),
            "Tail of the DMA latency:\n"
            "▁ 6.02 us to █ 48.0 us,\n"
            "logarithmic on both axes\n"
            "\n"
            "  p50    p90       p99\n"
            "a_long_label_of_a_case\n"
            "  ▁█████████████████\n");
}

TEST(Tail, OfLatenciesThatAreAllEqualIsFlat) {
  Runs runs;
  add(runs, "a", 0, {{10, 6}});
  EXPECT_EQ(only_tail(runs, {}),
            "Tail of the DMA latency: ▁ 6.00 us to █ 6.00 us, logarithmic on both axes\n"
            "\n"
            "    p50    p90\n"
            "a   ▁▁▁▁▁▁▁▁\n");
}

// A replication of one value has less than one beyond its median.
TEST(Tail, OfTooFewValuesIsAQuestion) {
  Runs runs;
  add(runs, "a", 0, {{1, 6}});
  EXPECT_EQ(only_tail(runs, {}), "Tail of the DMA latency\n\n    p50\na   ?\n");
}

TEST(Tail, ExistsForDistributionsThatHaveValues) {
  Runs runs{run_with_faults("iopf", 0, 20'000.0)};
  add(runs, "pin", 0, {{100, 1}});
  const auto tails = tails_of(runs);
  ASSERT_EQ(tails.size(), 2u);
  EXPECT_EQ(tails[0].title, "DMA latency");
  EXPECT_EQ(tails[1].title, "fault latency");
  EXPECT_TRUE(tails[1].cases[1].values.replications.empty());
  EXPECT_TRUE(tails_of({run_of("pin", 0)}).empty());
}

}  // namespace
}  // namespace faultpath::cli
