// Log-linear histograms of durations that merge exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/time.hpp"

namespace faultpath::sim {

/// 64 linear buckets for each power of two of picoseconds: a quantile is wrong by less than a
/// bucket, that is 1/64, and where values lie close by far less. Count, sum, mean, deviation,
/// minimum and maximum are exact. Merging two histograms gives the same as recording everything
/// into one. Storage: Boost.Histogram with an axis of ours.
class Histogram {
 public:
  /// One used bucket: values in [low, high) and how many they are.
  struct Bucket {
    Duration low, high;
    std::uint64_t count;
  };

  Histogram();
  Histogram(const Histogram& other);
  Histogram(Histogram&&) noexcept;
  Histogram& operator=(Histogram other) noexcept;
  ~Histogram();

  /// Requires value >= 0.
  void record(Duration value);
  void merge(const Histogram& other);
  void clear();

  std::uint64_t count() const { return count_; }
  Duration min() const { return count_ == 0 ? Duration::zero() : Duration{min_}; }
  Duration max() const { return Duration{max_}; }
  double mean_ns() const;
  /// Of the population.
  double stddev_ns() const;
  /// The value at rank q of all, as if those of a bucket lay in it at equal distances up to its
  /// last picosecond; between min and max. 0 < q <= 1. Zero when empty.
  Duration quantile(double q) const;
  /// Place of the bucket that a value falls into, ascending with the value. Requires value >= 0.
  static std::size_t bucket_of(Duration value);
  /// The used buckets, in ascending order.
  std::vector<Bucket> buckets() const;

 private:
  __extension__ using Wide = unsigned __int128;
  struct Storage;

  std::unique_ptr<Storage> storage_;
  std::uint64_t count_ = 0;
  Wide sum_ = 0;
  Wide squares_ = 0;  // of picoseconds
  std::int64_t min_ = INT64_MAX;
  std::int64_t max_ = 0;
};

}  // namespace faultpath::sim
