// The names of margins in scenarios are those that a check knows.
#include "cli/check/margin_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/usage_error.hpp"
#include "models/metrics/metrics.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::cli {
namespace {

// With every counter of this version.
analysis::Result result_with(const char* margins) {
  analysis::Result result;
  result.runs.emplace_back();
  for (const auto& counter : models::counter_table())
    result.runs[0].counters.push_back({std::string{counter.name}, 1});
  result.scenario = {"s", "", {{"check", {{"margins", analysis::Json::parse(margins)}}}}};
  return result;
}

TEST(Margins, OfAScenarioMayNameWhatACheckCompares) {
  EXPECT_THAT(scenarios::checked_metrics(),
              testing::UnorderedElementsAreArray(analysis::checkable_metrics(result_with("{}"))));
}

TEST(Margins, OfTheCommandLineComeAfterThoseOfTheScenario) {
  const auto result = result_with(R"({"throughput": "3%", "evictions": "4%"})");
  const auto margins = margins_of(result, {"throughput=1%"});
  EXPECT_EQ(margins.of("throughput", 0.02), 0.01);
  EXPECT_EQ(margins.of("evictions", 0.02), 0.04);
}

TEST(Margins, OfADistributionAreOfItsQuantilesToo) {
  EXPECT_THROW(margins_of(result_with("{}"), {"dma_latency=1%"}), UsageError);
  EXPECT_NO_THROW(margins_of(result_with("{}"), {"dma_latency=1.5625%"}));
}

}  // namespace
}  // namespace faultpath::cli
