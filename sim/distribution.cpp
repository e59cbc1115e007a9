// Drawing from distributions of durations, and their parameters from mean and percentile.
#include "sim/distribution.hpp"

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <numeric>

#include "sim/ensure.hpp"
#include "sim/overloaded.hpp"

namespace faultpath::sim {
namespace {

// The 0.99 quantile of the standard normal distribution.
constexpr double kNormal99 = 2.3263478740408408;

double count(Duration d) { return static_cast<double>(d.count()); }
Duration rounded(double picoseconds) {
  return Duration{std::llround(std::min(picoseconds, count(Distribution::kLongest)))};
}

// From mean = exp(mu + sigma^2 / 2) and p99 = exp(mu + z sigma); the smaller root.
double lognormal_sigma(const LognormalSpec& spec) {
  const double ratio = std::log(count(spec.p99) / count(spec.mean));
  return kNormal99 - std::sqrt(kNormal99 * kNormal99 - 2.0 * ratio);
}

bool negative(Duration d) { return d < Duration::zero(); }

std::string lognormal_invalid(const LognormalSpec& spec) {
  if (spec.mean <= Duration::zero()) return "the mean of a lognormal must be positive";
  const double ratio = count(spec.p99) / count(spec.mean);
  if (ratio <= 1.0) return "the p99 of a lognormal must be above its mean";
  if (2.0 * std::log(ratio) > kNormal99 * kNormal99) {
    return "no lognormal has a p99 above 14.9 times its mean";
  }
  return {};
}

}  // namespace

std::string invalid_because(const DistributionSpec& spec) {
  using Text = std::string;
  return std::visit(
      Overloaded{[](const ConstantSpec& s) -> Text {
                   return negative(s.value) ? "a duration cannot be negative" : "";
                 },
                 [](const UniformSpec& s) -> Text {
                   if (negative(s.low)) return "a duration cannot be negative";
                   return s.low > s.high ? "low must not be above high" : "";
                 },
                 [](const ExponentialSpec& s) -> Text {
                   return s.mean <= Duration::zero() ? "the mean must be positive" : "";
                 },
                 [](const LognormalSpec& s) -> Text { return lognormal_invalid(s); },
                 [](const GammaSpec& s) -> Text {
                   if (s.mean <= Duration::zero()) return "the mean must be positive";
                   return s.shape > 0.0 && std::isfinite(s.shape)
                              ? ""
                              : "the shape must be positive and finite";
                 },
                 [](const ParetoSpec& s) -> Text {
                   if (s.minimum <= Duration::zero()) return "the minimum must be positive";
                   if (s.shape > 1.0 && std::isfinite(s.shape)) return "";
                   return "the shape must be finite and above 1, or there is no mean";
                 },
                 [](const EmpiricalSpec& s) -> Text {
                   for (const Duration value : s.values) {
                     if (negative(value)) return "a duration cannot be negative";
                   }
                   return s.values.empty() ? "an empirical distribution needs values" : "";
                 }},
      spec);
}

Duration mean_of(const DistributionSpec& spec) {
  return std::visit(
      Overloaded{
          [](const ConstantSpec& s) { return s.value; },
          [](const UniformSpec& s) { return s.low + (s.high - s.low) / 2; },
          [](const ExponentialSpec& s) { return s.mean; },
          [](const LognormalSpec& s) { return s.mean; }, [](const GammaSpec& s) { return s.mean; },
          [](const ParetoSpec& s) { return rounded(count(s.minimum) * s.shape / (s.shape - 1.0)); },
          [](const EmpiricalSpec& s) {
            const auto sum = std::accumulate(s.values.begin(), s.values.end(), Duration::zero());
            return sum / static_cast<std::int64_t>(s.values.size());
          }},
      spec);
}

Distribution::Distribution(const DistributionSpec& spec) : constant_{} {
  ENSURE(invalid_because(spec).empty(), "a distribution is made from a valid spec");
  constant_ = mean_of(spec);
  const auto become = [this](Shape shape, double first, double second) {
    shape_ = shape;
    first_ = first;
    second_ = second;
  };
  std::visit(
      Overloaded{
          [](const ConstantSpec&) {},
          [&](const UniformSpec& s) {
            become(Shape::uniform, count(s.low), count(s.high - s.low));
          },
          [&](const ExponentialSpec& s) { become(Shape::exponential, count(s.mean), 0.0); },
          [&](const LognormalSpec& s) {
            const double sigma = lognormal_sigma(s);
            become(Shape::lognormal, std::log(count(s.mean)) - sigma * sigma / 2.0, sigma);
          },
          [&](const GammaSpec& s) { become(Shape::gamma, count(s.mean) / s.shape, s.shape); },
          [&](const ParetoSpec& s) { become(Shape::pareto, count(s.minimum), s.shape); },
          [&](const EmpiricalSpec& s) {
            shape_ = Shape::empirical;
            values_ = s.values;
          }},
      spec);
}

Duration Distribution::draw(RandomStream& stream) const {
  switch (shape_) {
    case Shape::constant:
      return constant_;
    case Shape::uniform:
      return rounded(first_ + second_ * stream.unit());
    case Shape::exponential:
      return rounded(first_ * boost::random::exponential_distribution<double>{}(stream));
    case Shape::lognormal:
      return rounded(
          std::exp(first_ + second_ * boost::random::normal_distribution<double>{}(stream)));
    case Shape::gamma:
      return rounded(boost::random::gamma_distribution<double>{second_, first_}(stream));
    case Shape::pareto:
      return rounded(first_ * std::pow(1.0 - stream.unit(), -1.0 / second_));
    case Shape::empirical:
      return values_[stream.below(values_.size())];
  }
  return constant_;
}

}  // namespace faultpath::sim
