// The keys of `topology`.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using models::NodeKind;
using models::NodeLinkSpec;
using models::NodeSpec;
using models::TopologySpec;

Type<NodeKind> node_kind() {
  return word<NodeKind>(
      {{NodeKind::root_complex, "root_complex",
        "where links end; the IOMMU stands in the first, the others are joined to it by links"},
       {NodeKind::root_port, "root_port", "of a root complex, with one link below it"},
       {NodeKind::pcie_switch, "switch", "forwards what comes from the links below it"}});
}

Object<NodeSpec> node() {
  using S = NodeSpec;
  return {{field("name", &S::name, name(), "label, for links and devices").required(),
           field("kind", &S::kind, node_kind(), "what stands between links"),
           field("latency", &S::latency, duration({}, sim::seconds(1)),
                 "switch: a packet from the port at which it comes in to the one at which it goes "
                 "out",
                 "assumed: switches that cut through are sold with 100 to 150 ns")
               .when({"kind", "unless kind is switch",
                      [](const S& node) { return node.kind == NodeKind::pcie_switch; }})}};
}

Object<NodeLinkSpec> node_link() {
  using S = NodeLinkSpec;
  return {
      {field("from", &S::from, name(), "name of a node").required(),
       field("to", &S::to, name(), "name of another node").required(),
       field("latency", &S::latency, duration({}, sim::seconds(1)), "one way between the nodes",
             "assumed: two PHYs and a trace"),
       field("bandwidth", &S::bandwidth, bandwidth(), "each way", "PCIe 4.0 x16 before overhead")}};
}

}  // namespace

const Object<TopologySpec>& topology_keys() {
  using S = TopologySpec;
  static const Object<S> kKeys{
      {field("nodes", &S::nodes, list_of(node().type()), "root complexes, root ports and switches")
           .required(),
       field("links", &S::links, list_of(node_link().type()),
             "between nodes; ports and switches form a tree below each root complex")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
