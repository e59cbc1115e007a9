// Sequential stopping.
#include "analysis/precision.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/metrics.hpp"
#include "analysis/sectioning.hpp"

namespace faultpath::analysis {
namespace {

constexpr std::array<const char*, 2> kDistributions{"dma_latency_ns", "fault_latency_ns"};
constexpr double kQuantile = 0.99;

}  // namespace

void PrecisionWatch::add(std::span<const Run* const> replication) {
  for (const auto* run : replication) {
    auto& watched = cases_[run->label()];
    for (const auto* name : kDistributions) {
      const auto* values = run->distribution(name);
      if (values == nullptr || values->count == 0) continue;
      auto [whole, is_first] = watched.wholes.try_emplace(name, *values);
      if (!is_first) {
        const std::array<const Distribution*, 2> both{&whole->second, values};
        whole->second = merged(both);
      }
      watched.distributions[name].push_back(*values);
    }
    if (const auto rate = rate_of(*run, rate_table().front())) watched.throughput.push_back(*rate);
  }
  ++replications_;
  held_ = replications_ >= kFewest && unprecise().empty() ? held_ + 1 : 0;
}

std::size_t PrecisionWatch::missing() const {
  if (is_reached()) return 0;
  const std::size_t until_first = kFewest - std::min(kFewest, replications_ + 1);
  return until_first + kLookAhead + 1 - held_;
}

std::vector<Unprecise> PrecisionWatch::unprecise() const {
  std::vector<Unprecise> found;
  for (const auto& [label, watched] : cases_) {
    for (const auto& [name, replications] : watched.distributions) {
      std::vector<const Distribution*> pointers;
      for (const auto& one : replications) pointers.push_back(&one);
      const auto [interval, effective] =
          sectioned_quantile(watched.wholes.at(name), pointers, kQuantile, confidence_);
      if (effective >= 1.0) judge(label, name + ".p99", interval, found);
    }
    if (!watched.throughput.empty())
      judge(label, std::string{rate_table().front().name},
            interval_of(watched.throughput, confidence_), found);
  }
  return found;
}

void PrecisionWatch::judge(const std::string& label, const std::string& metric,
                           const Interval& interval, std::vector<Unprecise>& found) const {
  if (!interval.low) return found.push_back({label, metric, INFINITY});
  const double half = (*interval.high - *interval.low) / 2.0;
  if (half <= precision_ / (1.0 + precision_) * std::abs(interval.mean)) return;
  found.push_back({label, metric, half / std::abs(interval.mean)});
}

}  // namespace faultpath::analysis
