// Zipf-distributed ranks, in constant time and memory whatever their number.
#pragma once

#include <cstdint>

#include "sim/random.hpp"

namespace faultpath::models {

/// Rank k in [0, n) with probability proportional to (k + 1)^-exponent, by rejection inversion.
/// Source: Hormann and Derflinger, ACM TOMACS 6(3), 1996. Requires n >= 1, exponent > 0.
class Zipf {
 public:
  Zipf(std::uint64_t n, double exponent);
  std::uint64_t operator()(sim::RandomStream& stream) const;

 private:
  double integral(double x) const;
  double inverse_integral(double x) const;
  double density(double x) const;

  double n_;
  double exponent_;
  double integral_first_;
  double integral_last_;
  double shortcut_;
};

/// Sends ranks to slots of [0, n) so that neighbours in rank are not neighbours in memory: a
/// permutation, the same for every stream.
std::uint64_t scatter(std::uint64_t rank, std::uint64_t n);

}  // namespace faultpath::models
