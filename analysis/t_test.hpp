// Whether two samples differ in their mean, and whether they are the same for practical purposes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultpath::analysis {

/// How much larger a mean is than another, with its standard error.
struct Difference {
  double mean = 0.0, error = 0.0;
  double degrees = 1.0;  ///< of freedom
};

/// The difference of values that belong together pair by pair. Requires equal sizes of at least 2.
Difference paired_difference(std::span<const double> base, std::span<const double> now);
/// The difference of independent samples whose variances may differ, with the degrees of freedom of
/// Welch (1947).
/// Requires at least 2 values in each.
Difference welch_difference(std::span<const double> base, std::span<const double> now);

/// The probability of a difference as large as this, in either direction, where there is none.
double p_value(const Difference& difference);

/// Two one-sided tests, each at `level`: whether the difference is shown to lie strictly within
/// +- `margin` (Schuirmann, 1987).
bool lies_within(const Difference& difference, double margin, double level);

/// Which hypotheses are rejected by the step-down procedure of Holm (1979), so that with the
/// probability 1 - `level` none is rejected wrongly, however they depend on each other.
std::vector<bool> holm(std::span<const double> p_values, double level);

/// The number of replications with which a one-sided test at `level` shows, nine times of ten, that
/// a mean lies on its side of a limit. The mean lies `distance` beyond the limit, and replications
/// have the standard deviation `deviation`. Absent when a million replications are not enough.
std::optional<std::uint64_t> replications_to_show(double distance, double deviation, double level);

}  // namespace faultpath::analysis
