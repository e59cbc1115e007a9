// Means over independent replications, with the confidence interval that they give themselves.
#pragma once

#include <cmath>
#include <ostream>

namespace faultpath::sim {

inline constexpr unsigned kReplications = 30;
/// Two-sided 99.9 % quantile of Student's t with 29 degrees of freedom (tables of the
/// distribution).
inline constexpr double kStudent999 = 3.659;

struct Interval {
  double low, high;
  bool contains(double value) const { return low <= value && value <= high; }
};
inline void PrintTo(const Interval& interval, std::ostream* out) {
  *out << '[' << interval.low << ", " << interval.high << ']';
}

/// The 99.9 % interval of the mean of `replicate(0)` to `replicate(29)`: a correct model misses it
/// for one seed in a thousand.
template <class Replicate>
Interval replicated(Replicate replicate) {
  double sum = 0.0;
  double squares = 0.0;
  for (unsigned r = 0; r < kReplications; ++r) {
    const double value = replicate(r);
    sum += value;
    squares += value * value;
  }
  const double n = kReplications;
  const double mean = sum / n;
  const double half = kStudent999 * std::sqrt((squares - n * mean * mean) / (n - 1.0) / n);
  return {mean - half, mean + half};
}

}  // namespace faultpath::sim
