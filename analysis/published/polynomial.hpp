// A polynomial through points: the least squares.
#pragma once

#include <span>
#include <vector>

namespace faultpath::analysis {

struct WeightedPoint {
  double x = 0.0, y = 0.0;
  double weight = 1.0;  ///< of the squared difference
};

/// Coefficients, the constant first. The degree is at most `degree` and less than the number of
/// different x, so that there is one solution. Requires a point.
std::vector<double> fit_polynomial(std::span<const WeightedPoint> points, std::size_t degree);
double value_at(std::span<const double> coefficients, double x);

}  // namespace faultpath::analysis
