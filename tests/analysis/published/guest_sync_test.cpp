// T6: invalidations from a guest, by the number of its cores.
#include "analysis/published/guest_sync.hpp"

#include <gtest/gtest.h>

namespace faultpath::analysis {
namespace {

using Quantity = GuestSyncRow::Quantity;

GuestSyncRow sync_row_of(double cores, double time, RowUse use,
                         Quantity quantity = Quantity::qi_submit_sync) {
  return {.cores = cores, .quantity = quantity, .use = use, .time_us = Printed{time}};
}
GuestSyncRow unknown(double cores, Quantity quantity = Quantity::qi_submit_sync) {
  GuestSyncRow row = sync_row_of(cores, 0.0, RowUse::predict, quantity);
  row.time_us.reset();
  return row;
}

TEST(GuestSync, FitsOneCoreAndAddsWhatMovesBetweenSeveral) {
  const auto report =
      fit_guest_sync({sync_row_of(1, 7.0, RowUse::fit), unknown(2), unknown(4), unknown(8)});
  EXPECT_NEAR(report.find("qi_submit_sync, 1 core")->value, 7.0, 1e-12);
  EXPECT_NEAR(report.find("moved from core to core")->value, 0.8, 1e-12);
  EXPECT_TRUE(report.find("moved from core to core")->rows.empty());
  EXPECT_NEAR(*report.rows[1].predicted, 7.4, 1e-12);
  EXPECT_NEAR(*report.rows[2].predicted, 7.6, 1e-12);
  EXPECT_NEAR(*report.rows[3].predicted, 7.7, 1e-12);
}

TEST(GuestSync, FindsWhatMovesWhereSeveralCountsAreKnown) {
  const auto report =
      fit_guest_sync({sync_row_of(1, 6.0, RowUse::fit), sync_row_of(4, 7.5, RowUse::fit),
                      sync_row_of(2, 7.0, RowUse::predict), sync_row_of(8, 7.75, RowUse::predict)});
  EXPECT_NEAR(report.find("moved from core to core")->value, 2.0, 1e-9);
  EXPECT_NEAR(*report.rows[2].error(), 0.0, 1e-9);
  EXPECT_NEAR(*report.rows[3].error(), 0.0, 1e-9);
}

TEST(GuestSync, IsJudgedUpToEightCores) {
  const auto report = fit_guest_sync(
      {sync_row_of(1, 7.0, RowUse::fit), sync_row_of(8, 7.01, RowUse::predict),
       sync_row_of(8, 6.9, RowUse::predict), sync_row_of(16, 40.0, RowUse::predict)});
  EXPECT_EQ(report.rows[1].is_good(), true);   // 7.7 is less than ten per cent above
  EXPECT_EQ(report.rows[2].is_good(), false);  // and more than that above
  EXPECT_EQ(report.rows[3].is_good(), std::nullopt);
}

// Of sixteen cores on two sockets seven are near, and eight are far.
TEST(GuestSync, TakesAStepWhereASecondSocketBegins) {
  const auto cores = [](double count) {
    GuestSyncRow row = unknown(count);
    row.socket_cores = 8.0;
    return row;
  };
  const auto report = fit_guest_sync(
      {sync_row_of(1, 7.0, RowUse::fit), cores(4), cores(8), cores(9), cores(16), unknown(16)});
  const auto at = [&](std::size_t i) { return *report.rows[i].predicted; };
  EXPECT_NEAR(at(2), 7.0 + 0.8 * 7.0 / 8.0, 1e-12);
  EXPECT_NEAR(at(3), 7.0 + 0.8 * 7.0 / 9.0 + 3.0 / 9.0, 1e-12);
  EXPECT_NEAR(at(4), 7.0 + 0.8 * 7.0 / 16.0 + 3.0 * 8.0 / 16.0, 1e-12);
  EXPECT_NEAR(at(5), 7.0 + 0.8 * 15.0 / 16.0, 1e-12);
  EXPECT_GT(at(4) - at(2), 5.0 * (at(2) - at(1)));
}

// With two cores, a lock held for s = 10.4 and a pause of z = 10.4: of the states with none, one or
// two at the lock, of weights 1/2, 1, 1, the mean number there is 6/5 and the throughput 4/5 of
// 1/s.
TEST(GuestSync, TheWholeSyncWaitsForTheLockOfTheDomain) {
  GuestSyncRow two = unknown(2, Quantity::tlb_sync);
  two.between_us = 10.4;
  const auto report = fit_guest_sync({sync_row_of(1, 7.0, RowUse::fit),
                                      sync_row_of(1, 10.0, RowUse::fit, Quantity::tlb_sync), two});
  EXPECT_NEAR(report.find("the rest of a whole sync")->value, 3.0, 1e-12);
  EXPECT_NEAR(*report.rows[2].predicted, 10.4 * (6.0 / 5.0) / (4.0 / 5.0), 1e-9);
}

TEST(GuestSync, SaysWhatARowNeeds) {
  const auto without = fit_guest_sync({unknown(2)});
  EXPECT_FALSE(without.rows[0].predicted);
  EXPECT_EQ(without.rows[0].note, "no row of qi_submit_sync to fit to");
  const auto whole =
      fit_guest_sync({sync_row_of(1, 7.0, RowUse::fit), unknown(2, Quantity::tlb_sync)});
  EXPECT_EQ(whole.rows[1].note, "no row of the whole sync with one core to fit to");
  const auto pause = fit_guest_sync({sync_row_of(1, 7.0, RowUse::fit),
                                     sync_row_of(1, 10.0, RowUse::fit, Quantity::tlb_sync),
                                     unknown(2, Quantity::tlb_sync)});
  EXPECT_FALSE(pause.rows[2].predicted);
  EXPECT_NE(pause.rows[2].note.find("between_us"), std::string::npos);
  // 7 + 0.8 / 2 + 3: one at a time, or both.
  EXPECT_NE(pause.rows[2].note.find("from 10.4 us"), std::string::npos) << pause.rows[2].note;
  EXPECT_NE(pause.rows[2].note.find("to 20.8 us"), std::string::npos) << pause.rows[2].note;
}

}  // namespace
}  // namespace faultpath::analysis
