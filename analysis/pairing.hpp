// The runs of one case in two results, and whether they went the same way.
#pragma once

#include <optional>
#include <vector>

#include "analysis/result.hpp"
#include "analysis/trail.hpp"

namespace faultpath::analysis {

/// One case of both results; the runs are in one order when they are paired.
struct Pairing {
  std::vector<const Run*> base, now;
  bool is_paired = false;
};

/// Orders the runs by seed and replication. They are paired when both results have the same.
Pairing pair_up(const Case& base, const Case& now);

/// Compares the counters, gauges and distributions that both have: a newer program may have more.
bool have_equal_data(const Run& base, const Run& now);

/// Paired, and every pair has the same fingerprint and the same data.
bool went_the_same_way(const Pairing& pairing);

/// Where the first pair that differs parts; nothing if no pair differs or a trail is missing.
std::optional<Divergence> divergence_of(const Pairing& pairing);

}  // namespace faultpath::analysis
