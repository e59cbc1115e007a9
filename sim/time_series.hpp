// Time series: values by time of a run whose length is not known, in a bounded number of bins.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/time.hpp"

namespace faultpath::sim {

/// Sums, counts and maxima of durations in equal bins of time. When a value falls behind the last
/// bin, neighbours are merged and the bins become twice as wide; so the order of values in time
/// does not matter.
class TimeSeries {
 public:
  static constexpr std::size_t kBins = 512;
  struct Bin {
    std::uint64_t count = 0;
    std::int64_t sum = 0;  ///< picoseconds
    std::int64_t max = 0;  ///< picoseconds
  };

  /// The first bin begins at `origin`. Requires that nothing has been added.
  void start(Time origin) { origin_ = origin; }
  /// Requires that `at` is not before the origin.
  void add(Time at, Duration value) {
    const std::int64_t offset = (at - origin_).count();
    while (offset >> width_bits_ >= static_cast<std::int64_t>(kBins)) widen();
    Bin& bin = bins_[static_cast<std::size_t>(offset >> width_bits_)];
    ++bin.count;
    bin.sum += value.count();
    bin.max = std::max(bin.max, value.count());
  }
  /// Width of a bin.
  Duration step() const { return Duration{std::int64_t{1} << width_bits_}; }
  const std::array<Bin, kBins>& bins() const { return bins_; }

 private:
  void widen() {
    for (std::size_t i = 0; i < kBins; ++i) {
      const Bin low = 2 * i < kBins ? bins_[2 * i] : Bin{};
      const Bin high = 2 * i < kBins ? bins_[2 * i + 1] : Bin{};
      bins_[i] = {low.count + high.count, low.sum + high.sum, std::max(low.max, high.max)};
    }
    ++width_bits_;
  }

  Time origin_{};
  std::array<Bin, kBins> bins_{};
  unsigned width_bits_ = 20;  // about a microsecond
};

}  // namespace faultpath::sim
