// V4: gains that shrink with each doubling.
#include "analysis/published/delivery_rate.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

DeliveryRateRow row_of(double vcpus, double rate, RowUse use) {
  return {.host = "host",
          .delivery = "one-uffd",
          .vcpus = vcpus,
          .use = use,
          .kilopages_s = Printed{rate}};
}

// Gains 1.6, 1.2, 0.9, 0.675: each three quarters of the one before.
TEST(DeliveryRate, HasAGainThatShrinksByOneRatio) {
  const auto report =
      fit_delivery_rate({row_of(1.0, 100.0, RowUse::fit), row_of(2.0, 160.0, RowUse::fit),
                         row_of(8.0, 172.8, RowUse::fit), row_of(4.0, 192.0, RowUse::predict),
                         row_of(16.0, 116.64, RowUse::predict)});
  EXPECT_NEAR(report.find("host, one-uffd, 1 vCPU")->value, 100.0, 1e-9);
  EXPECT_NEAR(report.find("host, one-uffd, gain of the first doubling")->value, 1.6, 1e-9);
  EXPECT_NEAR(report.find("host, one-uffd, ratio of a gain to the one before")->value, 0.75, 1e-9);
  for (const auto& row : report.rows) EXPECT_NEAR(*row.error(), 0.0, 1e-9) << row.name;
}

TEST(DeliveryRate, HasOneGainWhereTwoCountsAreKnown) {
  const auto report =
      fit_delivery_rate({row_of(1.0, 100.0, RowUse::fit), row_of(4.0, 225.0, RowUse::fit),
                         row_of(2.0, 150.0, RowUse::predict)});
  EXPECT_NEAR(*report.rows[2].error(), 0.0, 1e-9);
}

// Two virtual CPUs with 80 each have 160, of which the prediction for each is half.
TEST(DeliveryRate, OfEachIsPredictedAsItIsPrinted) {
  auto each = row_of(2.0, 80.0, RowUse::fit);
  auto predicted = row_of(4.0, 48.0, RowUse::predict);
  each.each = predicted.each = true;
  const auto report = fit_delivery_rate(
      {row_of(1.0, 100.0, RowUse::fit), each, row_of(8.0, 172.8, RowUse::fit), predicted});
  EXPECT_EQ(report.rows[1].name, "host, one-uffd, 2 vCPUs, each");
  EXPECT_EQ(report.rows[1].published->value, 80.0);
  EXPECT_NEAR(*report.rows[1].predicted, 80.0, 1e-9);
  EXPECT_NEAR(*report.rows[3].predicted, 48.0, 1e-9);
  EXPECT_NEAR(report.find("host, one-uffd, gain of the first doubling")->value, 1.6, 1e-9);
}

TEST(DeliveryRate, IsThatOfItsHostAndDelivery) {
  auto other = row_of(4.0, 1.0, RowUse::predict);
  other.delivery = "exit-to-thread";
  EXPECT_FALSE(fit_delivery_rate({row_of(1.0, 100.0, RowUse::fit), other}).rows[1].predicted);
}

}  // namespace
}  // namespace faultpath::analysis
