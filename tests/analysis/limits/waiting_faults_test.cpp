// Faults that wait.
#include "analysis/limits/waiting_faults.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/limits/access_streams.hpp"

namespace faultpath::analysis::limits {
namespace {

TEST(FaultsWhenWaiting, ServedAtOnceAreThoseOfTheList) {
  const auto stream = mixed_pages(5'000, 120, 15);
  for (const std::uint64_t limit : {1U, 9U, 50U, 119U, 120U}) {
    for (const std::size_t from : {0U, 2'000U}) {
      EXPECT_EQ(faults_when_waiting({stream, from}, limit, 1.0, Recency::mapped),
                naive_faults(stream, limit, false, from));
      EXPECT_EQ(faults_when_waiting({stream, from}, limit, 1.0, Recency::used),
                naive_faults(stream, limit, true, from));
    }
  }
}

// Page 1 waits until three accesses are blocked. Its second access waits for the same fault.
TEST(FaultsWhenWaiting, JoinTheFaultOfTheirPage) {
  const Pages stream{1, 1, 2, 1};
  EXPECT_EQ(faults_when_waiting({stream, 0}, 1, 3.0, Recency::mapped), 2U);
  // At once: 1 is mapped, then evicted for 2, then asked for again.
  EXPECT_EQ(faults_when_waiting({stream, 0}, 1, 1.0, Recency::mapped), 3U);
}

// Two accesses are blocked at a service: 1 is served when 2 is asked for, 2 when 3 is. So 1 is
// still on the list of one page when it is used in between, and evicted when 2 is served.
TEST(FaultsWhenWaiting, LetPagesBeUsedUntilTheNextFaultIsServed) {
  const Pages stream{1, 2, 1, 3, 1};
  EXPECT_EQ(faults_when_waiting({stream, 0}, 1, 2.0, Recency::mapped), 4U);
  EXPECT_EQ(faults_when_waiting({stream, 0}, 1, 1.0, Recency::mapped), 5U);
}

// With `blocked` = 1.5 thresholds of 1 and 2 take turns: 1 waits for 2, 2 is served at once, ...
TEST(FaultsWhenWaiting, SpreadWhatIsNotWhole) {
  const auto stream = uniform_pages(20'000, 50, 16);
  const auto at_once = faults_when_waiting({stream, 0}, 20, 1.0, Recency::mapped);
  const auto half = faults_when_waiting({stream, 0}, 20, 1.5, Recency::mapped);
  const auto second = faults_when_waiting({stream, 0}, 20, 2.0, Recency::mapped);
  EXPECT_LT(second, half);
  EXPECT_LT(half, at_once);
}

TEST(FaultsWhenWaiting, OfManyServedFaultsKeepTheirOrder) {
  Pages loop;
  for (int pass = 0; pass < 20; ++pass)
    for (std::uint32_t page = 0; page < 10'000; ++page) loop.push_back(page);
  EXPECT_EQ(faults_when_waiting({loop, 0}, 9'000, 8.0, Recency::used), 200'000U);
  EXPECT_EQ(faults_when_waiting({loop, 0}, 10'000, 8.0, Recency::used), 10'000U);
}

}  // namespace
}  // namespace faultpath::analysis::limits
