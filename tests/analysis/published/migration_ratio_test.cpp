// V3: ratios of a migration by post-copy.
#include "analysis/published/migration_ratio.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

using Migrated = MigrationRatioRow::Quantity;

MigrationRatioRow ratio(Migrated quantity, double before, double percent, RowUse use) {
  return {.name = "a",
          .quantity = quantity,
          .before = before,
          .use = use,
          .percent = Printed{percent, 0.5}};
}

// Half of the downtime, cut by nine tenths: 5 of 55. Of 80 of 100: 8 of 28.
TEST(MigrationRatio, APartThatIsCutMakesTheWholeShorterToo) {
  const auto report =
      fit_migration_ratio({ratio(Migrated::share_after, 50, 100.0 * 5 / 55, RowUse::fit),
                           ratio(Migrated::share_after, 80, 30, RowUse::predict)});
  EXPECT_NEAR(report.find("cut of the part")->value, 90.0, 1e-9);
  EXPECT_NEAR(*report.rows[1].predicted, 100.0 * 8 / 28, 1e-9);
  EXPECT_EQ(report.rows[1].is_good(), std::nullopt) << "nobody states a limit";
}

// Half of the time with one stream, a fifth of that with several. Then 1 - 0.2 x 0.8.
TEST(MigrationRatio, SeveralStreamsLeaveTheSamePartOfWhatOneTakes) {
  const auto report = fit_migration_ratio({ratio(Migrated::completion, 50, 90, RowUse::fit),
                                           ratio(Migrated::completion, 20, 80, RowUse::predict)});
  EXPECT_NEAR(report.find("what several streams leave of one's time")->value, 20.0, 1e-9);
  EXPECT_NEAR(*report.rows[1].predicted, 84.0, 1e-9);
}

TEST(MigrationRatio, AFaultOfADeviceTakesItsWayBesides) {
  auto row = ratio(Migrated::fault_ratio, 0, 200, RowUse::predict);
  row.remote_us = 30.0;
  row.extra_us = 7.5;
  const auto report = fit_migration_ratio({row});
  EXPECT_TRUE(report.parameters.empty());
  EXPECT_NEAR(*report.rows[0].predicted, 125.0, 1e-9);
  EXPECT_NEAR(*report.rows[0].error(), -0.375, 1e-9);
}

TEST(MigrationRatio, IsNotPredictedWithoutARowOfTheQuantity) {
  const auto report = fit_migration_ratio({ratio(Migrated::completion, 50, 90, RowUse::fit),
                                           ratio(Migrated::share_after, 40, 6, RowUse::predict)});
  EXPECT_FALSE(report.rows[1].predicted);
  EXPECT_FALSE(report.rows[1].note.empty());
}

}  // namespace
}  // namespace faultpath::analysis
