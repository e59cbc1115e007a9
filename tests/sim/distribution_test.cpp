// Distributions: mean and 99th percentile by their laws, and specs that are none.
#include "sim/distribution.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <vector>

namespace faultpath::sim {
namespace {

using testing::HasSubstr;

// A normal variable is further than this from its mean once in 10,000 times.
constexpr double kZ = 3.891;
constexpr int kDraws = 200'000;

struct Law {
  const char* name;
  DistributionSpec spec;
  double mean, deviation, p99;  // picoseconds
};
void PrintTo(const Law& law, std::ostream* out) { *out << law.name; }

template <class Increasing>
double root_of(Increasing f, double low, double high) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2.0;
    (f(middle) < 0.0 ? low : high) = middle;
  }
  return low;
}

Law lognormal_law() {
  // E = exp(mu + s^2/2) and Q(0.99) = exp(mu + 2.3263 s), so Q / E = exp(2.3263 s - s^2 / 2).
  const double s =
      root_of([](double x) { return std::exp(2.32634787 * x - x * x / 2) - 4.5; }, 0.0, 2.32634787);
  return {"lognormal", LognormalSpec{microseconds(2), microseconds(9)}, 2e6,
          2e6 * std::sqrt(std::exp(s * s) - 1.0), 9e6};
}

Law gamma_law() {
  // Shape 2: P(X > x scale) = exp(-x) (1 + x).
  const double x = root_of([](double y) { return 0.01 - std::exp(-y) * (1.0 + y); }, 0.0, 20.0);
  return {"gamma", GammaSpec{microseconds(3), 2.0}, 3e6, 3e6 / std::sqrt(2.0), x * 1.5e6};
}

const std::vector<Law>& laws() {
  static const std::vector<Law> all{
      {"uniform", UniformSpec{microseconds(1), microseconds(4)}, 2.5e6, 3e6 / std::sqrt(12.0),
       1e6 + 0.99 * 3e6},
      {"exponential", ExponentialSpec{microseconds(2)}, 2e6, 2e6, 2e6 * std::log(100.0)},
      lognormal_law(),
      gamma_law(),
      // Shape a: mean m a / (a - 1), variance m^2 a / ((a - 1)^2 (a - 2)), P(X > x) = (m / x)^a.
      {"pareto", ParetoSpec{microseconds(1), 4.0}, 4e6 / 3.0, 1e6 * std::sqrt(4.0 / 18.0),
       1e6 * std::pow(100.0, 0.25)}};
  return all;
}

std::vector<double> draws_of(const DistributionSpec& spec) {
  const Distribution distribution{spec};
  RandomStream stream{{1, 0, "test", "draws"}};
  std::vector<double> draws(kDraws);
  std::ranges::generate(draws, [&] { return static_cast<double>(distribution(stream).count()); });
  return draws;
}

double mean_of_draws(const std::vector<double>& draws) {
  double sum = 0.0;
  for (const double draw : draws) sum += draw;
  return sum / static_cast<double>(draws.size());
}

class DistributionLaw : public testing::TestWithParam<Law> {};

TEST_P(DistributionLaw, HasItsMean) {
  const Law& law = GetParam();
  const double mean = mean_of_draws(draws_of(law.spec));
  const double half_width = kZ * law.deviation / std::sqrt(kDraws);
  EXPECT_NEAR(mean, law.mean, half_width);
  EXPECT_GT(std::abs(mean - 1.03 * law.mean), half_width) << "3 % are noticed";
  EXPECT_NEAR(static_cast<double>(Distribution{law.spec}.mean().count()), law.mean, 0.51);
}

TEST_P(DistributionLaw, HasItsPercentile) {
  const Law& law = GetParam();
  const std::vector<double> draws = draws_of(law.spec);
  const auto above = [&](double x) {
    return static_cast<double>(std::ranges::count_if(draws, [x](double d) { return d > x; }));
  };
  const double half_width = kZ * std::sqrt(kDraws * 0.01 * 0.99);
  EXPECT_NEAR(above(law.p99), 0.01 * kDraws, half_width);
  EXPECT_GT(above(0.94 * law.p99), 0.01 * kDraws + half_width) << "6 % are noticed";
}

TEST_P(DistributionLaw, IsNeverNegative) {
  const std::vector<double> draws = draws_of(GetParam().spec);
  EXPECT_GE(*std::ranges::min_element(draws), 0.0);
}

