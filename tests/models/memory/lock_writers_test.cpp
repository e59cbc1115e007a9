// Write sections of others: they arrive by their own clock, and too many of them are named.
#include "models/memory/lock_writers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::HasSubstr;

class LockWritersTest : public testing::Test {
 protected:
  LockWriters writers(double rate, sim::Duration hold) {
    return {simulation, {rate, constant(hold)}, window, "host/mmap_lock"};
  }
  // Sections that begin within a second.
  double in_a_second(LockWriters& writers) {
    writers.start(process);
    simulation.calendar().schedule(sim::Time{sim::seconds(1)},
                                   sim::handler_of<&LockWriters::stop>(writers));
    simulation.run();
    return static_cast<double>(writers.stats().sections);
  }
  std::string complaint(LockWriters& writers) {
    try {
      writers.start(process);
      simulation.run();
    } catch (const sim::StuckError& error) {
      return error.what();
    }
    return "none";
  }
  sim::Process read_for(sim::Duration time) {
    const auto lock = co_await process.mmap_lock.read();
    co_await simulation.delay(time, {"a reader", ""});
  }

  sim::Simulation simulation{bare()};
  StatisticsWindow window{sim::Time{}};
  PageStore store;
  ProcessMemory process{store, "space", Runs(0, 1), {}};
};

// Each of 5 us: an arrival that waited for the section before would make it 97,000.
TEST_F(LockWritersTest, ArriveAtTheirRateHoweverLongTheLockIsHeld) {
  LockWriters busy = writers(190'000.0, sim::microseconds(5));
  EXPECT_NEAR(in_a_second(busy), 190'000.0, 5.0 * std::sqrt(190'000.0));
}

TEST_F(LockWritersTest, OfNoRateAreNone) {
  LockWriters none = writers(0.0, sim::microseconds(5));
  EXPECT_EQ(in_a_second(none), 0.0);
}

// They disturb who is alive, and nobody is.
TEST_F(LockWritersTest, DoNotKeepARunAlive) {
  LockWriters some = writers(1000.0, sim::microseconds(5));
  some.start(process);
  simulation.run();
  EXPECT_LT(simulation.now(), sim::Time{sim::seconds(1)});
}

TEST_F(LockWritersTest, ThatTakeAllTheTimeAreNamedAtOnce) {
  LockWriters full = writers(200'000.0, sim::microseconds(5));
  const std::string said = complaint(full);
  EXPECT_THAT(said, HasSubstr("host.mmap_lock is saturated"));
  EXPECT_THAT(said, HasSubstr("200000 write sections a second of 5 us"));
  EXPECT_THAT(said, HasSubstr("100% of the time"));
  LockWriters below = writers(199'999.0, sim::microseconds(5));
  EXPECT_GT(in_a_second(below), 190'000.0);
}

TEST_F(LockWritersTest, ThatReadersLeaveNoTimeForAreNamedBeforeTheirBacklogFillsMemory) {
  simulation.start(read_for(sim::seconds(10)), "reader");
  LockWriters some = writers(100'000.0, sim::microseconds(1));
  const std::string said = complaint(some);
  EXPECT_THAT(said, HasSubstr("host.mmap_lock is saturated"));
  EXPECT_THAT(said, HasSubstr(std::to_string(LockWriters::kMostWaiting) + " wait now"));
  EXPECT_NEAR(sim::to_seconds(simulation.now() - sim::Time{}), 1.0, 0.02);
}

}  // namespace
}  // namespace faultpath::models
