// Confidence intervals of a mean, and of the mean of paired differences.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace faultpath::analysis {

/// A mean over `n` replications with Student's interval; no interval when n is 1.
struct Interval {
  double mean = 0.0;
  std::optional<double> low, high;
  std::size_t n = 0;

  /// Whether it is an interval and zero lies outside of it.
  bool excludes_zero() const { return low && (*low > 0.0 || *high < 0.0); }
};

/// The quantile of Student's t distribution. Requires 0 < probability < 1 and degrees >= 1.
double student_t_quantile(double probability, double degrees);

/// Requires at least one value and 0 < confidence < 1. The values are taken as independent and
/// roughly normal, as means and quantiles of whole replications are.
Interval interval_of(std::span<const double> values, double confidence);

}  // namespace faultpath::analysis
