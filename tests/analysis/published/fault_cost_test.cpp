// T1: the cost of a fault from a transfer with faults and one without.
#include "analysis/published/fault_cost.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

// KiB/s of 100 MiB in 10 ms, and in 10 ms and 1,000 faults of `cost_us`.
FaultCostRow row_of(double times, double cost_us, double handler_us, RowUse use) {
  const double kib = 1024.0 * times;
  const double seconds = kib / 1e7;
  const double with = kib / (seconds + 1000.0 * cost_us * 1e-6);
  return {.name = "a",
          .use = use,
          .message_kib = 1024.0,
          .times = times,
          .without_faults = 1e7,
          .faults = 1000.0,
          .handler_us = handler_us,
          .with_faults = Printed{with}};
}

TEST(FaultCost, IsWhatTheFaultsAddedToTheTime) {
  const auto report = fit_fault_cost({row_of(100.0, 10.5, 2.0, RowUse::fit)});
  ASSERT_EQ(report.parameters.size(), 1U);
  EXPECT_NEAR(report.parameters[0].value, 8.5, 1e-9);
  EXPECT_EQ(report.parameters[0].rows, "a");
}

TEST(FaultCost, AmortisesOverMoreTransfers) {
  const auto report = fit_fault_cost(
      {row_of(100.0, 10.5, 0.0, RowUse::fit), row_of(1000.0, 10.5, 0.0, RowUse::predict)});
  EXPECT_NEAR(*report.rows[1].error(), 0.0, 1e-12);
  EXPECT_EQ(report.rows[1].is_good(), true);
}

TEST(FaultCost, HasTheHandlerOfItsOwnCase) {
  const auto report = fit_fault_cost(
      {row_of(100.0, 10.5, 2.0, RowUse::fit), row_of(100.0, 10.1, 1.6, RowUse::predict)});
  EXPECT_NEAR(*report.rows[1].error(), 0.0, 1e-12);
}

TEST(FaultCost, IsTheMeanOfSeveralRows) {
  const auto report = fit_fault_cost(
      {row_of(100.0, 10.0, 0.0, RowUse::fit), row_of(1000.0, 12.0, 0.0, RowUse::fit)});
  EXPECT_NEAR(report.parameters[0].value, 11.0, 1e-9);
}

TEST(FaultCost, IsNotPredictedWithoutARowToFitTo) {
  const auto report = fit_fault_cost({row_of(100.0, 10.5, 2.0, RowUse::predict)});
  EXPECT_FALSE(report.rows[0].predicted);
  EXPECT_EQ(report.rows[0].note, "no row to fit the cost of a fault to");
}

}  // namespace
}  // namespace faultpath::analysis
