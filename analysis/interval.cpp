// Student's t, from Boost.Math.
#include "analysis/interval.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace faultpath::analysis {
namespace {

// Doubles throughout: long doubles would cost tables at start-up and fail under valgrind.
using Doubles = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

// Of the sample, around a mean that is known; two passes, because one loses digits.
double sample_variance(std::span<const double> values, double mean) {
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

}  // namespace

double student_t_quantile(double probability, double degrees) {
  return boost::math::quantile(boost::math::students_t_distribution<double, Doubles>(degrees),
                               probability);
}

Interval interval_of(std::span<const double> values, double confidence) {
  const auto n = static_cast<double>(values.size());
  Interval interval;
  interval.n = values.size();
  interval.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return interval;
  const double error = std::sqrt(sample_variance(values, interval.mean) / n);
  const double half = error > 0.0 ? student_t_quantile(0.5 + confidence / 2.0, n - 1.0) * error : 0;
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
  return interval;
}

}  // namespace faultpath::analysis
