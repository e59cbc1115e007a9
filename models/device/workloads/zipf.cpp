// Rejection inversion for Zipf's law.
#include "models/device/workloads/zipf.hpp"

#include <cmath>
#include <numeric>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// log1p(x) / x and expm1(x) / x, continuous at zero: exponent 1 needs no case of its own.
double log1p_ratio(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1.0 - x / 2.0; }
double expm1_ratio(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1.0 + x / 2.0; }

}  // namespace

Zipf::Zipf(std::uint64_t n, double exponent) : n_(static_cast<double>(n)), exponent_(exponent) {
  ENSURE(n >= 1 && exponent > 0.0, "Zipf's law needs ranks and a positive exponent");
  integral_first_ = integral(1.5) - 1.0;
  integral_last_ = integral(n_ + 0.5);
  shortcut_ = 2.0 - inverse_integral(integral(2.5) - density(2.0));
}

double Zipf::density(double x) const { return std::exp(-exponent_ * std::log(x)); }

double Zipf::integral(double x) const {
  const double log_x = std::log(x);
  return expm1_ratio((1.0 - exponent_) * log_x) * log_x;
}

double Zipf::inverse_integral(double x) const {
  const double t = std::fmax(-1.0, x * (1.0 - exponent_));
  return std::exp(log1p_ratio(t) * x);
}

std::uint64_t Zipf::operator()(sim::RandomStream& stream) const {
  for (;;) {
    const double u = integral_last_ + stream.unit() * (integral_first_ - integral_last_);
    const double x = inverse_integral(u);
    const double k = std::fmin(std::fmax(std::floor(x + 0.5), 1.0), n_);
    if (k - x <= shortcut_ || u >= integral(k + 0.5) - density(k)) {
      return static_cast<std::uint64_t>(k) - 1;
    }
  }
}

std::uint64_t scatter(std::uint64_t rank, std::uint64_t n) {
  if (n < 3) return rank;
  // The golden section of n, moved to the next number without a common divisor.
  std::uint64_t factor = static_cast<std::uint64_t>(static_cast<double>(n) * 0.6180339887498949);
  while (std::gcd(factor, n) != 1) ++factor;
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{rank} * factor % n);
}

}  // namespace faultpath::models
