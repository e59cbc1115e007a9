// Bringing the lanes of a fingerprint to common checkpoints.
#include "sim/fingerprint.hpp"

#include <algorithm>
#include <cctype>

namespace faultpath::sim {
namespace {

// `devices/nic.17` is of the family `devices/nic.*`.
std::string family_of(const std::string& component) {
  const std::size_t dot = component.rfind('.');
  if (dot == std::string::npos || dot + 1 == component.size()) return component;
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (!std::all_of(component.begin() + static_cast<std::ptrdiff_t>(dot) + 1, component.end(),
                   is_digit))
    return component;
  return component.substr(0, dot + 1) + "*";
}

RunTrail::Lane& lane_of(RunTrail& trail, const std::string& component, std::size_t checkpoints) {
  const auto known = std::ranges::find(trail.lanes, component, &RunTrail::Lane::component);
  if (known != trail.lanes.end()) return *known;
  return trail.lanes.emplace_back(
      RunTrail::Lane{component, std::vector<std::uint64_t>(checkpoints)});
}

}  // namespace

RunTrail Fingerprint::trail(std::size_t most) const {
  RunTrail trail;
  for (const FingerprintLane& lane : lanes_) trail.step = std::max(trail.step, lane.trail().step());
  std::vector<Trail> trails;
  std::size_t checkpoints = 0;
  for (const FingerprintLane& lane : lanes_) {
    trails.push_back(lane.trail().with_step(trail.step));
    checkpoints = std::max(checkpoints, trails.back().checkpoints().size());
  }
  const bool folded = lanes_.size() > most;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const std::string& component = lanes_[i].component();
    auto& lane = lane_of(trail, folded ? family_of(component) : component, checkpoints);
    const auto& own = trails[i].checkpoints();
    for (std::size_t k = 0; k < checkpoints; ++k)
      lane.checkpoints[k] ^= k < own.size() ? own[k] : lanes_[i].hash();
  }
  return trail;
}

}  // namespace faultpath::sim
