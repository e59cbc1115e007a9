// Distances against a list that is looked through, and against Che's approximation.
#include "analysis/limits/stack_distance.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/limits/access_streams.hpp"

namespace faultpath::analysis::limits {
namespace {

Distances distances_of(const Pages& stream) {
  StackDistance stack;
  Distances distances;
  for (const auto page : stream) distances.add(stack.access(page));
  return distances;
}

// Che, Tung, Wang, IEEE JSAC 20(7), 2002: a list of L pages forgets a page after the time T in
// which L different ones are expected; an access to page i with share p_i hits with 1 - exp(-p_i
// T).
double che_fault_share(const std::vector<double>& shares, double limit) {
  const auto expected = [&](double time) {
    double pages = 0.0;
    for (const double share : shares) pages += -std::expm1(-share * time);
    return pages;
  };
  double low = 0.0, high = 1.0;
  while (expected(high) < limit) high *= 2.0;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (expected(middle) < limit ? low : high) = middle;
  }
  double faults = 0.0;
  for (const double share : shares) faults += share * std::exp(-share * high);
  return faults;
}

TEST(StackDistance, CountsThePagesSinceTheLastAccessAndThePageItself) {
  StackDistance stack;
  EXPECT_EQ(stack.access(4), StackDistance::kFirst);
  EXPECT_EQ(stack.access(4), 1U);
  EXPECT_EQ(stack.access(9), StackDistance::kFirst);
  EXPECT_EQ(stack.access(2), StackDistance::kFirst);
  EXPECT_EQ(stack.access(9), 2U);
  EXPECT_EQ(stack.access(4), 3U);  // 9 and 2, and itself: 9 counts once
}

// The times are used up many times over: 4,096 of them at first.
TEST(StackDistance, TellsTheFaultsOfEveryListByUse) {
  for (const std::uint32_t pages : {1U, 2U, 37U, 300U}) {
    const auto stream = mixed_pages(pages < 100 ? 20'000 : 6'000, pages, pages);
    const auto distances = distances_of(stream);
    for (std::uint64_t limit = 1; limit <= pages + 2; limit += pages < 100 ? 3 : 37) {
      ASSERT_EQ(distances.faults(limit), naive_faults(stream, limit, true))
          << pages << " pages, limit " << limit;
    }
  }
}

TEST(StackDistance, HoldsMorePagesThanItHasTimesAtFirst) {
  Pages stream;
  for (int pass = 0; pass < 3; ++pass)
    for (std::uint32_t page = 0; page < 10'000; ++page) stream.push_back(page);
  const auto distances = distances_of(stream);
  EXPECT_EQ(distances.faults(9'999), 30'000U);  // a loop that is one page too long: none is found
  EXPECT_EQ(distances.faults(10'000), 10'000U);
}

// Che's approximation is better than one per cent for Zipf (Fricker, Robert, Roberts, ITC 2012); a
// share of faults q of n independent accesses has the standard deviation sqrt(q (1 - q) / n).
TEST(StackDistance, AgreesWithChesApproximationForZipf) {
  constexpr std::size_t kWarm = 50'000, kCounted = 100'000;
  const auto shares = zipf_shares(2'000, 0.99);
  const auto stream = zipf_pages(kWarm + kCounted, shares, 3);
  StackDistance stack;
  Distances distances;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const auto distance = stack.access(stream[i]);
    if (i >= kWarm) distances.add(distance);
  }
  for (const std::uint64_t limit : {20U, 100U, 400U, 1'000U, 1'600U}) {
    const double che = che_fault_share(shares, static_cast<double>(limit));
    const double seen = static_cast<double>(distances.faults(limit)) / kCounted;
    const double noise = std::sqrt(che * (1.0 - che) / kCounted);
    EXPECT_NEAR(seen, che, 0.01 * che + 4.0 * noise) << limit;
  }
}

TEST(Distances, OfNoAccessAreNoFaults) {
  EXPECT_EQ(Distances{}.faults(1), 0U);
  EXPECT_EQ(Distances{}.accesses(), 0U);
}

}  // namespace
}  // namespace faultpath::analysis::limits
