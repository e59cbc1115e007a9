// Transfers on shared links: turns, cut-through, order.
#include "models/fabric/shared_transfers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;

// 1 GB/s: a byte takes a nanosecond.
TransferLink one_byte_a_ns(std::int64_t latency_ns = 0) { return {nanoseconds(latency_ns), 1e9}; }
Passage passage(std::int64_t first, std::int64_t last) { return {at_ns(first), at_ns(last)}; }
void expect(Passage seen, std::int64_t first, std::int64_t last) {
  EXPECT_EQ(seen.first, at_ns(first));
  EXPECT_EQ(seen.last, at_ns(last));
}

TEST(TransferLink, TakesTheTimeOfItsBytesAndItsLatency) {
  TransferLink link = one_byte_a_ns(50);
  expect(link.pass(passage(100, 100), 40), 100 + 50, 140 + 50);
}

// The first byte does not wait for the last, the last does not come before it has come.
TEST(TransferLink, CutsThrough) {
  TransferLink link = one_byte_a_ns();
  expect(link.pass(passage(100, 300), 40), 100, 300);
}

TEST(TransferLink, LetsTransfersTakeTurns) {
  TransferLink link = one_byte_a_ns();
  expect(link.pass(passage(100, 110), 40), 100, 140);
  expect(link.pass(passage(120, 130), 40), 140, 180);
  expect(link.pass(passage(300, 310), 40), 300, 340);
}

// A transfer that trickles in over 200 ns holds the link for its 40 bytes only.
TEST(TransferLink, LeavesTheGapsOfASlowTransferToOthers) {
  TransferLink link = one_byte_a_ns();
  expect(link.pass(passage(100, 300), 40), 100, 300);
  expect(link.pass(passage(110, 120), 40), 140, 180);
}

// Links of 1 and 2 ns a byte in a row take 2 ns a byte, in either order.
TEST(TransferLink, InARowTakesTheTimeOfTheSlowest) {
  for (const bool slow_first : {false, true}) {
    TransferLink slow(nanoseconds(5), 0.5e9), fast(nanoseconds(7), 1e9);
    TransferLink& first = slow_first ? slow : fast;
    TransferLink& second = slow_first ? fast : slow;
    for (std::int64_t i = 0; i < 10; ++i) {
      const Passage seen = second.pass(first.pass(passage(0, 0), 40), 40);
      EXPECT_EQ(seen.last, at_ns((i + 1) * 80 + 5 + 7));
    }
  }
}

class SharedWay : public testing::Test {
 protected:
  struct Seen {
    std::vector<sim::Time> known, last;
  };
  SharedTransfers& way(std::vector<TransferLink*> links) {
    Seen& mine = seen.emplace_back();
    ways.emplace_back(calendar, calendar.new_rank(), links);
    receivers.push_back({&calendar, &mine});
    ways.back().connect(SharedTransfers::Done::to<&Receiver::take>(receivers.back()));
    return ways.back();
  }
  void run() { calendar.run_before(sim::kEndOfTime); }

  struct Receiver {
    sim::Calendar* calendar;
    Seen* seen;
    void take(sim::Time at) {
      seen->known.push_back(calendar->now());
      seen->last.push_back(at);
    }
  };
  sim::Calendar calendar;
  std::deque<SharedTransfers> ways;
  std::deque<Seen> seen;
  std::deque<Receiver> receivers;
};

TEST_F(SharedWay, EndsBehindItsLastLink) {
  TransferLink first = one_byte_a_ns(5), second = one_byte_a_ns(7);
  way({&first, &second}).send(passage(100, 140), 40);
  run();
  EXPECT_THAT(seen[0].last, ElementsAre(at_ns(140 + 5 + 7)));
  EXPECT_THAT(seen[0].known, ElementsAre(at_ns(100 + 5)));  // where it waits for others no more
}

// The second device sends first, but for later: the clock stands still while both send.
TEST_F(SharedWay, GivesTurnsByArrivalNotBySending) {
  TransferLink link = one_byte_a_ns();
  SharedTransfers& a = way({&link});
  SharedTransfers& b = way({&link});
  b.send(passage(120, 120), 40);
  a.send(passage(110, 110), 40);
  run();
  EXPECT_THAT(seen[0].last, ElementsAre(at_ns(150)));
  EXPECT_THAT(seen[1].last, ElementsAre(at_ns(190)));
}

// At the same time the device that was made first goes first, whoever sends first.
TEST_F(SharedWay, GivesTurnsAtOneTimeInTheOrderOfTheDevices) {
  TransferLink link = one_byte_a_ns();
  SharedTransfers& a = way({&link});
  SharedTransfers& b = way({&link});
  b.send(passage(100, 100), 40);
  a.send(passage(100, 100), 40);
  run();
  EXPECT_THAT(seen[0].last, ElementsAre(at_ns(140)));
  EXPECT_THAT(seen[1].last, ElementsAre(at_ns(180)));
}

// b reaches the second link directly while a is still on the first.
TEST_F(SharedWay, MergesWithTransfersThatJoinLater) {
  TransferLink first = one_byte_a_ns(50), second = one_byte_a_ns();
  SharedTransfers& a = way({&first, &second});
  SharedTransfers& b = way({&second});
  a.send(passage(100, 140), 40);
  b.send(passage(149, 149), 40);
  run();
  EXPECT_THAT(seen[1].last, ElementsAre(at_ns(189)));
  EXPECT_THAT(seen[0].last, ElementsAre(at_ns(189 + 40)));
}

TEST_F(SharedWay, KeepsTheOrderOfADeviceWhateverTheSizes) {
  TransferLink first = one_byte_a_ns(5), second(nanoseconds(3), 4e9);
  SharedTransfers& a = way({&first, &second});
  a.send(passage(0, 0), 400);
  a.send(passage(0, 0), 0);
  a.send(passage(10, 10), 4);
  run();
  EXPECT_THAT(seen[0].last, ElementsAre(at_ns(408), at_ns(408), at_ns(412)));
}

}  // namespace
}  // namespace faultpath::models
