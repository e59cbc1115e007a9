// Ways to the IOMMU: which they are, what they take, and what devices share on them.
#include "models/fabric/ways.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/fabric/topologies.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::size_t> links_of(const Way& way) {
  std::vector<std::size_t> links;
  for (const Hop& hop : way) links.push_back(hop.link);
  return links;
}

TEST(WaysToIommu, LeadFromTheNodeThroughEveryLinkAbove) {
  const auto ways = ways_to_iommu(one_switch());
  EXPECT_THAT(*ways[0], IsEmpty());
  EXPECT_THAT(links_of(*ways[1]), ElementsAre(0));
  EXPECT_THAT(links_of(*ways[2]), ElementsAre(1, 0));
  EXPECT_EQ(ways[2]->front().near, 2U);
  EXPECT_EQ(ways[2]->front().far, 1U);
}

// Three sockets: 90 ns across the middle one against a link of 100 ns, then of 80 ns.
TEST(WaysToIommu, TakeTheLeastLatencyAmongRootComplexes) {
  TopologySpec ring{
      {root_complex("rc0"), root_complex("rc1"), root_complex("rc2")},
      {link_of("rc0", "rc2", nanoseconds(100)), link_of("rc0", "rc1", nanoseconds(45)),
       link_of("rc1", "rc2", nanoseconds(45))}};
  EXPECT_THAT(links_of(*ways_to_iommu(ring)[2]), ElementsAre(2, 1));
  ring.links[0].latency = nanoseconds(80);
  EXPECT_THAT(links_of(*ways_to_iommu(ring)[2]), ElementsAre(0));
}

// Two parallel links between sockets: the faster one, whichever stands first.
TEST(WaysToIommu, TakeTheFasterOfParallelLinks) {
  TopologySpec pair{
      {root_complex("rc0"), root_complex("rc1")},
      {link_of("rc0", "rc1", nanoseconds(70)), link_of("rc1", "rc0", nanoseconds(60))}};
  EXPECT_THAT(links_of(*ways_to_iommu(pair)[1]), ElementsAre(1));
  std::swap(pair.links[0], pair.links[1]);
  EXPECT_THAT(links_of(*ways_to_iommu(pair)[1]), ElementsAre(0));
}

TEST(WaysToIommu, AreAbsentWhereNoLinkLeads) {
  TopologySpec split = one_switch();
  split.links.pop_back();
  const auto ways = ways_to_iommu(split);
  EXPECT_TRUE(ways[1].has_value());
  EXPECT_FALSE(ways[2].has_value());
}

// 200 ns of its own link, 100 ns inside the switch, 30 ns and 10 ns of the links above.
TEST(DeviceWays, TakeTheSumOfLinksAndSwitches) {
  const Ways ways = ways_of(one_switch(), {attached_to("sw0")});
  const DeviceWay& way = ways.devices[0];
  EXPECT_EQ(way.latency, nanoseconds(200 + 100 + 30 + 10));
  EXPECT_THAT(way.shared, IsEmpty());
  EXPECT_EQ(way.own.up, way.latency);
  EXPECT_EQ(way.own.down, way.latency);
}

TEST(DeviceWays, AreAsFastAsTheSlowestLink) {
  EXPECT_EQ(ways_of(one_switch(8e9), {attached_to("sw0")}).devices[0].bandwidth, 8e9);
  EXPECT_EQ(ways_of(one_switch(60e9), {attached_to("sw0")}).devices[0].bandwidth, 28e9);
  EXPECT_EQ(ways_of(one_switch(8e9), {attached_to("sw0"), attached_to("sw0")}).devices[0].bandwidth,
            8e9);
}

// A message occupies each link in turn: 1 ns on the device's, 2 ns on the uplink of 14 GB/s, 0.5 ns
// on the one of 56 GB/s. Only the 2 ns keep the next message waiting.
TEST(DeviceWays, ActForMessagesAsTheSlowestLinkAndALatency) {
  const Segment own = ways_of(one_switch(14e9), {attached_to("sw0")}).devices[0].own;
  EXPECT_EQ(own.message_link(own.up).bandwidth, 14e9);
  EXPECT_EQ(own.message_link(own.up).latency, nanoseconds(340) + nanoseconds(1) + picoseconds(500));
}

