// How far a device may be ahead of the clock, and that nothing unannounced goes unnoticed.
#include "models/device/lookahead.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

class LookaheadTest : public testing::Test {
 protected:
  // A message takes 7 ps (28 B at 4 TB/s) and 100 ns.
  static constexpr sim::Duration kHop = nanoseconds(100) + sim::picoseconds(7);
  static constexpr LinkSpec kLink{nanoseconds(100), 4e12};

  LookaheadTest() {
    stop.start(sim::Time{});
    down.connect<&LookaheadTest::receive>(*this);
    pri.join(down);
    lookahead.set_revocable(false);
  }
  void receive(const DownMessage&) {}
  void run_until(sim::Time at) { simulation.calendar().run_before(at); }
  void run_to_the_end() { run_until(sim::kEndOfTime); }
  /// Writes down the horizon at `when`, after what is scheduled for that time already.
  void look_at(sim::Time when) { simulation.start(look(when), "look"); }
  sim::Process look(sim::Time when) {
    co_await simulation.delay(when - simulation.now());
    seen.push_back(lookahead.horizon());
  }
  sim::Process wait_in_delay(sim::Duration duration) { co_await lookahead.delay(duration, {}); }
  sim::Process wait_until(sim::Time at) { co_await lookahead.until(at, {}); }
  sim::Process wait_for_occurrence() {
    co_await lookahead.wait_for(occurrence);
    seen.push_back(lookahead.horizon());
  }

  sim::Simulation simulation{bare()};
  StopControl stop{{}};
  PageRequestInterface pri{PriSpec{}};
  Wire<UpMessage> up{simulation.calendar(), kLink, std::nullopt};
  Wire<DownMessage> down{simulation.calendar(), kLink, std::nullopt};
  Lookahead lookahead{{simulation, stop, pri, up, down}};
  Occurrence occurrence;
  std::vector<sim::Time> seen;
};

TEST_F(LookaheadTest, WhereNothingCanHappenTheEndIsTheEndOfTime) {
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
}

TEST_F(LookaheadTest, WithoutItTheDeviceStaysAtTheClock) {
  lookahead.enable(false);
  EXPECT_EQ(lookahead.horizon(), simulation.now());
}

TEST_F(LookaheadTest, AHoldKeepsTheDeviceAtTheClockAsLongAsItLives) {
  {
    const auto hold = lookahead.hold();
    const auto another = lookahead.hold();
    EXPECT_EQ(lookahead.horizon(), simulation.now());
  }
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
}

TEST_F(LookaheadTest, AHoldThatHasMovedEndsWithItsLastOwner) {
  auto first = lookahead.hold();
  auto second = std::move(first);
  first.release();
  EXPECT_EQ(lookahead.horizon(), simulation.now());
  second.release();
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
}

// An answer, or an invalidation, is not sent before now.
TEST_F(LookaheadTest, NobodyIsFartherAheadThanAMessageTakesWhereOneCanCome) {
  {
    const auto operation = lookahead.expect();
    EXPECT_TRUE(lookahead.expects());
    EXPECT_EQ(lookahead.horizon(), sim::Time{kHop});
  }
  EXPECT_FALSE(lookahead.expects());
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
  lookahead.set_revocable(true);
  EXPECT_EQ(lookahead.horizon(), sim::Time{kHop});
}

TEST_F(LookaheadTest, AMessageOnItsWayLimitsToItsArrival) {
  down.send(at_ns(0), GroupResponse{});
  EXPECT_EQ(lookahead.horizon(), sim::Time{kHop});
  run_to_the_end();
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
}

// The request goes up at 40 ns and its answer down.
TEST_F(LookaheadTest, AfterAMissItsOwnAnswerLimits) {
  EXPECT_EQ(lookahead.horizon_after_miss(at_ns(40)), at_ns(40) + 2 * kHop);
  lookahead.announce(at_ns(90));
  EXPECT_EQ(lookahead.horizon_after_miss(at_ns(40)), at_ns(90));
}

TEST_F(LookaheadTest, WhatIsAnnouncedLimitsUntilItsTimeHasPassed) {
  lookahead.announce(at_ns(30));
  lookahead.announce(at_ns(10));
  EXPECT_EQ(lookahead.horizon(), at_ns(10));
  look_at(at_ns(10));
  look_at(at_ps(10'001));
  look_at(at_ps(30'001));
  run_to_the_end();
  EXPECT_EQ(seen, (std::vector{at_ns(10), at_ns(30), sim::kEndOfTime}));
}

TEST_F(LookaheadTest, ADelayOfTheDevicesOwnHoldsItMeanwhile) {
  simulation.start(wait_in_delay(nanoseconds(20)), "delay");
  EXPECT_EQ(lookahead.horizon(), simulation.now());
  look_at(at_ns(20));
  run_to_the_end();
  EXPECT_EQ(seen, (std::vector{sim::kEndOfTime}));
}

TEST_F(LookaheadTest, ADelayOfNoTimeHoldsNobody) {
  simulation.start(wait_in_delay({}), "delay");
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
}

// Two processes wait; the later one was announced first.
TEST_F(LookaheadTest, WhoWaitsUntilATimeLimitsToIt) {
  simulation.start(wait_until(at_ns(50)), "late");
  simulation.start(wait_until(at_ns(20)), "early");
  EXPECT_EQ(lookahead.horizon(), at_ns(20));
  look_at(at_ns(20));
  look_at(at_ns(50));
  run_to_the_end();
  EXPECT_EQ(seen, (std::vector{at_ns(50), sim::kEndOfTime}));
}

TEST_F(LookaheadTest, WhoIsWokenHoldsTheDeviceUntilItGoesOn) {
  simulation.start(wait_for_occurrence(), "first");
  simulation.start(wait_for_occurrence(), "second");
  EXPECT_EQ(lookahead.horizon(), sim::kEndOfTime);
  lookahead.notify(occurrence);
  EXPECT_EQ(lookahead.horizon(), simulation.now());
  run_to_the_end();
  EXPECT_EQ(seen, (std::vector{sim::Time{}, sim::kEndOfTime}));  // the first saw the second held
}

// What happens at the time of an operation comes after it.
TEST_F(LookaheadTest, WhatHappensAtTheTimeOfTheLatestOperationIsInOrder) {
  lookahead.issued(at_ns(0));
  lookahead.interfere();
  lookahead.issued(at_ns(10));
  lookahead.announce(at_ns(10));
}

using LookaheadDeathTest = LookaheadTest;

// Somebody who changes a translation at the clock, which nobody has announced.
TEST_F(LookaheadDeathTest, WhatWasNotAnnouncedStopsTheRun) {
  lookahead.issued(at_ps(1));
  EXPECT_DEATH(lookahead.interfere(), "not announced");
}

TEST_F(LookaheadDeathTest, AHoldThatIsTakenTooLateStopsTheRun) {
  lookahead.issued(at_ps(1));
  EXPECT_DEATH(static_cast<void>(lookahead.hold()), "not announced");
}

TEST_F(LookaheadDeathTest, ADelayThatBeginsBehindAnOperationStopsTheRun) {
  lookahead.issued(at_ps(1));
  EXPECT_DEATH(simulation.start(wait_in_delay(nanoseconds(1)), "delay"), "not announced");
}

TEST_F(LookaheadDeathTest, WhatIsAnnouncedForAnEarlierTimeStopsTheRun) {
  lookahead.issued(at_ns(20));
  EXPECT_DEATH(lookahead.announce(at_ps(19'999)), "behind an operation");
}

}  // namespace
}  // namespace faultpath::models
