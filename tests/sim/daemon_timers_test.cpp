// Waits of services: they fire while anything else is alive, and do not keep a run alive.
#include "sim/daemon_timers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "sim/event.hpp"
#include "sim/platform.hpp"
#include "sim/simulation.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct DaemonTimersTest : testing::Test {
  /// A service that looks every `period`, and does `work` each time.
  Process service(Duration period, std::function<void()> work) {
    for (;;) {
      co_await simulation.daemon_delay(period, {"the next look", "service"});
      work();
    }
  }
  void start(Duration period, std::function<void()> work) {
    simulation.start_service(service(period, std::move(work)), "service");
  }
  Process work_for(Duration length) { co_await simulation.delay(length); }

  Simulation simulation{bare()};
  std::vector<Time> looks;
  std::function<void()> look = [this] { looks.push_back(simulation.now()); };
};

TEST_F(DaemonTimersTest, FireWhileAProcessLives) {
  start(nanoseconds(10), look);
  simulation.start(work_for(nanoseconds(35)), "work");
  simulation.run();
  EXPECT_THAT(looks, ElementsAre(at_ns(10), at_ns(20), at_ns(30)));
}

TEST_F(DaemonTimersTest, FireWhileAnEventIsPending) {
  start(nanoseconds(10), look);
  EventLog log(simulation.calendar());
  simulation.calendar().schedule(at_ns(25), log.event("message"));
  simulation.run();
  EXPECT_THAT(looks, ElementsAre(at_ns(10), at_ns(20)));
  EXPECT_THAT(log.names(), ElementsAre("message"));
}

TEST_F(DaemonTimersTest, AloneDoNotFire) {
  start(nanoseconds(10), look);
  simulation.run();
  EXPECT_TRUE(looks.empty());
}

// Each is in the middle of its work when the other looks.
TEST_F(DaemonTimersTest, DoNotKeepEachOtherAlive) {
  const auto busy = [this](Duration period) -> Process {
    for (;;) {
      co_await simulation.daemon_delay(period);
      look();
      co_await simulation.delay(nanoseconds(9));
    }
  };
  simulation.start_service(busy(nanoseconds(10)), "one");
  simulation.start_service(busy(nanoseconds(7)), "other");
  simulation.start(work_for(nanoseconds(40)), "work");
  simulation.run();
  ASSERT_FALSE(looks.empty());
  EXPECT_LE(looks.back(), at_ns(40));
  EXPECT_LE(simulation.now(), at_ns(40) + nanoseconds(10 + 9));
}

TEST_F(DaemonTimersTest, HelpAProcessThatWaitsForTheirService) {
  Event found("what the service finds");
  int left = 3;
  start(nanoseconds(10), [&] {
    look();
    if (--left == 0) found.set();
  });
  const auto wait = [&]() -> Process { co_await found.wait(); };
  simulation.start(wait(), "waiting");
  simulation.run();
  EXPECT_EQ(looks.size(), 3U);
}

TEST_F(DaemonTimersTest, EndAfterRoundsInWhichNobodyWasHelped) {
  Event never("what never comes");
  start(nanoseconds(10), look);
  std::vector<Time> slow_looks;
  start(nanoseconds(1000), [&] { slow_looks.push_back(simulation.now()); });
  const auto wait = [&]() -> Process { co_await never.wait(); };
  simulation.start(wait(), "waiting");
  try {
    simulation.run();
    FAIL() << "nobody sets the event";
  } catch (const StuckError& stuck) {
    EXPECT_THAT(stuck.what(), HasSubstr("stuck at 0 ns"));
    EXPECT_THAT(stuck.what(), HasSubstr("waiting waits for event of what never comes"));
  }
  EXPECT_GE(slow_looks.size(), DaemonTimers::kRounds - 1) << "the slowest has had its rounds";
  EXPECT_LE(slow_looks.size(), DaemonTimers::kRounds + 1);
}

// A service that works for 20 periods of another helps in the end: they are no rounds.
TEST_F(DaemonTimersTest, GoOnWhileAServiceIsAtWorkForWhomAProcessWaits) {
  Event done("the service");
  const auto wait_for = [](Event& event) -> Process { co_await event.wait(); };
  const auto serve = [](Simulation& on, Event& event) -> Process {
    co_await on.delay(nanoseconds(205));
    event.set();
  };
  start(nanoseconds(10), look);
  simulation.start(wait_for(done), "client");
  simulation.start_service(serve(simulation, done), "server");
  simulation.run();
  EXPECT_EQ(looks.size(), 20U);
}

TEST_F(DaemonTimersTest, OfOneTimeFireInTheOrderInWhichTheWaitsBegan) {
  std::string order;
  start(nanoseconds(10), [&] { order += 'a'; });
  start(nanoseconds(5), [&] { order += 'b'; });
  start(nanoseconds(10), [&] { order += 'c'; });
  simulation.start(work_for(nanoseconds(11)), "work");
  simulation.run();
  EXPECT_EQ(order, "bacb") << "b has waited anew from 5 ns on";
}

TEST_F(DaemonTimersTest, BeyondTheEndOfTimeAreNeverDue) {
  start(Duration::max(), look);
  simulation.start(work_for(nanoseconds(1)), "work");
  simulation.run();
  EXPECT_TRUE(looks.empty());
}

TEST_F(DaemonTimersTest, OfACancelledServiceDoNotFire) {
  const ProcessId id = simulation.start_service(service(nanoseconds(10), look), "service");
  start(nanoseconds(4), [&] { simulation.cancel(id); });
  simulation.start(work_for(nanoseconds(20)), "work");
  simulation.run();
  EXPECT_TRUE(looks.empty());
}

TEST(DaemonTimersOnSimgrid, FireWhileTheDiskWorks) {
  Simulation simulation;
  PlatformDisk& disk = simulation.platform().add_disk("disk", {microseconds(80), 3e9, 3e9, 1});
  int looks = 0;
  const auto service = [&]() -> Process {
    for (;;) {
      co_await simulation.daemon_delay(microseconds(30));
      ++looks;
    }
  };
  const auto read = [&]() -> Process { co_await simulation.platform().read(disk, 4096); };
  simulation.start_service(service(), "service");
  simulation.start(read(), "read");
  simulation.run();
  EXPECT_EQ(looks, 2) << "the read takes 80 us and 4096 bytes at 3 GB/s";
}

}  // namespace
}  // namespace faultpath::sim