TEST(DeviceWays, AtTheRootComplexAreTheLinkAlone) {
  const Ways ways = ways_of(one_switch(), {attached_to("rc"), attached_to("sw0")});
  const DeviceWay& way = ways.devices[0];
  EXPECT_EQ(way.latency, nanoseconds(200));
  EXPECT_EQ(way.bandwidth, 28e9);
  EXPECT_THAT(way.shared, IsEmpty());
}

TEST(DeviceWays, LeadToTheRootComplexWithoutAttach) {
  DevicePlace loose = attached_to("sw0");
  loose.attach.reset();
  EXPECT_EQ(ways_of(one_switch(), {loose}).devices[0].latency, nanoseconds(200));
}

TEST(DeviceWays, OfTwoRootPortsShareNothing) {
  const Ways ways = ways_of(two_root_ports(), {attached_to("rp0"), attached_to("rp1")});
  EXPECT_THAT(ways.shared, IsEmpty());
  EXPECT_EQ(ways.devices[1].latency, nanoseconds(210));
}

// What all devices pass one after the other behaves as one link, here of 28 GB/s.
TEST(DeviceWays, ShareOneSegmentAboveTheirSwitch) {
  const Ways ways = ways_of(one_switch(), {attached_to("sw0"), attached_to("sw0")});
  ASSERT_THAT(ways.shared, SizeIs(1));
  EXPECT_THAT(ways.devices[0].shared, ElementsAre(0));
  EXPECT_THAT(ways.devices[1].shared, ElementsAre(0));
  EXPECT_EQ(ways.devices[0].own.up, nanoseconds(200 + 100));  // and through the switch
  EXPECT_EQ(ways.devices[0].own.down, nanoseconds(200));      // it is passed before
  EXPECT_EQ(ways.shared[0].up, nanoseconds(30 + 10));
  EXPECT_EQ(ways.shared[0].down, nanoseconds(10 + 30 + 100));
  EXPECT_EQ(ways.shared[0].bandwidth, 28e9);
  EXPECT_EQ(ways.shared[0].waiting, picoseconds(500));
}

TEST(DeviceWays, OfInstancesAreSharedAmongThem) {
  EXPECT_THAT(ways_of(one_switch(), {attached_to("sw0", 1)}).shared, IsEmpty());
  EXPECT_THAT(ways_of(one_switch(), {attached_to("sw0", 2)}).shared, SizeIs(1));
}

// Two devices at sw1, one at sw0 above it: sw1's uplink is shared by two, sw0's by three.
TEST(DeviceWays, AreDividedWhereOthersJoin) {
  TopologySpec deep = one_switch();
  deep.nodes.push_back(pcie_switch("sw1", nanoseconds(50)));
  deep.links.push_back(link_of("sw1", "sw0", nanoseconds(20), 7e9));
  const Ways ways = ways_of(deep, {attached_to("sw1", 2), attached_to("sw0")});
  ASSERT_THAT(ways.shared, SizeIs(2));
  EXPECT_THAT(ways.devices[0].shared, ElementsAre(0, 1));
  EXPECT_THAT(ways.devices[1].shared, ElementsAre(1));
  EXPECT_EQ(ways.shared[0].up, nanoseconds(20 + 100));
  EXPECT_EQ(ways.shared[0].down, nanoseconds(20 + 50));
  EXPECT_EQ(ways.devices[0].latency, nanoseconds(200 + 50 + 20 + 100 + 30 + 10));
  EXPECT_EQ(ways.devices[0].bandwidth, 7e9);
  EXPECT_EQ(ways.devices[1].bandwidth, 28e9);
}

}  // namespace
}  // namespace faultpath::models
