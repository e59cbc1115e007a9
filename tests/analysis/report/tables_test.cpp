// The parts of the page that work without scripts.
#include "analysis/report/tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/report/sample.hpp"

namespace faultpath::analysis::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <class Html>
std::string html_of(Html html, const std::vector<Source>& sources) {
  return html(Entries(sources));
}

std::vector<Sketch> twice(Sketch sketch) {
  auto again = sketch;
  again.replication = 1;
  return {sketch, again};
}

std::vector<Source> two_cases() {
  auto sketches = twice({.strategy = "pin", .locked_bytes = 1 << 20});
  const auto more = twice({.strategy = "iopf", .latencies_ns = {400, 800, 1200, 1600}});
  sketches.insert(sketches.end(), more.begin(), more.end());
  return {source_of("s", sketches)};
}

TEST(Words, SayWhatTheFirstCaseDoesAndHowOthersDiffer) {
  const auto html = html_of(words_html, two_cases());
  EXPECT_THAT(html, HasSubstr("<b>pin</b> locks 1.00 MiB; DMA latency p50"));
  EXPECT_THAT(html, HasSubstr("<b>iopf</b> locks no memory instead of 1.00 MiB"));
  EXPECT_THAT(html, HasSubstr("4.0 times as long"));
}

TEST(Words, NameOverflowsAndOperationsThatWereGivenUp) {
  const auto html = html_of(
      words_html, {source_of("s", {{.strategy = "iopf",
                                    .counters = {{"queue_overflows", 1}, {"dma_dropped", 3}}}})});
  EXPECT_THAT(html,
              HasSubstr("the page request queue overflowed 1 time; 3 operations were given up"));
}

TEST(Words, PutMoreThanEightCasesIntoDetails) {
  std::vector<Sketch> sketches;
  for (int i = 0; i < 10; ++i) sketches.push_back({.strategy = "s" + std::to_string(i)});
  EXPECT_THAT(html_of(words_html, {source_of("s", sketches)}), HasSubstr("<summary>2 more cases"));
}

TEST(Comparison, MarksTheBestAndLeavesOutRowsOfZeros) {
  const auto html = html_of(comparison_html, two_cases());
  EXPECT_THAT(html, HasSubstr("<td class=\"best\"><span class=\"value\">0</span>"));  // locked
  EXPECT_THAT(html, Not(HasSubstr("overflows")));
}

// One replication has the whole tail: beyond p99 neither has a value that says something.
TEST(Comparison, MarksAQuantileForWhichTheRunsAreTooShort) {
  const std::vector<double> calm(1000, 1000.0);
  auto wild = calm;
  for (std::size_t i = 0; i < 200; ++i) wild[i] = 50'000.0 + 100.0 * static_cast<double>(i);
  const auto html =
      html_of(comparison_html,
              {source_of("s", {{.strategy = "a", .replication = 0, .latencies_ns = calm},
                               {.strategy = "a", .replication = 1, .latencies_ns = wild}})});
  EXPECT_THAT(html, HasSubstr("run too short"));
}

TEST(Comparison, DoesNotMarkQuantilesWithEnoughValuesBeyondThem) {
  const auto sketches = twice({.strategy = "a", .latencies_ns = std::vector<double>(2000, 1000.0)});
  EXPECT_THAT(html_of(comparison_html, {source_of("s", sketches)}),
              Not(HasSubstr("run too short")));
}

TEST(Comparison, PutsManyCasesIntoRows) {
  std::vector<Sketch> sketches;
  for (int i = 0; i < 6; ++i) sketches.push_back({.strategy = "s" + std::to_string(i)});
  const auto html = html_of(comparison_html, {source_of("s", sketches)});
  EXPECT_THAT(html,
              HasSubstr("<th scope=\"row\"><span class=\"dot\" style=\"background:var(--case5)"));
}

TEST(Comparison, EscapesNames) {
  EXPECT_THAT(html_of(comparison_html, {source_of("s", {{.strategy = "<i>"}})}),
              HasSubstr("&lt;i&gt;"));
}

TEST(Counters, AreMeansWithSeparatorsAndNoneThatAreZeroEverywhere) {
  const auto html = html_of(
      counters_html,
      {source_of("s",
                 {{.strategy = "a", .replication = 0, .counters = {{"x", 1'234'000}, {"y", 0}}},
                  {.strategy = "a", .replication = 1, .counters = {{"x", 1'234'567}, {"y", 0}}}})});
  EXPECT_THAT(html, HasSubstr("<code>x</code></th><td>1,234,283.5</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<code>y</code>")));
}

TEST(Parameters, ThatDifferComeFirstThenThoseThatAreNotTheDefault) {
  auto one = source_of("one", {{.strategy = "pin"}}), two = source_of("two", {{.strategy = "pin"}});
  one.parameters = {{"a.same", "1", "1", ""}, {"b.set", "5", "1", ""}, {"c.differs", "1", "1", ""}};
  two.parameters = {{"a.same", "1", "1", ""}, {"b.set", "5", "1", ""}, {"c.differs", "2", "1", ""}};
  const auto html = html_of(parameters_html, {one, two});
  const auto first = html.find("c.differs"), second = html.find("b.set"),
             last = html.find("a.same");
  EXPECT_LT(first, second);
  EXPECT_LT(second, last);
}

TEST(Provenance, HasScenarioProgramSeedAndFingerprints) {
  const auto html = html_of(provenance_html, two_cases());
  for (const auto* text : {"<code>ab</code>", "0.1.0", "<td>7</td>", "00000000000000ff"})
    EXPECT_THAT(html, HasSubstr(text));
}

}  // namespace
}  // namespace faultpath::analysis::report
