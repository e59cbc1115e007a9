// T2: stages that add up, percentiles in proportion.
#include "analysis/published/fault_stages.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

FaultStageRow row_of(double pages, const char* quantity, double time, RowUse use) {
  return {.pages = pages, .quantity = quantity, .use = use, .time = Printed{time}};
}

// 100 us and 1 us a page; 50 us whatever the pages.
std::vector<FaultStageRow> stages() {
  return {row_of(1.0, "stage:interrupt", 101.0, RowUse::input),
          row_of(101.0, "stage:interrupt", 201.0, RowUse::input),
          row_of(1.0, "stage:resume", 50.0, RowUse::input),
          row_of(1.0, "other:invalidation", 7.0, RowUse::input)};
}

double predicted(const FaultStageRow& asked, std::vector<FaultStageRow> rows = stages()) {
  rows.push_back(asked);
  return fit_fault_stages(rows).rows.back().predicted.value_or(-1.0);
}

TEST(FaultStages, GrowWithThePagesOfARequest) {
  EXPECT_NEAR(predicted(row_of(51.0, "stage:interrupt", 1.0, RowUse::predict)), 151.0, 1e-9);
  EXPECT_NEAR(predicted(row_of(51.0, "stage:resume", 1.0, RowUse::predict)), 50.0, 1e-9);
  EXPECT_NEAR(predicted(row_of(9.0, "other:invalidation", 1.0, RowUse::predict)), 7.0, 1e-9);
}

TEST(FaultStages, AddUpToTheFault) {
  EXPECT_NEAR(predicted(row_of(51.0, "total", 1.0, RowUse::predict)), 201.0, 1e-9);
}

TEST(FaultStages, WithoutBatchesAreOnePageAfterTheOther) {
  EXPECT_NEAR(predicted(row_of(64.0, "unbatched", 1.0, RowUse::predict)), 64.0 * 151.0, 1e-6);
}

TEST(FaultStages, HavePercentilesInProportionToTheirMean) {
  auto rows = stages();
  rows.push_back(row_of(1.0, "p99", 302.0, RowUse::fit));
  EXPECT_NEAR(predicted(row_of(101.0, "p99", 1.0, RowUse::predict), rows), 502.0, 1e-9);
}

TEST(FaultStages, HaveNoPercentileThatWasNotFitted) {
  auto rows = stages();
  rows.push_back(row_of(1.0, "p99", 302.0, RowUse::fit));
  EXPECT_EQ(predicted(row_of(101.0, "p95", 1.0, RowUse::predict), rows), -1.0);
  EXPECT_EQ(predicted(row_of(101.0, "total", 1.0, RowUse::predict), {}), -1.0);
}

TEST(FaultStages, MayHaveALowerBoundOfWhatIsPredicted) {
  auto rows = stages();
  rows.push_back(row_of(64.0, "unbatched", 9000.0, RowUse::predict));
  rows.back().at_least = true;
  EXPECT_EQ(fit_fault_stages(rows).rows.back().is_good(), true);
  rows.back().time->value = 9700.0;
  EXPECT_EQ(fit_fault_stages(rows).rows.back().is_good(), false);
}

}  // namespace
}  // namespace faultpath::analysis
