// Streams of accesses, and lists that are simulated in the simplest way.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

namespace faultpath::analysis::limits {

using Pages = std::vector<std::uint32_t>;

// Draws from the standard engine, whose words are the same everywhere.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(unit() * static_cast<double>(bound));
  }

 private:
  std::mt19937_64 engine_;
};

inline Pages uniform_pages(std::size_t accesses, std::uint32_t pages, std::uint64_t seed) {
  Draws draws(seed);
  Pages stream;
  for (std::size_t i = 0; i < accesses; ++i) stream.push_back(draws.below(pages));
  return stream;
}

// Probabilities proportional to 1 / (page + 1)^exponent.
inline std::vector<double> zipf_shares(std::uint32_t pages, double exponent) {
  std::vector<double> shares;
  double sum = 0.0;
  for (std::uint32_t page = 0; page < pages; ++page) {
    shares.push_back(std::pow(page + 1.0, -exponent));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

// By inversion.
inline Pages zipf_pages(std::size_t accesses, const std::vector<double>& shares,
                        std::uint64_t seed) {
  std::vector<double> below;
  double sum = 0.0;
  for (const double share : shares) below.push_back(sum += share);
  Draws draws(seed);
  Pages stream;
  for (std::size_t i = 0; i < accesses; ++i) {
    const auto at = std::ranges::upper_bound(below, draws.unit() * sum);
    const auto last = static_cast<std::ptrdiff_t>(shares.size()) - 1;
    stream.push_back(static_cast<std::uint32_t>(std::min(at - below.begin(), last)));
  }
  return stream;
}

// A mix of loops, hot pages and jumps, so that distances of all lengths come.
inline Pages mixed_pages(std::size_t accesses, std::uint32_t pages, std::uint64_t seed) {
  Draws draws(seed);
  Pages stream;
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < accesses; ++i) {
    const std::uint32_t kind = draws.below(3);
    if (kind == 0) next = (next + 1) % pages;
    if (kind == 1) next = draws.below(pages);
    stream.push_back(kind == 2 ? draws.below(1 + pages / 10) : next);
  }
  return stream;
}

// The faults of a list of `limit` pages, oldest first, by looking through it; those from access
// `from` on.
inline std::uint64_t naive_faults(const Pages& stream, std::uint64_t limit, bool by_use,
                                  std::size_t from = 0) {
  std::deque<std::uint32_t> list;
  std::uint64_t faults = 0;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const auto at = std::ranges::find(list, stream[i]);
    const bool is_there = at != list.end();
    if (is_there && by_use) list.erase(at);
    if (is_there && !by_use) continue;
    list.push_back(stream[i]);
    if (list.size() > limit) list.pop_front();
    faults += !is_there && i >= from;
  }
  return faults;
}

}  // namespace faultpath::analysis::limits
