// Che's approximation.
#include "analysis/queues/cache_hits.hpp"

#include <Eigen/Core>
#include <stdexcept>

namespace faultpath::analysis {
namespace {

using Shares = Eigen::ArrayXd;

// The probability that each page is kept, when one stays for `time` accesses: after its last use
// (LRU: it was used within that time) or after it was taken in (FIFO).
Shares presence(const Shares& popularity, double time, Replacement replacement) {
  const Shares uses = popularity * time;
  if (replacement == Replacement::lru) return 1.0 - (-uses).exp();
  return uses / (1.0 + uses);
}

// The time for which as many pages are kept in the mean as there is room for. The mean grows with
// the time, from 0 to the number of pages, so that halving an interval finds it.
double characteristic_time(const Shares& popularity, double kept, Replacement replacement) {
  double low = 0.0, high = kept;
  while (presence(popularity, high, replacement).sum() < kept) high *= 2.0;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2.0;
    (presence(popularity, middle, replacement).sum() < kept ? low : high) = middle;
  }
  return high;
}

}  // namespace

double hit_ratio(std::span<const double> popularity, double kept, Replacement replacement) {
  if (kept < 1.0 || kept >= static_cast<double>(popularity.size())) {
    throw std::invalid_argument("as many pages are kept as there are, or none");
  }
  const Shares shares =
      Eigen::Map<const Shares>(popularity.data(), static_cast<Eigen::Index>(popularity.size()));
  const double time = characteristic_time(shares, kept, replacement);
  return (shares * presence(shares, time, replacement)).sum();
}

std::vector<double> zipf_popularity(std::size_t pages, double exponent) {
  const Shares weights =
      Shares::LinSpaced(static_cast<Eigen::Index>(pages), 1.0, static_cast<double>(pages))
          .pow(-exponent);
  const Shares shares = weights / weights.sum();
  return {shares.begin(), shares.end()};
}

}  // namespace faultpath::analysis
