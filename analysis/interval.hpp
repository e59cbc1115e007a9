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

/// The quantile of Student's t distribution. Requires 0 < probability < 1 and degrees > 0.
double student_t_quantile(double probability, double degrees);
/// The probability that Student's t lies above `t`. Requires degrees > 0.
double student_t_above(double t, double degrees);
/// The variance of a sample. Requires two values.
double sample_variance(std::span<const double> values, double mean);
double mean_of(std::span<const double> values);

/// Requires at least one value and 0 < confidence < 1. The values are taken as independent and
/// roughly normal, as means and quantiles of whole replications are.
Interval interval_of(std::span<const double> values, double confidence);

/// Sets the bounds to `mean` -+ t `error`, with t for `confidence` and these degrees of freedom.
void set_bounds(Interval& interval, double error, double degrees, double confidence);

}  // namespace faultpath::analysis
