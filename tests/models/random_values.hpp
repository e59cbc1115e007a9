// Values of a random system, from one seed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "sim/distribution.hpp"
#include "sim/random.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : stream_({seed, 0, "random system", "values"}) {}

  /// From 0 to 1.
  double unit() { return stream_.unit(); }
  bool chance(double p) { return stream_.unit() < p; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + stream_.below(high - low + 1);
  }
  std::uint32_t small(std::uint64_t low, std::uint64_t high) {
    return static_cast<std::uint32_t>(between(low, high));
  }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *std::next(values.begin(), static_cast<std::ptrdiff_t>(stream_.below(values.size())));
  }
  // Constants make ties, which is where order could go wrong.
  sim::DistributionSpec cost(std::int64_t ns) {
    const sim::Duration mean = sim::nanoseconds(static_cast<std::int64_t>(between(0, 2)) * ns);
    if (chance(0.6)) return sim::ConstantSpec{mean};
    if (chance(0.5)) return sim::ExponentialSpec{mean + sim::nanoseconds(1)};
    return sim::UniformSpec{mean / 2, mean * 2};
  }

 private:
  sim::RandomStream stream_;
};

}  // namespace faultpath::models
