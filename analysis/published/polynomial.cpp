// Least squares by a QR decomposition.
#include "analysis/published/polynomial.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>

namespace faultpath::analysis {

std::vector<double> fit_polynomial(std::span<const WeightedPoint> points, std::size_t degree) {
  std::set<double> places;
  for (const auto& point : points) places.insert(point.x);
  const auto columns = static_cast<Eigen::Index>(std::min(degree + 1, places.size()));
  Eigen::MatrixXd a(static_cast<Eigen::Index>(points.size()), columns);
  Eigen::VectorXd b(a.rows());
  for (Eigen::Index i = 0; i < a.rows(); ++i) {
    const auto& [x, y, weight] = points[static_cast<std::size_t>(i)];
    double term = std::sqrt(weight);
    b(i) = term * y;
    for (Eigen::Index j = 0; j < columns; ++j, term *= x) a(i, j) = term;
  }
  const Eigen::VectorXd solution = a.colPivHouseholderQr().solve(b);
  return {solution.begin(), solution.end()};
}

double value_at(std::span<const double> coefficients, double x) {
  double value = 0.0;
  for (const double coefficient : std::views::reverse(coefficients))
    value = value * x + coefficient;
  return value;
}

}  // namespace faultpath::analysis
