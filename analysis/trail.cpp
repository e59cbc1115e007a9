// Brings two trails to one step and looks for the first difference.
#include "analysis/trail.hpp"

#include <algorithm>

namespace faultpath::analysis {
namespace {

// Steps double as a run goes on, so that each is a multiple of any shorter one.
Trail with_step(Trail trail, double step_ns) {
  for (; trail.step_ns < step_ns; trail.step_ns *= 2.0) {
    for (auto& [component, checkpoints] : trail.lanes) {
      for (std::size_t i = 0; i < checkpoints.size() / 2; ++i)
        checkpoints[i] = checkpoints[2 * i + 1];
      checkpoints.resize(checkpoints.size() / 2);
    }
  }
  return trail;
}

std::size_t checkpoints_of(const Trail& trail) { return trail.lanes.front().checkpoints.size(); }

}  // namespace

Divergence first_divergence(const Trail& base, const Trail& now) {
  const double step_ns = std::max(base.step_ns, now.step_ns);
  const Trail one = with_step(base, step_ns), other = with_step(now, step_ns);
  const std::size_t common = std::min(checkpoints_of(one), checkpoints_of(other));
  std::size_t first = common;
  std::vector<std::string> components;
  for (const auto& [component, checkpoints] : one.lanes) {
    const auto same = std::ranges::find(other.lanes, component, &Trail::Lane::component);
    if (same == other.lanes.end()) continue;
    const auto differing = std::ranges::mismatch(checkpoints, same->checkpoints).in1;
    const auto at = static_cast<std::size_t>(differing - checkpoints.begin());
    if (at >= common || at > first) continue;
    if (at < first) components.clear();
    first = at;
    components.push_back(component);
  }
  Divergence divergence{.components = std::move(components),
                        .from_ns = step_ns * static_cast<double>(first),
                        .to_ns = std::nullopt,
                        .events = std::nullopt};
  if (first < common) divergence.to_ns = step_ns * static_cast<double>(first + 1);
  return divergence;
}

}  // namespace faultpath::analysis
