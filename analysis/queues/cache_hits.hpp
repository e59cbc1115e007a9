// How often a page is found among those that are kept, when pages are asked for independently.
#pragma once

#include <span>
#include <vector>

namespace faultpath::analysis {

enum class Replacement {
  lru,   ///< the page used longest ago goes
  fifo,  ///< the page taken in longest ago goes
};

/// The share of accesses that hit among `kept` pages, when page i is accessed with probability
/// `popularity[i]` whatever came before. An approximation: pages are independent but for one
/// characteristic time (Che, Tung and Wang 2002 for LRU; Martina, Garetto and Leonardi 2014 for
/// FIFO), exact when all are alike. Requires fewer kept pages than there are, and at least one.
double hit_ratio(std::span<const double> popularity, double kept, Replacement replacement);

/// The popularity of `pages` pages by Zipf's law: page i, from 1, in proportion to i^-exponent.
std::vector<double> zipf_popularity(std::size_t pages, double exponent);

}  // namespace faultpath::analysis
