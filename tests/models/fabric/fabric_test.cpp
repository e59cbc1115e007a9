// Messages over shared links: latency, turns, order, and the way back.
#include "models/fabric/fabric.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "sim/random.hpp"
#include "tests/models/fabric/topologies.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using sim::picoseconds;
using testing::ElementsAre;

// Devices that only send and note, joined over a topology to an IOMMU that does the same.
class FabricTest : public testing::Test {
 protected:
  struct Arrival {
    std::uint32_t device;
    std::uint32_t tag;
    sim::Time at;
    bool operator==(const Arrival&) const = default;
  };
  struct End {
    FabricTest* test;
    std::uint32_t device;
    void receive(const DownMessage& message) {
      test->below.push_back({device, std::get<AtsCompletion>(message).tag, test->calendar.now()});
    }
  };

  void make(const TopologySpec& topology, const std::vector<DevicePlace>& devices) {
    fabric.emplace(calendar, topology, devices);
    for (std::size_t spec = 0; spec < devices.size(); ++spec) {
      for (std::uint32_t i = 0; i < devices[spec].count; ++i) add_device(spec);
    }
  }
  void add_device(std::size_t spec) {
    const Segment& own = fabric->way(spec).own;
    const auto device = static_cast<std::uint32_t>(ports.size());
    up.emplace_back(calendar, own.message_link(own.up), calendar.new_rank());
    down.emplace_back(calendar, own.message_link(own.down), std::nullopt);
    ends.push_back({this, device});
    down.back().connect<&End::receive>(ends.back());
    ports.push_back(&fabric->join(spec, up.back(), down.back(),
                                  Wire<UpMessage>::Deliver::to<&FabricTest::receive>(*this)));
  }
  void receive(const UpMessage& message) {
    const auto& request = std::get<AtsRequest>(message);
    above.push_back({request.device.value, request.tag, calendar.now()});
  }
  void request(std::uint32_t device, sim::Time at, std::uint32_t tag = 0) {
    up[device].send(at, AtsRequest{DeviceIndex{device}, tag, IovaPage{}, std::nullopt, false});
  }
  void complete(std::uint32_t device, std::uint32_t tag = 0, std::uint8_t translations = 1) {
    ports[device]->send(calendar.now(), AtsCompletion{.tag = tag, .translations = translations});
  }
  void run() { calendar.run_before(sim::kEndOfTime); }

  sim::Calendar calendar;
  std::optional<Fabric> fabric;
  std::deque<Wire<UpMessage>> up;
  std::deque<Wire<DownMessage>> down;
  std::deque<End> ends;
  std::vector<Wire<DownMessage>*> ports;
  std::vector<Arrival> above, below;
};

// 1 ns on the device's link and 200 ns along it, 100 ns through the switch, 1 + 30 ns to the root
// port, 0.5 + 10 ns inside the root complex; the same whether others share the links or not.
TEST_F(FabricTest, ALoneMessageTakesTheSumOfTheHops) {
  const sim::Duration sum =
      nanoseconds(1 + 200 + 100 + 1 + 30) + picoseconds(500) + nanoseconds(10);
  make(one_switch(), {attached_to("sw0", 2)});
  request(0, at_ns(0));
  complete(1);
  run();
  EXPECT_THAT(above, ElementsAre(Arrival{0, 0, sim::Time{sum}}));
  EXPECT_THAT(below, ElementsAre(Arrival{1, 0, sim::Time{sum}}));
}

// Eight bytes for each translation after the first: 28 take 1 ns on the device's link and 1 ns on
// the slowest of those that are shared, so 7 x 8 take 2 ns more on each.
TEST_F(FabricTest, ACompletionOfSeveralTranslationsIsLongerOnItsLinks) {
  const sim::Duration sum =
      nanoseconds(1 + 200 + 100 + 1 + 30) + picoseconds(500) + nanoseconds(10);
  make(one_switch(), {attached_to("sw0", 2)});
  complete(1, 0, 8);
  run();
  EXPECT_THAT(below, ElementsAre(Arrival{1, 0, sim::Time{sum + nanoseconds(2 + 2)}}));
}

TEST_F(FabricTest, ALoneDeviceBehindASwitchTakesTheSameTime) {
  const sim::Duration sum =
      nanoseconds(1 + 200 + 100 + 1 + 30) + picoseconds(500) + nanoseconds(10);
  make(one_switch(), {attached_to("sw0")});
  request(0, at_ns(0));
  complete(0);
  run();
  EXPECT_THAT(above, ElementsAre(Arrival{0, 0, sim::Time{sum}}));
  EXPECT_THAT(below, ElementsAre(Arrival{0, 0, sim::Time{sum}}));
}

// The uplink of 2.8 GB/s passes a message each 10 ns: the slowest shared link is the limit.
TEST_F(FabricTest, SharedLinksSerialiseTheMessagesOfAllDevices) {
  make(one_switch(2.8e9), {attached_to("sw0", 3)});
  for (std::uint32_t device = 0; device < 3; ++device) request(device, at_ns(0));
  run();
  const sim::Time first = at_ns(1 + 200 + 100 + 10 + 30) + picoseconds(500) + nanoseconds(10);
  EXPECT_THAT(above, ElementsAre(Arrival{0, 0, first}, Arrival{1, 0, first + nanoseconds(10)},
                                 Arrival{2, 0, first + nanoseconds(20)}));
}

