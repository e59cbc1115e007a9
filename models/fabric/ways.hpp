// Ways from the nodes of a topology to the IOMMU, and what they take.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/fabric/topology_spec.hpp"

namespace faultpath::models {

/// Place of the node of this name; nothing when there is none.
std::optional<std::size_t> find_node(const TopologySpec& topology, std::string_view name);
/// Place of the node in which the IOMMU stands: the first root complex.
std::optional<std::size_t> iommu_node(const TopologySpec& topology);

/// One link of a way. `near` is its end on the device's side, `far` the one nearer to the IOMMU.
struct Hop {
  std::size_t link = 0;
  std::size_t near = 0, far = 0;
};
/// From a node to the IOMMU, the node's end first; empty for the IOMMU's own node.
using Way = std::vector<Hop>;

/// For each node the way of the least latency, nothing where no way leads to the IOMMU. The ways
/// form a tree: two that have met stay together. Requires names that are known and a root complex.
std::vector<std::optional<Way>> ways_to_iommu(const TopologySpec& topology);

/// Time inside a node: that of a switch, none in ports and root complexes.
sim::Duration inside(const NodeSpec& node);

/// Links that take turns as one: with messages of one size, queues in a row behave as the slowest
/// of them with the others' times as latency, whatever the order.
struct Segment {
  sim::Duration up{}, down{};  ///< one way each, with the nodes behind each link in that direction
  double bandwidth = 0.0;      ///< bytes/s, of the slowest link
  sim::Duration waiting{};     ///< a message's bytes on all links but the slowest

  /// Adds a link of `latency` whose far and near ends take `inside_far` and `inside_near`.
  void add(sim::Duration latency, double bandwidth_of_link, sim::Duration inside_far,
           sim::Duration inside_near);
  /// The segment as one link, for messages in one direction.
  LinkSpec message_link(sim::Duration direction) const { return {direction + waiting, bandwidth}; }
};

/// The way of a device over a topology: first what it has for itself, then what it shares.
struct DeviceWay {
  Segment own;                      ///< the device's link, and those that nobody else uses
  std::vector<std::size_t> shared;  ///< segments of the topology, the device's side first
  sim::Duration latency{};          ///< all of it, one way, without bytes
  double bandwidth = 0.0;           ///< bytes/s, of the slowest link of all
};

/// What the ways of all devices of a scenario have in common.
struct Ways {
  std::vector<Segment> shared;
  std::vector<DeviceWay> devices;  ///< one for each device spec
};

/// Requires a topology without problems.
Ways ways_of(const TopologySpec& topology, const std::vector<DeviceSpec>& devices);

}  // namespace faultpath::models
