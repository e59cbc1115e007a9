// Student's t, from Boost.Math.
#include "analysis/interval.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace faultpath::analysis {
namespace {

// Doubles throughout: long doubles would cost tables at start-up and fail under valgrind.
using Doubles = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

}  // namespace

double student_t_quantile(double probability, double degrees) {
  return boost::math::quantile(boost::math::students_t_distribution<double, Doubles>(degrees),
                               probability);
}

double student_t_above(double t, double degrees) {
  const boost::math::students_t_distribution<double, Doubles> distribution(degrees);
  return boost::math::cdf(boost::math::complement(distribution, t));
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Two passes, because one loses digits.
double sample_variance(std::span<const double> values, double mean) {
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

Interval interval_of(std::span<const double> values, double confidence) {
  const auto n = static_cast<double>(values.size());
  Interval interval{mean_of(values), {}, {}, values.size()};
  if (values.size() < 2) return interval;
  set_bounds(interval, std::sqrt(sample_variance(values, interval.mean) / n), n - 1.0, confidence);
  return interval;
}

void set_bounds(Interval& interval, double error, double degrees, double confidence) {
  const double half =
      error > 0.0 ? student_t_quantile(0.5 + confidence / 2.0, degrees) * error : 0.0;
  interval.low = interval.mean - half;
  interval.high = interval.mean + half;
}

}  // namespace faultpath::analysis
