// Ways from the nodes of a topology to the IOMMU, with their latency and bandwidth.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/fabric/topology_spec.hpp"

namespace faultpath::models {

/// The index of the node of this name; nothing when there is none.
std::optional<std::size_t> find_node(const TopologySpec& topology, std::string_view name);
/// The index of the node that holds the IOMMU: the first root complex.
std::optional<std::size_t> iommu_node(const TopologySpec& topology);

/// One link of a way. `near` is its end on the device's side, `far` the one nearer to the IOMMU.
struct Hop {
  std::size_t link = 0;
  std::size_t near = 0, far = 0;
};
/// From a node to the IOMMU, the node's end first; empty for the IOMMU's own node.
using Way = std::vector<Hop>;

/// For each node the way with the least latency; nothing for a node from which no way leads to the
/// IOMMU. The ways form a tree: after two ways have met they use the same links. Requires that the
/// links name known nodes and that there is a root complex.
std::vector<std::optional<Way>> ways_to_iommu(const TopologySpec& topology);

/// The time that a packet takes inside a node: the latency of a switch, zero for a port or a root
/// complex.
sim::Duration inside(const NodeSpec& node);

/// Several links in a row that are simulated as one link. With messages of one size, queues in a
/// row behave as the slowest queue, and the times of the others are added as latency; the order of
/// the links does not matter.
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

/// The way of a device over a topology: first the links that only this device uses, then the links
/// that it shares with others.
struct DeviceWay {
  Segment own;                      ///< the device's link, and those that nobody else uses
  std::vector<std::size_t> shared;  ///< segments of the topology, the device's side first
  sim::Duration latency{};          ///< all of it, one way, without bytes
  double bandwidth = 0.0;           ///< bytes/s, of the slowest link of all
};

/// The shared segments of a topology and the way of each device over them.
struct Ways {
  std::vector<Segment> shared;
  std::vector<DeviceWay> devices;  ///< one for each device spec
};

/// Requires a topology without problems.
Ways ways_of(const TopologySpec& topology, const std::vector<DevicePlace>& devices);

}  // namespace faultpath::models
