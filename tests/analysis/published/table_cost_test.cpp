// V1: a base and a cost for each entry.
#include "analysis/published/table_cost.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

TableCostRow cost_row_of(double entries, double time, RowUse use) {
  return {.table = "amd, new",
          .operation = "map",
          .page = "4K",
          .entries = entries,
          .use = use,
          .nanoseconds = Printed{time}};
}

TEST(TableCost, HasABaseAndACostForEachEntry) {
  const auto report =
      fit_table_cost({cost_row_of(1.0, 52.0, RowUse::fit), cost_row_of(11.0, 72.0, RowUse::fit),
                      cost_row_of(100.0, 250.0, RowUse::predict)});
  EXPECT_NEAR(report.find("call of amd, new, map")->value, 50.0, 1e-9);
  EXPECT_NEAR(report.find("entry of amd, new, map")->value, 2.0, 1e-9);
  EXPECT_NEAR(*report.rows[2].error(), 0.0, 1e-12);
  EXPECT_FALSE(report.rows[2].is_good());
}

TEST(TableCost, HasNoBaseWhereOneCountIsKnown) {
  const auto report = fit_table_cost(
      {cost_row_of(10.0, 70.0, RowUse::fit), cost_row_of(20.0, 140.0, RowUse::predict)});
  EXPECT_EQ(report.find("call of amd, new, map")->value, 0.0);
  EXPECT_NEAR(*report.rows[1].error(), 0.0, 1e-12);
}

TEST(TableCost, IsThatOfItsTableAndOperation) {
  auto unmap = cost_row_of(10.0, 70.0, RowUse::predict);
  unmap.operation = "unmap";
  EXPECT_FALSE(fit_table_cost({cost_row_of(10.0, 70.0, RowUse::fit), unmap}).rows[1].predicted);
}

}  // namespace
}  // namespace faultpath::analysis
