// The keys of `topology`: defaults, kinds, and errors with their place.
#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

constexpr const char* kHead =
    "scenario: 1\nname: x\nduration: 1ms\nstrategies: [iopf]\n"
    "devices: [{name: nic, attach: sw0}]\n";

std::string with_topology(const std::string& nodes, const std::string& links) {
  return std::string(kHead) + "topology:\n  nodes: [" + nodes + "]\n  links: [" + links + "]\n";
}

const models::TopologySpec& topology_of(const Scenario& scenario) {
  return *scenario.cases.front().spec.topology;
}

TEST(TopologyKeys, FillTheSpec) {
  const Scratch scratch;
  const auto scenario =
      scratch.load(with_topology("{name: rc, kind: root_complex}, {name: sw0, latency: 80ns}",
                                 "{from: sw0, to: rc, latency: 20ns, bandwidth: 8GB/s}"));
  const auto& topology = topology_of(scenario);
  ASSERT_EQ(topology.nodes.size(), 2U);
  EXPECT_EQ(topology.nodes[0].kind, models::NodeKind::root_complex);
  EXPECT_EQ(topology.nodes[1].kind, models::NodeKind::pcie_switch);
  EXPECT_EQ(topology.nodes[1].latency, sim::nanoseconds(80));
  ASSERT_EQ(topology.links.size(), 1U);
  EXPECT_EQ(topology.links[0].from, "sw0");
  EXPECT_EQ(topology.links[0].bandwidth, 8e9);
  EXPECT_EQ(scenario.cases.front().spec.devices[0].attach, "sw0");
}

TEST(TopologyKeys, AreShownAsTheyAreRead) {
  const Scratch scratch;
  const std::string text =
      with_topology("{name: rc, kind: root_complex}, {name: sw0}", "{from: sw0, to: rc}");
  const auto scenario = scratch.load(text);
  EXPECT_TRUE(scenario.resolved["topology"]["nodes"][1].contains("latency"));
  EXPECT_FALSE(scenario.resolved["topology"]["nodes"][0].contains("latency"));
  EXPECT_FALSE(scratch.load(minimal()).resolved.contains("topology"));
}

TEST(TopologyKeys, ErrorsNameTheirPlace) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(with_topology("{name: rc, kind: root_complex}, {name: sw0}",
                                        "{from: swo, to: rc}")),
            "x.yaml:8:18: topology.links[0].from: no node is called 'swo'; there are rc, sw0");
  EXPECT_EQ(scratch.error(with_topology("{name: rc, kind: root_complex, latency: 1ns}, "
                                        "{name: sw0}",
                                        "{from: sw0, to: rc}")),
            "x.yaml:7:42: topology.nodes[0].latency: has no effect unless kind is switch");
  EXPECT_EQ(scratch.error(with_topology("{name: sw0}", "{from: sw0, to: rc}")),
            "x.yaml:7:10: topology.nodes: a topology needs a root_complex, where the IOMMU stands");
  EXPECT_EQ(scratch.error(kHead),
            "x.yaml:5:31: devices[0].attach: has no effect without a topology");
}

TEST(TopologyKeys, MayHaveNoLinksAtAll) {
  const Scratch scratch;
  const auto scenario = scratch.load(
      "scenario: 1\nname: x\nduration: 1ms\nstrategies: [iopf]\n"
      "devices: [{name: nic, attach: rc}]\ntopology: {nodes: [{name: rc, kind: root_complex}]}\n");
  EXPECT_TRUE(topology_of(scenario).links.empty());
}

}  // namespace
}  // namespace faultpath::scenarios
