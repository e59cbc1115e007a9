// Wires: latency, occupancy and posted order.
#include "models/base/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using Arrivals = std::vector<std::pair<int, sim::Time>>;

// 28 bytes at 28 GB/s: one nanosecond a message.
constexpr LinkSpec kLink{nanoseconds(200), 28e9};

struct Receiver {
  explicit Receiver(const sim::Calendar& source) : calendar(source) {}
  void deliver(const int& message) { arrivals.emplace_back(message, calendar.now()); }
  const sim::Calendar& calendar;
  Arrivals arrivals;
};

class WireTest : public testing::Test {
 protected:
  WireTest() { wire.connect<&Receiver::deliver>(receiver); }
  void run() { calendar.run_before(sim::kEndOfTime); }

  sim::Calendar calendar;
  Receiver receiver{calendar};
  Wire<int> wire{calendar, kLink, std::nullopt};
};

TEST_F(WireTest, AMessageArrivesLatencyAfterItsLastByteHasLeft) {
  wire.send(at_ns(5), 1);
  EXPECT_EQ(wire.next_arrival(), at_ns(5 + 1 + 200));
  run();
  EXPECT_THAT(receiver.arrivals, ElementsAre(std::pair{1, at_ns(206)}));
  EXPECT_EQ(wire.next_arrival(), sim::kEndOfTime);
}

TEST_F(WireTest, MessagesTakeTurnsAndKeepTheirOrder) {
  for (int message = 0; message < 3; ++message) wire.send(at_ns(0), message);
  run();
  EXPECT_THAT(receiver.arrivals, ElementsAre(std::pair{0, at_ns(201)}, std::pair{1, at_ns(202)},
                                             std::pair{2, at_ns(203)}));
}

TEST_F(WireTest, AnIdleWireDelaysNobody) {
  wire.send(at_ns(0), 1);
  wire.send(at_ns(1), 2);  // just free again
  wire.send(at_ns(50), 3);
  run();
  EXPECT_THAT(receiver.arrivals, ElementsAre(std::pair{1, at_ns(201)}, std::pair{2, at_ns(202)},
                                             std::pair{3, at_ns(251)}));
}

TEST_F(WireTest, NoLaterMessageArrivesBeforeTheShortestTime) {
  EXPECT_EQ(wire.shortest(), nanoseconds(201));
}

TEST_F(WireTest, ManyMessagesInFlightAllArrive) {
  constexpr int kMessages = 1000;
  for (int message = 0; message < kMessages; ++message) wire.send(at_ns(0), message);
  run();
  ASSERT_EQ(receiver.arrivals.size(), std::size_t{kMessages});
  EXPECT_EQ(receiver.arrivals.back(), (std::pair{kMessages - 1, at_ns(200 + kMessages)}));
}

TEST_F(WireTest, ARankedWirePutsItsMessagesFirstWheneverItSentThem) {
  Wire<int> ranked(calendar, kLink, calendar.new_rank());
  ranked.connect<&Receiver::deliver>(receiver);
  wire.send(at_ns(0), 1);
  ranked.send(at_ns(0), 2);
  run();
  EXPECT_THAT(receiver.arrivals, ElementsAre(std::pair{2, at_ns(201)}, std::pair{1, at_ns(201)}));
}

TEST(WireDeathTest, RefusesAMessageFromBeforeTheLast) {
  sim::Calendar calendar;
  Wire<int> wire(calendar, kLink, std::nullopt);
  wire.send(at_ns(5), 1);
  EXPECT_DEATH(wire.send(at_ns(4), 2), "in order");
}

TEST(Wire, TheLatencyOfAMessageIsRoundedToThePicosecond) {
  sim::Calendar calendar;
  const Wire<int> wire(calendar, {nanoseconds(200), 16e9}, std::nullopt);
  EXPECT_EQ(wire.shortest(), sim::picoseconds(200'000 + 1'750));  // 28 B / 16 GB/s = 1.75 ns
}

}  // namespace
}  // namespace faultpath::models
