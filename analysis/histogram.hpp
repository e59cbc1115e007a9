// Histograms as a result keeps them: quantiles, shares of the tail, merging.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace faultpath::analysis {

/// Log-linear buckets of picoseconds: 2^sub_bits of them for each power of two, one picosecond
/// wide below that. An atom of values may move by 2^-sub_bits within its bucket unseen.
class Histogram {
 public:
  struct Bucket {
    std::int64_t low;  ///< the least value that falls into it
    std::uint64_t count;

    bool operator==(const Bucket&) const = default;
  };

  Histogram() = default;
  /// Requires ascending lows that begin buckets, counts above 0 and 1 <= sub_bits <= 16.
  Histogram(int sub_bits, std::vector<Bucket> buckets);

  /// The width of the bucket that begins at `low`.
  static std::int64_t width(std::int64_t low, int sub_bits);

  int sub_bits() const { return sub_bits_; }
  std::uint64_t count() const { return count_; }
  const std::vector<Bucket>& buckets() const { return buckets_; }

  /// Interpolated inside its bucket, as if the values lay there at equal distances up to its last
  /// picosecond. Requires a value and 0 < q <= 1. In picoseconds, with a fraction.
  double quantile(double q) const;
  /// The share of the values above `picoseconds`, interpolated in the same way: 1 - q where
  /// `picoseconds` is the quantile q. Requires a value.
  double share_above(double picoseconds) const;

  bool operator==(const Histogram&) const = default;

 private:
  int sub_bits_ = 6;
  std::uint64_t count_ = 0;
  std::vector<Bucket> buckets_;
};

/// The histogram of all values of these. Requires equal sub_bits.
Histogram merged(std::span<const Histogram* const> histograms);

}  // namespace faultpath::analysis
