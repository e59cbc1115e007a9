// ENSURE: what a broken invariant says before it aborts.
#include "sim/ensure.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"

namespace faultpath::sim {
namespace {

Process breaks_after(Simulation& simulation, Duration delay) {
  co_await simulation.delay(delay);
  const int credits = -1;
  ENSURE_IN("devices/nic", credits >= 0, "credits are not negative");
}

void breaks_in_a_run() {
  SimulationSpec spec = bare(77);
  spec.replication = 3;
  Simulation simulation{spec};
  simulation.start(breaks_after(simulation, nanoseconds(5)), "p");
  simulation.run();
}

TEST(EnsureDeathTest, SaysWhatWhereWhenAndUnderWhichSeed) {
  EXPECT_DEATH(breaks_in_a_run(),
               "credits are not negative.*credits >= 0.*\n.*ensure_test.cpp:[0-9]+\n"
               ".*component devices/nic\n.*5000 ps, seed 77, replication 3");
}

TEST(EnsureDeathTest, NeedsNoSimulation) {
  EXPECT_DEATH(ENSURE(1 + 1 == 3, "arithmetic"), "arithmetic.*1 \\+ 1 == 3");
}

TEST(Ensure, LetsPassWhatHolds) {
  ENSURE(1 + 1 == 2, "arithmetic");
  SUCCEED();
}

}  // namespace
}  // namespace faultpath::sim