TEST_F(FabricTest, RootPortsOfTheirOwnKeepDevicesApart) {
  make(two_root_ports(), {attached_to("rp0"), attached_to("rp1")});
  request(0, at_ns(0));
  request(1, at_ns(0));
  run();
  const sim::Time at = at_ns(1 + 200 + 10) + picoseconds(500);
  EXPECT_THAT(above, ElementsAre(Arrival{0, 0, at}, Arrival{1, 0, at}));
}

// Device 1 sends ahead of the clock, for later than device 0 does afterwards.
TEST_F(FabricTest, TurnsAreByArrivalNotBySending) {
  make(one_switch(2.8e9), {attached_to("sw0", 2)});
  request(1, at_ns(5), 7);
  request(0, at_ns(3), 8);
  run();
  ASSERT_EQ(above.size(), 2U);
  EXPECT_EQ(above[0].device, 0U);
  EXPECT_EQ(above[1].at - above[0].at, nanoseconds(10));
}

// Posted order of each device (PCIe 2.4.1): nothing overtakes on a shared link.
TEST_F(FabricTest, MessagesOfADeviceKeepTheirOrder) {
  make(one_switch(2.8e9), {attached_to("sw0", 2)});
  for (std::uint32_t tag = 0; tag < 5; ++tag) {
    request(0, at_ns(2 * tag), tag);
    request(1, at_ns(2 * tag), 10 + tag);
    complete(0, tag);
  }
  run();
  std::vector<std::uint32_t> tags;
  for (const Arrival& arrival : above) {
    if (arrival.device == 0) tags.push_back(arrival.tag);
  }
  EXPECT_THAT(tags, ElementsAre(0, 1, 2, 3, 4));
  tags.clear();
  for (const Arrival& arrival : below) tags.push_back(arrival.tag);
  EXPECT_THAT(tags, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(FabricTest, AnswersFindTheirDevice) {
  TopologySpec deep = one_switch();
  deep.nodes.push_back(pcie_switch("sw1", nanoseconds(50)));
  deep.links.push_back(link_of("sw1", "sw0", nanoseconds(20), 28e9));
  make(deep, {attached_to("sw1", 2), attached_to("sw0"), attached_to("rc")});
  for (std::uint32_t device = 0; device < 4; ++device) complete(device, device);
  run();
  // Down the shared link at 1 ns each: 0.5 + 10 + 1 + 30 + 100 ns to leave sw0, then their own.
  const sim::Time left = at_ns(10 + 1 + 30 + 100) + picoseconds(500);
  EXPECT_THAT(below,
              ElementsAre(Arrival{3, 3, at_ns(201)}, Arrival{2, 2, left + nanoseconds(2 + 201)},
                          Arrival{0, 0, left + nanoseconds(1 + 20 + 50 + 201)},
                          Arrival{1, 1, left + nanoseconds(1 + 1 + 20 + 50 + 201)}));
}

// Deterministic servers in a row delay every message as the slowest does, plus a constant: what the
// fabric makes one wire of is compared with a wire for each link, at random times.
TEST(Segment, ActsAsItsLinksOneByOne) {
  const LinkSpec links[] = {{nanoseconds(7), 28e9}, {nanoseconds(3), 2e9}, {nanoseconds(5), 9e9}};
  sim::RandomStream random({1, 0, "segment", "times"});
  sim::Calendar calendar;
  Segment segment;
  for (const LinkSpec& link : links) segment.add(link.latency, link.bandwidth, {}, {});
  Wire<std::uint32_t> whole(calendar, segment.message_link(segment.up), std::nullopt);
  std::deque<Wire<std::uint32_t>> parts;
  for (const LinkSpec& link : links) parts.emplace_back(calendar, link, std::nullopt);
  struct Log {
    sim::Calendar* calendar;
    Wire<std::uint32_t>* next;
    std::vector<std::pair<std::uint32_t, sim::Time>> seen;
    void receive(const std::uint32_t& message) {
      seen.emplace_back(message, calendar->now());
      if (next != nullptr) next->send(calendar->now(), message);
    }
  };
  Log of_whole{&calendar, nullptr, {}}, last{&calendar, nullptr, {}};
  Log first{&calendar, &parts[1], {}}, second{&calendar, &parts[2], {}};
  whole.connect<&Log::receive>(of_whole);
  parts[0].connect<&Log::receive>(first);
  parts[1].connect<&Log::receive>(second);
  parts[2].connect<&Log::receive>(last);
  sim::Time at{};
  for (std::uint32_t i = 0; i < 500; ++i) {
    at += picoseconds(static_cast<std::int64_t>(random.below(28'000)));  // the slowest takes 14 ns
    whole.send(at, i);
    parts[0].send(at, i);
  }
  calendar.run_before(sim::kEndOfTime);
  EXPECT_EQ(of_whole.seen, last.seen);
}

}  // namespace
}  // namespace faultpath::models
