// Pairing runs.
#include "analysis/pairing.hpp"

#include <algorithm>
#include <utility>

namespace faultpath::analysis {
namespace {

// Compares what both have: a newer program may have more.
template <class Named, class Equal>
bool agree(const std::vector<Named>& base, const std::vector<Named>& now, Equal equal) {
  return std::ranges::all_of(base, [&](const Named& one) {
    const auto other = std::ranges::find(now, one.name, &Named::name);
    return other == now.end() || equal(one, *other);
  });
}

}  // namespace

Pairing pair_up(const Case& base, const Case& now) {
  Pairing pairing{base.runs, now.runs, false};
  const auto key = [](const Run* run) { return std::pair{run->seed, run->replication}; };
  std::ranges::sort(pairing.base, {}, key);
  std::ranges::sort(pairing.now, {}, key);
  pairing.is_paired = std::ranges::equal(pairing.base, pairing.now, {}, key, key);
  return pairing;
}

bool have_equal_data(const Run& base, const Run& now) {
  return base.simulated_ns == now.simulated_ns && base.measured_ns == now.measured_ns &&
         agree(base.counters, now.counters,
               [](const Counter& a, const Counter& b) { return a.value == b.value; }) &&
         agree(base.gauges, now.gauges,
               [](const Gauge& a, const Gauge& b) {
                 return a.mean == b.mean && a.max == b.max && a.final == b.final;
               }) &&
         agree(base.distributions, now.distributions,
               [](const Distribution& a, const Distribution& b) {
                 return a.mean == b.mean && a.min == b.min && a.max == b.max &&
                        a.histogram == b.histogram;
               });
}

bool went_the_same_way(const Pairing& pairing) {
  return pairing.is_paired &&
         std::ranges::equal(pairing.base, pairing.now, [](const Run* base, const Run* now) {
           return base->fingerprint == now->fingerprint && have_equal_data(*base, *now);
         });
}

std::optional<Divergence> divergence_of(const Pairing& pairing) {
  if (!pairing.is_paired) return std::nullopt;
  for (std::size_t i = 0; i < pairing.base.size(); ++i) {
    const auto &base = *pairing.base[i], &now = *pairing.now[i];
    if (base.fingerprint == now.fingerprint) continue;
    if (base.trail.lanes.empty() || now.trail.lanes.empty()) continue;
    auto divergence = first_divergence(base.trail, now.trail);
    divergence.seed = now.seed;
    divergence.replication = now.replication;
    return divergence;
  }
  return std::nullopt;
}

}  // namespace faultpath::analysis
