// What a scenario says about the PCIe hierarchy between the devices and the IOMMU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/link_spec.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What stands between links (PCIe 1.3). Switches forward, ports and complexes only join links.
enum class NodeKind { root_complex, root_port, pcie_switch };

struct NodeSpec {
  std::string name;
  NodeKind kind = NodeKind::pcie_switch;
  /// A packet from the port at which it comes in to the one at which it goes out; switches only
  /// (assumed: cut-through switches are sold with 100 to 150 ns).
  sim::Duration latency = sim::nanoseconds(110);
};

/// A link between two nodes, the same both ways.
struct NodeLinkSpec {
  std::string from, to;                          ///< names of nodes, in any order
  sim::Duration latency = sim::nanoseconds(50);  ///< one way (assumed: two PHYs and a trace)
  double bandwidth = 32e9;  ///< bytes/s each way (PCIe 4.0 x16 before overhead)
};

/// The IOMMU stands in the first root complex. Switches and root ports form a tree under each root
/// complex; root complexes are joined by links of any shape, as the sockets of a machine are.
struct TopologySpec {
  std::vector<NodeSpec> nodes;
  std::vector<NodeLinkSpec> links;
};

/// Where a device stands, or several alike: its own link and the node at the end of it.
struct DevicePlace {
  LinkSpec link;
  std::optional<std::string> attach;  ///< absent: the IOMMU's root complex
  std::uint32_t count = 1;
};

}  // namespace faultpath::models
