// The calendar inside SimGrid's loop: order around completions, ends, exceptions and stuck runs.
#include "sim/simgrid_calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "sim/event.hpp"
#include "sim/platform.hpp"
#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Each of these tests is a process of its own under ctest, as SimGrid's engine wants.
class SimgridLoop : public testing::Test {
 protected:
  Process reads(std::uint64_t bytes, const char* name) {
    co_await simulation.platform().read(disk, bytes);
    names.emplace_back(name);
  }
  Process ticks(Duration period, int count) {
    for (int i = 0; i < count; ++i) {
      const Time due = simulation.now() + period;
      co_await simulation.delay(period);
      EXPECT_EQ(simulation.now(), due);
    }
  }
  Process names_itself(Duration delay, std::string name) {
    co_await simulation.delay(delay);
    EXPECT_EQ(simulation.now(), Time{delay});
    names.push_back(name);
  }
  Process throws_after(Duration delay) {
    co_await simulation.delay(delay);
    throw std::runtime_error("model out of order");
  }

  Simulation simulation;
  std::vector<std::string> names;
  PlatformDisk& disk = simulation.platform().add_disk(
      "swap", {.latency = microseconds(80), .read_bandwidth = 3e9, .queue_depth = 1});
};

TEST_F(SimgridLoop, RunsTheCalendarWithoutAPlatformsWork) {
  simulation.start(ticks(nanoseconds(3), 1000), "clock");
  simulation.run();
  EXPECT_EQ(simulation.now(), at_ns(3000));
}

TEST_F(SimgridLoop, EndsAtOnceWithNothingToDo) {
  simulation.run();
  EXPECT_EQ(simulation.now(), Time{});
}

