// What a check shows, from verdicts made by hand.
#include "cli/check/check_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/json.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace faultpath::cli {
namespace {

using analysis::Check;
using analysis::Interval;
using analysis::MetricCheck;
using analysis::Outcome;
using analysis::Quantity;
using analysis::Verdict;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

MetricCheck metric(const std::string& name, Verdict verdict, double change) {
  return {.metric = name,
          .quantity = Quantity::nanoseconds,
          .base = 1000.0,
          .now = 1000.0 * (1.0 + change),
          .change = Interval{change, change - 0.004, change + 0.004, 10},
          .margin = 0.05,
          .p = 0.001,
          .verdict = verdict,
          .replications =
              verdict == Verdict::inconclusive ? std::optional<std::uint64_t>{24} : std::nullopt};
}

// One case with a metric of each verdict.
Check every_verdict() {
  Check check;
  check.outcome = Outcome::worse;
  check.changed_keys = {{"host.swap.latency", "80us", "90us"}};
  check.cases.push_back({.label = "deep/iopf",
                         .base_replications = 10,
                         .replications = 10,
                         .is_paired = true,
                         .verdict = Verdict::worse,
                         .metrics = {metric("dma_latency.p99", Verdict::worse, 0.123),
                                     metric("dma_latency.p50", Verdict::same, 0.001),
                                     metric("fault_latency.p99", Verdict::inconclusive, 0.04),
                                     metric("fault_latency.p50", Verdict::better, -0.2)},
                         .not_tested = {{"fault_latency.p999", "too <few> values"}},
                         .stages = {{"handle", 700.0, 900.0}, {"queue", 50.0, 40.0}},
                         .divergence = {}});
  return check;
}

CheckView view_of(const Check& check) { return {check, "first-look", "base.json.zst"}; }

TEST(CheckText, NamesVerdictAndChangedKeysFirst) {
  EXPECT_THAT(check_text(view_of(every_verdict()), {}),
              testing::StartsWith("first-look against base.json.zst: worse\n"
                                  "host.swap.latency: 80us -> 90us\n"));
}

TEST(CheckText, ShowsWhatIsNotTheSameWithItsChangeAndTheStage) {
  const auto text = check_text(view_of(every_verdict()), {});
  EXPECT_THAT(text, HasSubstr("deep/iopf: 10 replications, paired: 1 worse, 1 better, 1 "
                              "inconclusive, 1 same, 1 not tested\n"));
  EXPECT_THAT(text, HasSubstr("+12.30 ± 0.40 %"));
  EXPECT_THAT(text, HasSubstr("inconclusive, 24 replications would tell"));
  EXPECT_THAT(text, Not(HasSubstr("dma_latency.p50")));
  EXPECT_THAT(text,
              HasSubstr("a fault takes 190 ns longer on average; stage handle 200 ns longer"));
  EXPECT_THAT(text, HasSubstr("not tested: fault_latency.p999: too <few> values\n"));
}

TEST(CheckMarkdown, HasATableOfWhatIsNotTheSameAndFoldsTheRestAway) {
  const auto text = check_markdown(view_of(every_verdict()));
  EXPECT_THAT(text, testing::StartsWith("### faultpath check: **worse**\n"));
  EXPECT_THAT(text, HasSubstr("- changed: host.swap.latency: 80us -\\> 90us\n"));
  const auto fold = text.find("<details>");
  EXPECT_LT(text.find("| deep/iopf | dma\\_latency.p99 | 1.00 us | 1.12 us |"), fold);
  EXPECT_NE(text.find("| deep/iopf | dma\\_latency.p50 |", fold), std::string::npos);
  EXPECT_THAT(text, HasSubstr("too \\<few\\> values"));
}

TEST(CheckMarkdown, StaysBelowSixtyThousandBytesAndSaysWhatDidNotFit) {
  auto check = every_verdict();
  for (int i = 0; i < 3000; ++i)
    check.cases[0].metrics.push_back(metric("m" + std::to_string(i), Verdict::worse, 0.5));
  const auto text = check_markdown(view_of(check));
  EXPECT_LE(text.size(), 60'000u);
  EXPECT_GT(text.size(), 50'000u);
  EXPECT_THAT(text, EndsWith(" lines more did not fit.\n"));
}

// What xmllint says of a report.
int schema_status(const std::string& report) {
  const TemporaryFolder folder;
  const auto file = folder.write("check.xml", report);
  const auto command = "xmllint --noout --nonet --schema '" FAULTPATH_SOURCE_DIR
                       "/tests/cli/check/junit.xsd' '" +
                       file + "' > /dev/null 2>&1";
  return std::system(command.c_str());
}

TEST(CheckJunit, FitsTheSchemaOfItsReaders) {
  EXPECT_EQ(schema_status(check_junit(view_of(every_verdict()))), 0);
}

TEST(CheckJunit, TheSchemaIsOneThatCanFail) {
  auto report = check_junit(view_of(every_verdict()));
  report.replace(report.find("classname"), 9, "classnome");
  EXPECT_NE(schema_status(report), 0);
}

TEST(CheckJunit, WorseFailsInconclusiveIsSkippedAndTheOthersPass) {
  const auto text = check_junit(view_of(every_verdict()));
  EXPECT_THAT(text, HasSubstr("tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"2\""));
  EXPECT_THAT(text, HasSubstr("<testcase classname=\"faultpath.first-look.deep/iopf\" "
                              "name=\"dma_latency.p99\" time=\"0\"><failure type=\"worse\""));
  EXPECT_THAT(text, HasSubstr("not tested: too &lt;few&gt; values"));
}

TEST(CheckJunit, EscapesWhatXmlDoesNotHave) {
  auto check = every_verdict();
  check.cases[0].label = "a&\"b\x01";
  const auto text = check_junit(view_of(check));
  EXPECT_THAT(text, HasSubstr("a&amp;&quot;b \""));
  EXPECT_EQ(schema_status(text), 0);
}

TEST(CheckJunit, AnIdenticalCaseIsOneTest) {
  Check check;
  check.cases.push_back({.label = "iopf",
                         .is_identical = true,
                         .metrics = {},
                         .not_tested = {},
                         .stages = {},
                         .divergence = {}});
  const auto text = check_junit(view_of(check));
  EXPECT_THAT(text, HasSubstr("name=\"trajectory\" time=\"0\"><system-out>identical</system-out>"));
  EXPECT_EQ(schema_status(text), 0);
}

TEST(CheckJson, HasTheVerdictOfEachMetric) {
  const auto json = analysis::Json::parse(check_json(view_of(every_verdict())));
  EXPECT_EQ(json.at("schema"), "faultpath.check/1");
  EXPECT_EQ(json.at("verdict"), "worse");
  EXPECT_EQ(json.at("changed_keys").at(0).at("key"), "host.swap.latency");
  const auto& metrics = json.at("cases").at(0).at("metrics");
  EXPECT_EQ(metrics.at(0).at("verdict"), "worse");
  EXPECT_EQ(metrics.at(0).at("change").at("mean"), 0.123);
  EXPECT_EQ(metrics.at(2).at("replications_needed"), 24);
}

// With the event at which they part.
Check parting() {
  auto check = every_verdict();
  check.cases.front().divergence = {
      .seed = 3,
      .replication = 2,
      .components = {"iommu", "devices/nic.0", "host/memory", "host/mappings", "devices/nic.1"},
      .from_ns = 1'000'000.0,
      .to_ns = 2'000'000.0,
      .events = analysis::FirstEvents{"iommu", {"1000.5 ns miss 0x1"}, "1001.5 ns hit 0x2", {}}};
  return check;
}

TEST(CheckText, SaysWhereTheRunsPart) {
  EXPECT_THAT(check_text(view_of(parting()), {}),
              HasSubstr("in replication 2 the runs part between 1.00 ms and 2.00 ms, in iommu, "
                        "devices/nic.0, host/memory and\n2 more\n"
                        "  iommu did in both\n"
                        "    1000.5 ns miss 0x1\n"
                        "  then before  1001.5 ns hit 0x2\n"
                        "  and now      nothing more\n"));
}

TEST(CheckMarkdown, SaysWhereTheRunsPart) {
  EXPECT_THAT(check_markdown(view_of(parting())),
              HasSubstr("the runs part between 1.00 ms and 2.00 ms, in iommu, devices/nic.0, "
                        "host/memory and 2 more\n    - iommu did in both\n"
                        "    - 1000.5 ns miss 0x1\n"));
}

TEST(CheckJson, SaysWhereTheRunsPart) {
  const auto json = analysis::Json::parse(check_json(view_of(parting())));
  EXPECT_EQ(json.at("cases")[0].at("divergence").dump(),
            R"({"seed":3,"replication":2,"components":["iommu","devices/nic.0","host/memory",)"
            R"("host/mappings","devices/nic.1"],"from_ns":1000000.0,"to_ns":2000000.0,)"
            R"("events":{"component":"iommu","common":["1000.5 ns miss 0x1"],)"
            R"("base":"1001.5 ns hit 0x2"}})");
}

}  // namespace
}  // namespace faultpath::cli