INSTANTIATE_TEST_SUITE_P(All, DistributionLaw, testing::ValuesIn(laws()),
                         [](const auto& source) { return std::string(source.param.name); });

TEST(Distribution, AConstantIsAlwaysTheSameAndTakesNoDraw) {
  const Distribution constant{nanoseconds(7)};
  RandomStream used{{1, 0, "test", "constant"}};
  RandomStream fresh{{1, 0, "test", "constant"}};
  EXPECT_EQ(constant(used), nanoseconds(7));
  EXPECT_TRUE(constant.is_constant());
  EXPECT_EQ(used(), fresh());
}

TEST(Distribution, AnEmpiricalOneDrawsEachValueEquallyOften) {
  const auto draws =
      draws_of(EmpiricalSpec{{nanoseconds(1), nanoseconds(1), nanoseconds(4)}, "test"});
  const auto ones = std::ranges::count(draws, 1e3);
  const auto fours = std::ranges::count(draws, 4e3);
  EXPECT_EQ(ones + fours, kDraws);
  EXPECT_NEAR(static_cast<double>(fours), kDraws / 3.0, kZ * std::sqrt(kDraws * 2.0 / 9.0));
  EXPECT_EQ(mean_of(EmpiricalSpec{{nanoseconds(1), nanoseconds(1), nanoseconds(4)}, ""}),
            nanoseconds(2));
}

TEST(Distribution, SaysWhyASpecIsNone) {
  const Duration minus = nanoseconds(-1);
  const Duration zero = Duration::zero();
  const Duration one = nanoseconds(1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(invalid_because(ConstantSpec{minus}), HasSubstr("negative"));
  EXPECT_THAT(invalid_because(UniformSpec{minus, one}), HasSubstr("negative"));
  EXPECT_THAT(invalid_because(UniformSpec{one, zero}), HasSubstr("low"));
  EXPECT_THAT(invalid_because(ExponentialSpec{zero}), HasSubstr("positive"));
  EXPECT_THAT(invalid_because(LognormalSpec{zero, one}), HasSubstr("positive"));
  EXPECT_THAT(invalid_because(LognormalSpec{one, one}), HasSubstr("above its mean"));
  EXPECT_THAT(invalid_because(LognormalSpec{one, 15 * one}), HasSubstr("14.9"));
  EXPECT_THAT(invalid_because(GammaSpec{zero, 1.0}), HasSubstr("positive"));
  for (const double shape : {0.0, -1.0, nan, infinity}) {
    EXPECT_THAT(invalid_because(GammaSpec{one, shape}), HasSubstr("shape"));
  }
  EXPECT_THAT(invalid_because(ParetoSpec{zero, 2.0}), HasSubstr("positive"));
  for (const double shape : {1.0, nan, infinity}) {
    EXPECT_THAT(invalid_because(ParetoSpec{one, shape}), HasSubstr("shape"));
  }
  EXPECT_THAT(invalid_because(EmpiricalSpec{}), HasSubstr("values"));
  EXPECT_THAT(invalid_because(EmpiricalSpec{{one, minus}, ""}), HasSubstr("negative"));
}

TEST(Distribution, AcceptsTheEdgesOfWhatIsValid) {
  const Duration one = nanoseconds(1);
  EXPECT_EQ(invalid_because(ConstantSpec{Duration::zero()}), "");
  EXPECT_EQ(invalid_because(UniformSpec{one, one}), "");
  EXPECT_EQ(invalid_because(LognormalSpec{one, one + picoseconds(1)}), "");
  EXPECT_EQ(invalid_because(LognormalSpec{picoseconds(1000), picoseconds(14'900)}), "");
}

TEST(DistributionDeathTest, IsMadeFromAValidSpec) {
  EXPECT_DEATH(Distribution{DistributionSpec{EmpiricalSpec{}}}, "valid spec");
}

// With shape 1 + 1e-9, one draw in two exceeds twice the minimum, one in 10^4 ten thousand times.
TEST(Distribution, CutsAHeavyTailToWhatAClockCanAdd) {
  const Distribution distribution(ParetoSpec{Distribution::kLongest / 4, 1.0 + 1e-9});
  RandomStream stream{{1, 0, "component", "purpose"}};
  Duration longest{};
  for (int i = 0; i < 1000; ++i) longest = std::max(longest, distribution(stream));
  EXPECT_EQ(longest, Distribution::kLongest);
}

}  // namespace
}  // namespace faultpath::sim