TEST_F(SimgridLoop, RunsWhatIsDueBeforeACompletionBeforeItAndTheRestAfterIt) {
  simulation.start(reads(300'000, "read"), "reader");  // complete at 180 us, give or take 1 ps
  for (const int offset : {2, -2, -1000, 1000}) {
    const auto name = std::to_string(offset);
    simulation.start(names_itself(microseconds(180) + picoseconds(offset), name), "event");
  }
  simulation.run();
  EXPECT_THAT(names, ElementsAre("-1000", "-2", "read", "2", "1000"));
}

// A byte takes 333.3 ps, so that the completion is in the picosecond of the event, but behind it.
TEST_F(SimgridLoop, AnEventInThePicosecondOfACompletionComesAfterItAndEndsTheWait) {
  const Duration byte = transfer_time(1, 3e9);
  simulation.start(reads(1, "read"), "reader");
  simulation.start(names_itself(microseconds(80) + byte, "event"), "event");
  simulation.start(names_itself(microseconds(80) + byte + picoseconds(1), "next"), "next");
  simulation.run();
  EXPECT_THAT(names, testing::UnorderedElementsAre("read", "event", "next"));
  EXPECT_EQ(names.back(), "next");
}

struct Reads {
  Simulation& simulation;
  PlatformDisk& disk;
  RandomStream random;
};

Process reads_and_pauses(Reads& reads, int count) {
  for (int i = 0; i < count; ++i) {
    co_await reads.simulation.delay(nanoseconds(1 + static_cast<int>(reads.random.below(90'000))));
    const std::uint64_t bytes = 1 + reads.random.below(300'000);
    const Time issued = reads.simulation.now();
    co_await reads.simulation.platform().read(reads.disk, bytes);
    const Duration took = reads.simulation.now() - issued;
    EXPECT_LE(std::chrono::abs(took - microseconds(80) - transfer_time(bytes, 3e9)),
              picoseconds(2));
  }
}

TEST_F(SimgridLoop, ManyEventsAndReadsKeepTheirTimes) {
  Reads reader{simulation, disk, simulation.stream("reader", "sizes")};
  simulation.start(reads_and_pauses(reader, 2000), "reader");
  simulation.start(ticks(picoseconds(700'001), 100'000), "clock");
  simulation.start(ticks(picoseconds(999'983), 100'000), "another clock");
  simulation.run();
}

TEST_F(SimgridLoop, ReadsOfSeveralProcessesAreServedInOrderOfArrival) {
  for (const char* name : {"a", "b", "c"}) simulation.start(reads(3'000, name), name);
  simulation.start(ticks(nanoseconds(10), 50'000), "clock");
  simulation.run();
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST_F(SimgridLoop, RunsAMillionEventsInOrder) {
  simulation.start(ticks(nanoseconds(7), 500'000), "clock");
  simulation.start(ticks(nanoseconds(5), 500'000), "another clock");
  simulation.start(reads(300'000, "read"), "reader");
  simulation.run();
  EXPECT_EQ(simulation.now(), at_ns(3'500'000));
  EXPECT_GE(simulation.calendar().fired(), 1'000'000U);
  EXPECT_THAT(names, ElementsAre("read"));
}

TEST_F(SimgridLoop, AnExceptionReachesTheCallerOfRun) {
  simulation.start(throws_after(nanoseconds(5)), "broken");
  simulation.start(ticks(nanoseconds(2), 1000), "clock");
  try {
    simulation.run();
    FAIL() << "the exception is lost";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "model out of order");
  }
  EXPECT_EQ(simulation.now(), at_ns(5));
}

TEST_F(SimgridLoop, AnExceptionPassesWhileReadsAreInFlightAndWait) {
  for (const char* name : {"a", "b", "c"}) simulation.start(reads(300'000, name), name);
  simulation.start(throws_after(microseconds(100)), "broken");
  EXPECT_THROW(simulation.run(), std::runtime_error);
  EXPECT_EQ(simulation.now(), Time{microseconds(100)});
  EXPECT_TRUE(names.empty());
}

TEST_F(SimgridLoop, AStuckRunSaysWhoWaitsForWhat) {
  Event answer{"answer"};
  const auto waits = [](Event& event) -> Process { co_await event.wait(); };
  simulation.start(waits(answer), "host/vcpu");
  simulation.start(reads(300'000, "read"), "reader");
  try {
    simulation.run();
    FAIL() << "the run is stuck";
  } catch (const StuckError& error) {
    EXPECT_THAT(error.what(), HasSubstr("host/vcpu waits for event of answer"));
    EXPECT_THAT(error.what(), Not(HasSubstr("reader")));
  }
  EXPECT_THAT(names, ElementsAre("read"));
}

TEST_F(SimgridLoop, AReaderCanBeCancelledInEveryStateOfItsRead) {
  std::vector<ProcessId> ids;
  for (const char* name : {"a", "b", "c", "d"}) {
    ids.push_back(simulation.start(reads(300'000, name), name));
  }
  const auto cancels = [](Simulation& s, Duration at, ProcessId id) -> Process {
    co_await s.delay(at);
    EXPECT_TRUE(s.cancel(id));
  };
  simulation.start(cancels(simulation, microseconds(40), ids[0]), "in its latency");
  simulation.start(cancels(simulation, microseconds(300), ids[1]), "in its transfer");
  simulation.start(cancels(simulation, microseconds(300), ids[2]), "in the queue");
  simulation.run();
  EXPECT_THAT(names, ElementsAre("d"));
  // The disk finishes what it was given, as a disk does.
  EXPECT_LE(std::chrono::abs(simulation.now() - Time{microseconds(4 * 180)}), picoseconds(4));
}

TEST_F(SimgridLoop, ConvertsTimesToTheNearestPicosecond) {
  EXPECT_DOUBLE_EQ(to_simgrid(Time{microseconds(3)}), 3.0);
  EXPECT_EQ(from_simgrid(3.0000004), at_ps(3'000'000));
  EXPECT_EQ(from_simgrid(3.0000006), at_ps(3'000'001));
  const Time late{seconds(8'280) + picoseconds(1)};
  EXPECT_EQ(from_simgrid(to_simgrid(late)), late);
}

}  // namespace
}  // namespace faultpath::sim
