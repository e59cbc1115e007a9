// Interpolation and merging.
#include "analysis/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace faultpath::analysis {

Histogram::Histogram(int sub_bits, std::vector<Bucket> buckets)
    : sub_bits_(sub_bits), buckets_(std::move(buckets)) {
  for (const auto& bucket : buckets_) count_ += bucket.count;
}

std::int64_t Histogram::width(std::int64_t low, int sub_bits) {
  const int exponent = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(low))) - 1;
  return std::int64_t{1} << std::max(0, exponent - sub_bits);
}

double Histogram::quantile(double q) const {
  // A product that is a whole number but for rounding, as 0.07 * 100, stands for that number.
  const double rank = q * static_cast<double>(count_) * (1.0 - 0x1p-51);
  std::uint64_t seen = 0;
  for (const auto& bucket : buckets_) {
    const auto before = static_cast<double>(seen);
    seen += bucket.count;
    if (static_cast<double>(seen) < rank) continue;
    const double share = (rank - before) / static_cast<double>(bucket.count);
    return static_cast<double>(bucket.low) +
           share * static_cast<double>(width(bucket.low, sub_bits_) - 1);
  }
  return static_cast<double>(buckets_.back().low);
}

double Histogram::share_above(double picoseconds) const {
  double above = 0.0;
  for (auto bucket = buckets_.rbegin(); bucket != buckets_.rend(); ++bucket) {
    const auto low = static_cast<double>(bucket->low);
    const auto count = static_cast<double>(bucket->count);
    if (low > picoseconds) {
      above += count;
      continue;
    }
    const auto last = low + static_cast<double>(width(bucket->low, sub_bits_) - 1);
    if (last > picoseconds) above += count * (last - picoseconds) / (last - low);
    break;
  }
  return above / static_cast<double>(count_);
}

Histogram merged(std::span<const Histogram* const> histograms) {
  std::vector<Histogram::Bucket> all;
  for (const auto* histogram : histograms) {
    const auto middle = static_cast<std::ptrdiff_t>(all.size());
    all.insert(all.end(), histogram->buckets().begin(), histogram->buckets().end());
    std::inplace_merge(all.begin(), all.begin() + middle, all.end(),
                       [](const auto& a, const auto& b) { return a.low < b.low; });
    std::vector<Histogram::Bucket> sums;
    sums.reserve(all.size());
    for (const auto& bucket : all) {
      if (!sums.empty() && sums.back().low == bucket.low) {
        sums.back().count += bucket.count;
      } else {
        sums.push_back(bucket);
      }
    }
    all = std::move(sums);
  }
  return {histograms.empty() ? Histogram{}.sub_bits() : histograms.front()->sub_bits(),
          std::move(all)};
}

}  // namespace faultpath::analysis
