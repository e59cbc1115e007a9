// Distributions of durations: what a latency in a scenario may be.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/random.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

/// Always the same.
struct ConstantSpec {
  Duration value{};
  bool operator==(const ConstantSpec&) const = default;
};
/// Uniform in [low, high].
struct UniformSpec {
  Duration low{}, high{};
  bool operator==(const UniformSpec&) const = default;
};
/// Exponential with this mean.
struct ExponentialSpec {
  Duration mean{};
  bool operator==(const ExponentialSpec&) const = default;
};
/// Log-normal, given by its mean and its 99th percentile; p99 lies in (mean, 14.9 mean).
struct LognormalSpec {
  Duration mean{}, p99{};
  bool operator==(const LognormalSpec&) const = default;
};
/// Gamma with this mean and shape; shape 1 is exponential, large shapes are narrow.
struct GammaSpec {
  Duration mean{};
  double shape = 1.0;
  bool operator==(const GammaSpec&) const = default;
};
/// Pareto: density falls as x^-(shape + 1) above `minimum`; shape > 1, so that a mean exists.
struct ParetoSpec {
  Duration minimum{};
  double shape = 2.0;
  bool operator==(const ParetoSpec&) const = default;
};
/// Draws one of the values, each with the same probability. `file` says where they are from.
struct EmpiricalSpec {
  std::vector<Duration> values;
  std::string file;
  bool operator==(const EmpiricalSpec&) const = default;
};

using DistributionSpec = std::variant<ConstantSpec, UniformSpec, ExponentialSpec, LognormalSpec,
                                      GammaSpec, ParetoSpec, EmpiricalSpec>;

/// The reason why `spec` is no distribution, empty when it is one: negative durations, low > high,
/// p99 outside its range, shapes out of range, no values.
std::string invalid_because(const DistributionSpec& spec);

/// The exact mean of `spec`.
Duration mean_of(const DistributionSpec& spec);

/// A distribution ready to draw from. Never negative; rounded to the nearest picosecond. Portable:
/// Boost.Random over a counter-based stream.
class Distribution {
 public:
  /// A draw behind it, from a heavy tail, is cut to it.
  static constexpr Duration kLongest = kLongestStep;

  /// Requires a valid spec.
  explicit Distribution(const DistributionSpec& spec);
  /// A constant, so that a Duration can stand where a distribution is expected.
  Distribution(Duration constant = Duration::zero()) : constant_(constant) {}  // NOLINT

  Duration operator()(RandomStream& stream) const {
    return shape_ == Shape::constant ? constant_ : draw(stream);
  }
  Duration mean() const { return constant_; }
  bool is_constant() const { return shape_ == Shape::constant; }

 private:
  enum class Shape { constant, uniform, exponential, lognormal, gamma, pareto, empirical };
  Duration draw(RandomStream& stream) const;

  Shape shape_ = Shape::constant;
  Duration constant_;    // the mean, for every shape
  double first_ = 0.0;   // uniform: low; exponential, gamma: scale; lognormal: mu; pareto: minimum
  double second_ = 0.0;  // uniform: width; lognormal: sigma; gamma, pareto: shape
  std::vector<Duration> values_;
};

}  // namespace faultpath::sim
