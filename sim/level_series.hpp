// Level series: a level over time, as mean and maximum in a bounded number of equal steps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::sim {

/// Follows a whole number through a run whose length is not known. When the last bin is full,
/// neighbours are merged and the bins become twice as wide. The width is 2^20 ps times a power of
/// two, as in TimeSeries, so that two series can be brought to one step.
class LevelSeries {
 public:
  static constexpr std::size_t kBins = 512;
  struct Bin {
    double area = 0.0;     ///< level times picoseconds
    std::int64_t max = 0;  ///< of the levels that lasted into the bin or came in it
  };

  /// The first bin begins at `origin`, at which the level is `value`. Forgets what was before.
  void start(Time origin, std::int64_t value) {
    origin_ = changed_ = origin;
    width_bits_ = kFirstWidthBits;
    bins_.clear();
    open_ = {0.0, value};
    level_ = value;
    bin_end_ = origin + step();
  }

  /// The level is `value` from `now` on. Requires start(), and that `now` is not before the last.
  void set(Time now, std::int64_t value) {
    if (now >= bin_end_) close_bins(now);
    open_.area += static_cast<double>(level_) * static_cast<double>((now - changed_).count());
    open_.max = std::max(open_.max, value);
    changed_ = now;
    level_ = value;
  }

  /// Nothing comes after `end`, which is not before the last change. May widen the bins.
  void finish(Time end) {
    set(end, level_);
    if (end > begin_of(bins_.size())) bins_.push_back(open_);
  }

  /// Width of a bin.
  Duration step() const { return Duration{std::int64_t{1} << width_bits_}; }
  /// The bins from the origin to the end, of which the last covers what is left. Requires finish().
  const std::vector<Bin>& bins() const { return bins_; }

 private:
  static constexpr unsigned kFirstWidthBits = 20;  // about a microsecond

  Time begin_of(std::size_t bin) const {
    return after_steps(origin_, step(), static_cast<std::int64_t>(bin));
  }

  void close_bins(Time now) {
    while (now >= bin_end_) {
      open_.area +=
          static_cast<double>(level_) * static_cast<double>((bin_end_ - changed_).count());
      bins_.push_back(open_);
      open_ = {0.0, level_};
      changed_ = bin_end_;
      if (bins_.size() == kBins) merge_neighbours();
      bin_end_ = begin_of(bins_.size() + 1);
    }
  }

  void merge_neighbours() {
    for (std::size_t i = 0; i < kBins / 2; ++i) {
      const Bin &low = bins_[2 * i], &high = bins_[2 * i + 1];
      bins_[i] = {low.area + high.area, std::max(low.max, high.max)};
    }
    bins_.resize(kBins / 2);
    ++width_bits_;
  }

  Time origin_{};
  Time changed_{};
  Time bin_end_{};
  std::int64_t level_ = 0;
  unsigned width_bits_ = kFirstWidthBits;
  Bin open_;
  std::vector<Bin> bins_;
};

}  // namespace faultpath::sim
