// The margins of a regression check.
#include <gtest/gtest.h>

#include "scenarios/schema.hpp"
#include "tests/scenarios/schema_check.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

nlohmann::ordered_json check_of(const std::string& margins,
                                const std::vector<std::string>& sets = {}) {
  const Scratch scratch;
  const auto text = minimal(margins.empty() ? "" : "check: {margins: {" + margins + "}}");
  return scratch.load(text, sets).resolved.value("check", nlohmann::ordered_json{});
}

std::string margins_error_of(const std::string& margins) {
  const Scratch scratch;
  return scratch.error(minimal("check: {margins: {" + margins + "}}"));
}

TEST(CheckKeys, AreNotThereUnlessWritten) {
  EXPECT_TRUE(check_of("").is_null());
  const Scratch scratch;
  EXPECT_FALSE(scratch.load(minimal("check: {}")).resolved.contains("check"));
  EXPECT_FALSE(scratch.load(minimal("check: {margins: {}}")).resolved.contains("check"));
}

TEST(CheckKeys, NameMetricsDistributionsAndStatistics) {
  EXPECT_EQ(check_of("dma_latency.p99: 2%, fault_latency: 3%, p999: 20%, throughput: 1%, "
                     "locked_bytes.max: 0.5%, evictions: 100%")
                .dump(),
            R"({"margins":{"dma_latency.p99":"2%","fault_latency":"3%","p999":"20%",)"
            R"("throughput":"1%","locked_bytes.max":"0.5%","evictions":"100%"}})");
}

TEST(CheckKeys, TakeTheNamesOfAResult) {
  EXPECT_EQ(check_of("dma_latency_ns.p99.9: 20%").dump(),
            R"({"margins":{"dma_latency.p999":"20%"}})");
}

// A path of --set has dots between its keys.
TEST(CheckKeys, NestAsPathsDoAndTheLastHolds) {
  EXPECT_EQ(check_of("dma_latency: {p99: 2%, mean: 1%}").dump(),
            R"({"margins":{"dma_latency.p99":"2%","dma_latency.mean":"1%"}})");
  EXPECT_EQ(check_of("dma_latency.p99: 2%, p99: 3%", {"check.margins.dma_latency.p99=4%"}).dump(),
            R"({"margins":{"p99":"3%","dma_latency.p99":"4%"}})");
}

TEST(CheckKeys, RefuseOtherNamesWithASuggestion) {
  EXPECT_EQ(margins_error_of("dma_latncy.p99: 2%"),
            "x.yaml:5:19: check.margins.dma_latncy.p99: no metric of a check is called so; did you "
            "mean 'dma_latency.p99'?");
  EXPECT_EQ(margins_error_of("dma_latency: {p9999: 2%}"),
            "x.yaml:5:33: check.margins.dma_latency.p9999: no metric of a check is called so; did "
            "you mean 'dma_latency.p999'?");
  EXPECT_EQ(margins_error_of("p99: {mean: 2%}"),
            "x.yaml:5:24: check.margins.p99: expected a share such as 30%, found a map");
  EXPECT_TRUE(margins_error_of("zzz: 2%").ends_with(
      "check.margins.zzz: no metric of a check is called so"));
}

TEST(CheckKeys, RefuseMarginsThatMeanNothing) {
  EXPECT_EQ(margins_error_of("throughput: 0%"),
            "x.yaml:5:31: check.margins.throughput: must be above 0");
  for (const std::string name : {"dma_latency.p50", "dma_latency", "p90"}) {
    EXPECT_TRUE(margins_error_of(name + ": 1.5%")
                    .ends_with("check.margins." + name +
                               ": must be at least 1.5625%: a histogram "
                               "tells quantiles to 1/64"));
    EXPECT_FALSE(check_of(name + ": 1.5625%").is_null());
  }
  EXPECT_FALSE(check_of("dma_latency.mean: 0.1%").is_null());
  EXPECT_NE(margins_error_of("throughput: 101%"), "");
  EXPECT_NE(margins_error_of("throughput: -1%"), "");
  EXPECT_NE(margins_error_of("throughput: 2"), "");
  EXPECT_NE(margins_error_of("throughput: [2%]"), "");
}

TEST(CheckKeys, AreOfTheWholeScenario) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(minimal("variants: {a: {check: {margins: {p99: 3%}}}}")),
            "x.yaml:5:16: variants.a.check: a variant cannot change it");
}

TEST(CheckKeys, AreInheritedAndShownAsTheyCanBeReadAgain) {
  const Scratch scratch;
  scratch.write("ci.yaml", "check: {margins: {dma_latency.p99: 2%, p50: 3%}}\n");
  const auto path =
      scratch.write("y.yaml", minimal("extends: [ci.yaml]\ncheck: {margins: {p50: 4%}}\n"));
  const auto scenario = load_scenario(path);
  EXPECT_EQ(scenario.resolved.at("check").dump(),
            R"({"margins":{"dma_latency.p99":"2%","p50":"4%"}})");
  EXPECT_EQ(scratch.load(show_scenario(path)).resolved, scenario.resolved);
}

TEST(CheckKeys, AreInTheSchema) {
  const auto schema = json_schema();
  const auto problem = [&](const std::string& margins) {
    return schema_problem(schema, schema,
                          yaml_as_json(minimal("check: {margins: {" + margins + "}}")), "");
  };
  EXPECT_EQ(problem("dma_latency.p99: 2%, fault_latency: {p99: 3%}, p50: 2%"), "");
  EXPECT_NE(problem("dma_latncy.p99: 2%"), "");
  EXPECT_NE(problem("dma_latency.p99: 2"), "");
}

}  // namespace
}  // namespace faultpath::scenarios
