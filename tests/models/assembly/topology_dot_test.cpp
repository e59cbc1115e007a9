// The graph of a system: its nodes, its links with their figures, and the route of a fault.
#include "models/assembly/topology_dot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/fabric/topologies.hpp"
#include "tests/models/guest_support.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::HasSubstr;
using testing::Not;

SystemSpec two_devices() {
  SystemSpec spec = small_system();
  spec.topology = one_switch(14e9);
  spec.devices = {device_at(attached_to("sw0", 2)), device_at(attached_to("rc"))};
  spec.traces.resize(2);
  return spec;
}

TEST(TopologyDot, HasEveryNodeLinkAndDevice) {
  const std::string dot = dot_of(two_devices(), "two");
  EXPECT_THAT(dot, HasSubstr("label=two"));
  EXPECT_THAT(dot, HasSubstr("\"node:rc\""));
  EXPECT_THAT(dot, HasSubstr("\"node:sw0\"[label=\"sw0\\n100 ns\", shape=diamond]"));
  EXPECT_THAT(dot, HasSubstr("\"node:sw0\"->\"node:rp0\" [label=\"30 ns, 14 GB/s\", dir=both]"));
  EXPECT_THAT(dot, HasSubstr("\"node:rc\"->iommu"));
  EXPECT_THAT(dot, HasSubstr("\"device:at_sw0\"->\"node:sw0\" [label=\"200 ns, 28 GB/s\""));
  EXPECT_THAT(dot, HasSubstr("\"device:at_rc\"->\"node:rc\""));
}

// 200 + 100 + 30 + 10 ns, and the slowest link of the way.
TEST(TopologyDot, SaysWhatTheWayOfADeviceTakes) {
  EXPECT_THAT(dot_of(two_devices(), "two"), HasSubstr("at_sw0 x 2\\nway 340 ns, 14 GB/s"));
}

TEST(TopologyDot, HasTheRouteOfAFaultFromRequestToResponse) {
  SystemSpec spec = two_devices();
  spec.iommu.queue_entries = 512;
  const std::string dot = dot_of(spec, "two");
  for (const char* step : {"iommu->queue [label=\"page request\"", "queue->driver [label=interrupt",
                           "driver->fault_core", "fault_core->strategy",
                           "strategy->iommu [label=\"group response\""}) {
    EXPECT_THAT(dot, HasSubstr(step));
  }
  EXPECT_THAT(dot, HasSubstr("512 entries"));
  EXPECT_THAT(dot, HasSubstr("strategy\\niopf"));
  EXPECT_THAT(dot, HasSubstr("IOMMU\\nvtd"));
}

TEST(TopologyDot, WithoutATopologyLinksEachDeviceToTheIommu) {
  const std::string dot = dot_of(small_system(), "small");
  EXPECT_THAT(dot, HasSubstr("\"device:device\"->iommu [label=\"200 ns, 16 GB/s\", dir=both]"));
  EXPECT_THAT(dot, Not(HasSubstr("node:")));
}

TEST(TopologyDot, OfAGuestHasItsVmmAndTheWayOfTheAnswer) {
  SystemSpec spec = small_guest();
  spec.guests[0].backing = {"iopf", IopfSpec{}};
  const std::string name = spec.guests[0].name;
  const std::string dot = dot_of(spec, "guest");
  EXPECT_THAT(dot, HasSubstr("of guest " + name));
  for (const std::string& step :
       {"fault_core->\"vmm:" + name + "\" [label=\"fault file\"",
        "\"vmm:" + name + "\"->\"guest:" + name + "\" [label=\"record, interrupt\"",
        "\"guest:" + name + "\"->\"vmm:" + name + "\" [label=\"response, exit\"",
        "\"vmm:" + name + "\"->iommu [label=\"group response\"",
        "fault_core->\"backing:" + name + "\""}) {
    EXPECT_THAT(dot, HasSubstr(step));
  }
  EXPECT_THAT(dot, Not(HasSubstr("strategy"))) << "no device is of the host";
  spec.guests[0].backing = {"pin", PinSpec{}};
  EXPECT_THAT(dot_of(spec, "guest"), Not(HasSubstr("backing:")));
}

TEST(TopologyDot, OfAStallingIommuHasNoPageRequests) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::smmu_stall;
  const std::string dot = dot_of(spec, "small");
  EXPECT_THAT(dot, HasSubstr("strategy->iommu [label=RESUME"));
  EXPECT_THAT(dot, Not(HasSubstr("page request")));
}

}  // namespace
}  // namespace faultpath::models
