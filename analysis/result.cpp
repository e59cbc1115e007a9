// Looking things up in a result.
#include "analysis/result.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace faultpath::analysis {
namespace {

template <class Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
  const auto at = std::ranges::find(all, name, &Named::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

double Distribution::quantile(double q) const {
  return std::clamp(std::nearbyint(histogram.quantile(q)) / 1e3, min, max);
}

std::string Run::label() const { return variant.empty() ? strategy : variant + "/" + strategy; }

const Counter* Run::counter(std::string_view name) const { return find(counters, name); }
const Gauge* Run::gauge(std::string_view name) const { return find(gauges, name); }
const Distribution* Run::distribution(std::string_view name) const {
  return find(distributions, name);
}

std::span<const Part> Run::parts(std::string_view dimension) const {
  const auto at = std::ranges::find(by, dimension, &Breakdown::dimension);
  if (at == by.end()) return {};
  return at->parts;
}

std::vector<Case> cases_of(const std::vector<Run>& runs) {
  std::vector<Case> cases;
  std::unordered_map<std::string, std::size_t> index;
  for (const auto& run : runs) {
    const auto [at, is_new] = index.try_emplace(run.label(), cases.size());
    if (is_new) cases.push_back({at->first, {}});
    cases[at->second].runs.push_back(&run);
  }
  return cases;
}

}  // namespace faultpath::analysis
