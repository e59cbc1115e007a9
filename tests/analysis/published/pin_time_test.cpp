// T5: the time of one thread, and what several cost each other.
#include "analysis/published/pin_time.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace faultpath::analysis {
namespace {

constexpr double kBatchesOfGib = 512.0;

struct Law {
  double coefficient = 0.2, exponent = 1.05, hand_over = 10e-6, shared = 1e-6;

  double seconds(const PinTimeRow& row) const {
    const double batches = row.gib * kBatchesOfGib;
    return coefficient * std::pow(row.gib, exponent) / row.threads +
           batches * (row.threads - 1.0) * (shared + hand_over * 512.0 / row.counted_pages);
  }
};

PinTimeRow pin_row_of(double gib, double threads, double counted, RowUse use, const Law& law = {}) {
  PinTimeRow row{
      .memory = "thp absent", .gib = gib, .threads = threads, .counted_pages = counted, .use = use};
  row.seconds = Printed{law.seconds(row)};
  return row;
}

std::vector<PinTimeRow> rows_to_fit(const Law& law = {}) {
  return {pin_row_of(16.0, 1.0, 512.0, RowUse::fit, law),
          pin_row_of(360.0, 1.0, 512.0, RowUse::fit, law),
          pin_row_of(360.0, 8.0, 512.0, RowUse::fit, law),
          pin_row_of(360.0, 8.0, 65536.0, RowUse::fit, law)};
}

TEST(PinTime, FindsTheParametersOfRowsThatFollowTheLaw) {
  const auto report = fit_pin_time(rows_to_fit());
  EXPECT_NEAR(report.find("thp absent, 1 GiB")->value, 0.2, 1e-9);
  EXPECT_NEAR(report.find("exponent of the size")->value, 1.05, 1e-9);
  EXPECT_NEAR(report.find("hand-over, for each other thread")->value, 10.0, 1e-6);
  EXPECT_NEAR(report.find("shared, for each other thread")->value, 1.0, 1e-6);
  for (const auto& row : report.rows) EXPECT_NEAR(*row.error(), 0.0, 1e-9) << row.name;
}

TEST(PinTime, PredictsOtherSizesThreadsAndCounts) {
  auto rows = rows_to_fit();
  for (const double threads : {1.0, 2.0, 4.0, 16.0, 32.0}) {
    for (const double gib : {16.0, 64.0, 1024.0})
      for (const double counted : {512.0, 4096.0, 65536.0})
        rows.push_back(pin_row_of(gib, threads, counted, RowUse::predict));
  }
  for (const auto& row : fit_pin_time(rows).rows) EXPECT_NEAR(*row.error(), 0.0, 1e-8) << row.name;
}

TEST(PinTime, FallsWithThreadsAndThenRises) {
  auto rows = rows_to_fit();
  for (const double threads : {2.0, 4.0, 6.0, 16.0, 32.0})
    rows.push_back(pin_row_of(360.0, threads, 512.0, RowUse::predict));
  const auto report = fit_pin_time(rows);
  const auto at = [&](std::size_t i) { return *report.rows[4 + i].predicted; };
  EXPECT_GT(at(0), at(1));
  EXPECT_GT(at(1), at(2));
  EXPECT_LT(at(2), at(3));
  EXPECT_LT(at(3), at(4));
}

TEST(PinTime, IsProportionalToTheSizeWhereOneSizeIsKnown) {
  const auto report = fit_pin_time(
      {pin_row_of(16.0, 1.0, 512.0, RowUse::fit), pin_row_of(32.0, 1.0, 512.0, RowUse::predict)});
  EXPECT_EQ(report.find("exponent of the size")->value, 1.0);
  EXPECT_NEAR(*report.rows[1].predicted, 2.0 * *report.rows[0].predicted, 1e-12);
}

TEST(PinTime, BlamesTheLockWhereAllCountEquallyOften) {
  const Law law{.shared = 0.0};
  auto rows = rows_to_fit(law);
  rows.back() = pin_row_of(360.0, 8.0, 65536.0, RowUse::predict, law);
  const auto report = fit_pin_time(rows);
  EXPECT_NEAR(report.find("hand-over, for each other thread")->value, 10.0, 1e-6);
  EXPECT_EQ(report.find("shared, for each other thread")->value, 0.0);
  EXPECT_NEAR(*report.rows.back().error(), 0.0, 1e-9);
}

// 8 threads that count rarely are slower than those that count always: no lock explains that.
TEST(PinTime, HasNoCostBelowZero) {
  auto rows = rows_to_fit();
  std::swap(rows[2].seconds, rows[3].seconds);
  const auto report = fit_pin_time(rows);
  EXPECT_EQ(report.find("hand-over, for each other thread")->value, 0.0);
  EXPECT_GT(report.find("shared, for each other thread")->value, 0.0);
}

TEST(PinTime, OfMemoryWithoutARowOfOneThreadIsNotPredicted) {
  auto rows = rows_to_fit();
  rows.push_back(pin_row_of(16.0, 1.0, 512.0, RowUse::predict));
  rows.back().memory = "huge absent";
  EXPECT_FALSE(fit_pin_time(rows).rows.back().predicted);
}

}  // namespace
}  // namespace faultpath::analysis
