// Zipf's law against its exact probabilities.
#include "models/device/workloads/zipf.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace faultpath::models {
namespace {

constexpr int kDraws = 200'000;

std::vector<double> exact_probabilities(std::uint64_t n, double exponent) {
  std::vector<double> p(n);
  double sum = 0.0;
  for (std::uint64_t k = 0; k < n; ++k) {
    p[k] = std::pow(static_cast<double>(k + 1), -exponent);
    sum += p[k];
  }
  for (double& each : p) each /= sum;
  return p;
}

// Quantile 0.9999 of chi-square, by Wilson and Hilferty's approximation (PNAS 1931), good to 1 %
// from 3 degrees of freedom on.
double chi_square_limit(double degrees) {
  const double z = 3.719;  // of the normal distribution
  const double c = 2.0 / (9.0 * degrees);
  return degrees * std::pow(1.0 - c + z * std::sqrt(c), 3.0);
}

// A correct sampler exceeds the limit for one seed in 10,000. Ranks that are expected less than ten
// times are taken together.
void expect_zipf(std::uint64_t n, double exponent, std::uint64_t seed) {
  const std::vector<double> p = exact_probabilities(n, exponent);
  const Zipf zipf(n, exponent);
  sim::RandomStream stream({seed, 0, "zipf", "ranks"});
  std::vector<int> seen(n);
  for (int i = 0; i < kDraws; ++i) ++seen.at(zipf(stream));
  double chi = 0.0, rest_expected = 0.0;
  int rest_seen = 0, cells = 0;
  for (std::uint64_t k = 0; k < n; ++k) {
    const double expected = p[k] * kDraws;
    if (expected < 10.0) {
      rest_expected += expected;
      rest_seen += seen[k];
      continue;
    }
    chi += (seen[k] - expected) * (seen[k] - expected) / expected;
    ++cells;
  }
  if (rest_expected >= 10.0) {
    chi += (rest_seen - rest_expected) * (rest_seen - rest_expected) / rest_expected;
    ++cells;
  }
  EXPECT_LT(chi, chi_square_limit(cells - 1))
      << "n " << n << ", exponent " << exponent << ", seed " << seed;
}

TEST(Zipf, DrawsRanksWithTheirExactProbabilities) {
  std::uint64_t seed = 1;
  for (const double exponent : {0.5, 0.99, 1.0, 1.2, 2.0, 3.5}) {
    for (const std::uint64_t n : {5ULL, 1000ULL}) expect_zipf(n, exponent, seed++);
  }
}

TEST(Zipf, ASingleRankIsAlwaysDrawn) {
  const Zipf zipf(1, 0.99);
  sim::RandomStream stream({1, 0, "zipf", "one"});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(zipf(stream), 0U);
}

// With n = 2^36 pages (256 TiB) a table would not fit: the share of rank 0 is 1 / H(n, s).
TEST(Zipf, DrawsFromBillionsOfRanks) {
  constexpr std::uint64_t kRanks = 1ULL << 36;
  const Zipf zipf(kRanks, 1.0);
  const double harmonic = std::log(static_cast<double>(kRanks)) + 0.5772156649;  // Euler
  sim::RandomStream stream({1, 0, "zipf", "large"});
  int first = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t rank = zipf(stream);
    ASSERT_LT(rank, kRanks);
    first += rank == 0;
  }
  const double p = 1.0 / harmonic;
  const double sigma = std::sqrt(kDraws * p * (1.0 - p));
  EXPECT_NEAR(first, kDraws * p, 3.9 * sigma);  // one seed in 10,000 misses
}

TEST(ZipfDeathTest, RefusesWhatIsNoLaw) {
  EXPECT_DEATH(Zipf(0, 1.0), "ranks");
  EXPECT_DEATH(Zipf(10, 0.0), "positive exponent");
}

TEST(Scatter, IsAPermutation) {
  for (const std::uint64_t n : {1ULL, 2ULL, 3ULL, 64ULL, 97ULL, 1000ULL, 4096ULL}) {
    std::vector<bool> taken(n);
    for (std::uint64_t rank = 0; rank < n; ++rank) {
      const std::uint64_t slot = scatter(rank, n);
      ASSERT_LT(slot, n);
      EXPECT_FALSE(taken[slot]) << rank << " of " << n;
      taken[slot] = true;
    }
  }
}

TEST(Scatter, NeighboursInRankAreFarApartInMemory) {
  constexpr std::uint64_t kSlots = 4096;
  for (std::uint64_t rank = 0; rank + 1 < 100; ++rank) {
    const auto a = static_cast<std::int64_t>(scatter(rank, kSlots));
    const auto b = static_cast<std::int64_t>(scatter(rank + 1, kSlots));
    EXPECT_GT(std::abs(a - b), 512) << rank;
  }
}

}  // namespace
}  // namespace faultpath::models
