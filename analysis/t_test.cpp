// Student's t in five uses.
#include "analysis/t_test.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/interval.hpp"

namespace faultpath::analysis {
namespace {

constexpr double kPower = 0.90;
constexpr std::uint64_t kMostReplications = 1'000'000;

struct MeanError {
  double mean, squared_error, degrees;
};

MeanError mean_error(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = mean_of(values);
  return {mean, sample_variance(values, mean) / n, n - 1.0};
}

}  // namespace

Difference paired_difference(std::span<const double> base, std::span<const double> now) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i < base.size(); ++i) pairs.push_back(now[i] - base[i]);
  const auto [mean, squared_error, degrees] = mean_error(pairs);
  return {mean, std::sqrt(squared_error), degrees};
}

Difference welch_difference(std::span<const double> base, std::span<const double> now) {
  const auto one = mean_error(base);
  const auto two = mean_error(now);
  const double squared = one.squared_error + two.squared_error;
  if (squared == 0.0) return {two.mean - one.mean, 0.0, one.degrees + two.degrees};
  const double share = one.squared_error / squared;  // so that nothing underflows
  const double degrees =
      1.0 / (share * share / one.degrees + (1.0 - share) * (1.0 - share) / two.degrees);
  return {two.mean - one.mean, std::sqrt(squared), degrees};
}

double p_value(const Difference& difference) {
  if (difference.error == 0.0) return difference.mean == 0.0 ? 1.0 : 0.0;
  return 2.0 * student_t_above(std::abs(difference.mean) / difference.error, difference.degrees);
}

bool lies_within(const Difference& difference, double margin, double level) {
  const double half = difference.error > 0.0
                          ? student_t_quantile(1.0 - level, difference.degrees) * difference.error
                          : 0.0;
  return std::abs(difference.mean) + half < margin;
}

std::vector<bool> holm(std::span<const double> p_values, double level) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<bool> rejected(p_values.size(), false);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    if (p_values[order[rank]] > level / static_cast<double>(order.size() - rank)) break;
    rejected[order[rank]] = true;
  }
  return rejected;
}

std::optional<std::uint64_t> replications_to_show(double distance, double deviation, double level) {
  const auto suffice = [&](std::uint64_t replications) {
    const auto n = static_cast<double>(replications);
    const double quantiles =
        student_t_quantile(1.0 - level, n - 1.0) + student_t_quantile(kPower, n - 1.0);
    return quantiles * deviation <= std::sqrt(n) * distance;
  };
  if (!suffice(kMostReplications)) return std::nullopt;
  std::uint64_t few = 1, enough = kMostReplications;  // the more the easier, so halve
  while (enough - few > 1) {
    const auto middle = few + (enough - few) / 2;
    (suffice(middle) ? enough : few) = middle;
  }
  return enough;
}

}  // namespace faultpath::analysis
