// T3: the law of each reaction, and a window that is simulated packet by packet.
#include "analysis/published/fault_rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace faultpath::analysis {
namespace {

FaultRateRow row_of(FaultReaction reaction, double probability, double gb_s, RowUse use) {
  return {.network = "net",
          .fault = "minor",
          .reaction = reaction,
          .probability = probability,
          .line_gb_s = 10.0,
          .window = reaction == FaultReaction::backup_ring ? 100.0 : 0.0,
          .use = use,
          .gb_s = Printed{gb_s}};
}

TEST(FaultRate, OfADeviceThatWaitsLosesTheTimeOfKPackets) {
  for (const auto reaction : {FaultReaction::wait, FaultReaction::drop}) {
    const auto report = fit_fault_rate(
        {row_of(reaction, 0.001, 5.0, RowUse::fit), row_of(reaction, 0.003, 2.5, RowUse::predict)});
    ASSERT_EQ(report.parameters.size(), 1U);
    EXPECT_NEAR(report.parameters[0].value, 1000.0, 1e-9);
    EXPECT_NEAR(*report.rows[1].predicted, 2.5, 1e-12);
  }
}

TEST(FaultRate, BehindABackupRingHasAWindowAheadOfTheFault) {
  const double k = 400.0;
  const auto rate = [&](double f) { return 10.0 * (1.0 + 100.0 * f) / (1.0 + k * f); };
  const auto report =
      fit_fault_rate({row_of(FaultReaction::backup_ring, 0.001, rate(0.001), RowUse::fit),
                      row_of(FaultReaction::backup_ring, 0.1, rate(0.1), RowUse::predict)});
  EXPECT_NEAR(report.parameters[0].value, k, 1e-9);
  EXPECT_NEAR(*report.rows[1].predicted, rate(0.1), 1e-12);
}

// Packet i goes when packet i - window has been delivered; one that faults arrives k later, and
// none is delivered before those in front of it.
double packets_per_time(int window, double k, double f, int packets) {
  std::mt19937_64 random(7);
  std::bernoulli_distribution faults(f);
  std::vector<double> delivered(static_cast<std::size_t>(packets));
  double sent = 0.0;
  double last = 0.0;
  for (int i = 0; i < packets; ++i) {
    sent += 1.0;
    if (i >= window) sent = std::max(sent, delivered[static_cast<std::size_t>(i - window)] + 1.0);
    last = std::max(last, sent + (faults(random) ? k : 0.0));
    delivered[static_cast<std::size_t>(i)] = last;
  }
  return packets / last;
}

TEST(FaultRate, BehindABackupRingIsThatOfASlidingWindow) {
  for (const double f : {0.0005, 0.004, 0.03}) {
    const double law = (1.0 + 100.0 * f) / (1.0 + 400.0 * f);
    EXPECT_NEAR(packets_per_time(100, 400.0, f, 2'000'000) / law, 1.0, 0.02) << f;
  }
}

TEST(FaultRate, HasOneKForEachNetworkFaultAndReaction) {
  auto other = row_of(FaultReaction::wait, 0.001, 2.0, RowUse::predict);
  other.fault = "major";
  const auto report = fit_fault_rate({row_of(FaultReaction::wait, 0.001, 5.0, RowUse::fit), other});
  EXPECT_FALSE(report.rows[1].predicted);
  EXPECT_EQ(report.rows[1].note,
            "no row of this case to fit what a fault takes to, and no time of its I/O");
}

// 10 Gb/s send 1,250 bytes in 1 us; so 500 us of I/O are 500 packets more.
TEST(FaultRate, OfFaultsWithIoHasTheTimeOfTheirIoOnTop) {
  auto major = row_of(FaultReaction::wait, 0.001, 4.0, RowUse::predict);
  major.fault = "major";
  major.io_us = 500.0;
  major.packet_bytes = 1250.0;
  const auto minor = row_of(FaultReaction::wait, 0.001, 5.0, RowUse::fit);
  EXPECT_NEAR(*fit_fault_rate({minor, major}).rows[1].predicted, 4.0, 1e-12);
  auto other = row_of(FaultReaction::wait, 0.001, 2.0, RowUse::fit);
  other.network = "other net";
  EXPECT_FALSE(fit_fault_rate({other, major}).rows[1].predicted);
  auto own = major;  // what was measured goes first
  own.use = RowUse::fit;
  own.gb_s->value = 2.0;
  EXPECT_NEAR(*fit_fault_rate({minor, own, major}).rows[2].predicted, 2.0, 1e-12);
}

TEST(FaultRate, IsJudgedInPointsOfTheLineForADeviceThatWaits) {
  const auto report =
      fit_fault_rate({row_of(FaultReaction::wait, 0.001, 5.0, RowUse::fit),
                      row_of(FaultReaction::wait, 0.01, 10.0 / 11.0 + 0.09, RowUse::predict),
                      row_of(FaultReaction::wait, 0.01, 10.0 / 11.0 + 0.11, RowUse::predict)});
  EXPECT_EQ(report.rows[1].is_good(), true);
  EXPECT_EQ(report.rows[2].is_good(), false);
}

}  // namespace
}  // namespace faultpath::analysis
