// Topologies that cannot be: which key is blamed, and with what words.
#include "models/assembly/rules/topology_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "models/assembly/run.hpp"
#include "tests/models/fabric/topologies.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

SystemSpec behind(TopologySpec topology, const std::string& node) {
  SystemSpec spec = small_system();
  spec.topology = std::move(topology);
  spec.devices[0].attach = node;
  return spec;
}

TEST(TopologyProblems, AreNoneInAGoodTopology) {
  EXPECT_TRUE(problems_of(behind(one_switch(), "sw0")).empty());
  EXPECT_TRUE(problems_of(behind(two_root_ports(), "rp1")).empty());
  EXPECT_TRUE(problems_of(behind(one_switch(), "rc")).empty());  // integrated in the root complex
}

TEST(TopologyProblems, BlameTheKeyThatIsAtFault) {
  struct Case {
    const char* path;
    const char* words;
    std::function<void(SystemSpec&)> change;
  };
  const auto add_link = [](SystemSpec& s, const char* from, const char* to) {
    s.topology->links.push_back(link_of(from, to, nanoseconds(1)));
  };
  const Case cases[] = {
      {"topology.nodes", "needs a root_complex",
       [](auto& s) { s.topology->nodes[0].kind = NodeKind::pcie_switch; }},
      {"topology.nodes[3].name", "another node is called 'sw0'",
       [](auto& s) { s.topology->nodes.push_back(pcie_switch("sw0")); }},
      {"topology.links[1].from", "no node is called 'swo'; there are rc, rp0, sw0",
       [](auto& s) { s.topology->links[1].from = "swo"; }},
      {"topology.links[2].to", "no node is called 'nic'",
       [&](auto& s) { add_link(s, "sw0", "nic"); }},
      {"topology.links[2].to", "two different nodes", [&](auto& s) { add_link(s, "sw0", "sw0"); }},
      {"topology.links[2]", "closes a circle", [&](auto& s) { add_link(s, "sw0", "rc"); }},
      {"topology.links[2]", "closes a circle", [&](auto& s) { add_link(s, "rp0", "sw0"); }},
      {"topology.nodes[3]", "no link leads from 'sw1' to 'rc'",
       [](auto& s) { s.topology->nodes.push_back(pcie_switch("sw1")); }},
      {"topology.nodes[3]", "no link leads from 'rc1' to 'rc'",
       [](auto& s) { s.topology->nodes.push_back(root_complex("rc1")); }},
      {"topology.nodes[3]", "no link to a root complex",
       [&](auto& s) {
         s.topology->nodes.push_back(root_port("rp1"));
         add_link(s, "rp1", "sw0");
       }},
      {"topology.links[2]", "has a link below it already",
       [&](auto& s) {
         s.topology->nodes.push_back(pcie_switch("sw1"));
         add_link(s, "sw1", "rp0");
       }},
      {"topology.links[1].latency", "at most 1s",
       [](auto& s) { s.topology->links[1].latency = sim::seconds(2); }},
      {"topology.nodes[2].latency", "at most 1s",
       [](auto& s) { s.topology->nodes[2].latency = sim::seconds(2); }},
      {"devices[0].attach", "no node is called 'sw9'",
       [](auto& s) { s.devices[0].attach = "sw9"; }},
      {"devices[0].attach", "has a link below it already",
       [](auto& s) { s.devices[0].attach = "rp0"; }},
      {"devices[0].attach", "without a topology", [](auto& s) { s.topology.reset(); }},
      {"topology", "no device is attached", [](auto& s) { s.devices[0].attach.reset(); }},
      {"topology", "never stall", [](auto& s) { s.iommu.kind = IommuKind::smmu_stall; }},
  };
  for (const auto& [path, words, change] : cases) {
    SystemSpec spec = behind(one_switch(), "sw0");
    change(spec);
    const auto problems = problems_of(spec);
    ASSERT_FALSE(problems.empty()) << path << ": " << words;
    EXPECT_EQ(problems.front().path, path);
    EXPECT_THAT(problems.front().message, testing::HasSubstr(words));
  }
}

TEST(TopologyProblems, LetARootPortHaveOneDevice) {
  SystemSpec spec = behind(two_root_ports(), "rp0");
  spec.devices[0].count = 2;
  const auto problems = problems_of(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "devices[0].attach");
  EXPECT_THAT(problems[0].message, testing::HasSubstr("behind a switch several can share it"));
}

TEST(TopologyProblems, LetRootComplexesFormARing) {
  TopologySpec ring = one_switch();
  for (const char* name : {"rc1", "rc2"}) ring.nodes.push_back(root_complex(name));
  ring.links.push_back(link_of("rc", "rc1", nanoseconds(90)));
  ring.links.push_back(link_of("rc1", "rc2", nanoseconds(90)));
  ring.links.push_back(link_of("rc2", "rc", nanoseconds(90)));
  EXPECT_TRUE(problems_of(behind(ring, "rc2")).empty());
}

// A switch that reaches two sockets closes a circle, whichever link stands first in the file.
TEST(TopologyProblems, BlameTheLinkBelowTheSocketsForACircle) {
  TopologySpec both{{root_complex("rc"), root_complex("rc1"), pcie_switch("sw0")},
                    {link_of("sw0", "rc", nanoseconds(1)), link_of("sw0", "rc1", nanoseconds(1)),
                     link_of("rc", "rc1", nanoseconds(1))}};
  const auto problems = problems_of(behind(both, "sw0"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "topology.links[1]");
}

}  // namespace
}  // namespace faultpath::models
