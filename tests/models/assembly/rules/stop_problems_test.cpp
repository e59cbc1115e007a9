// Numbers of faults that end a run, or never do.
#include "models/assembly/rules/stop_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 64;  // of small_system()

SystemSpec until(std::uint64_t faults, const StrategySpec& strategy = {"iopf", IopfSpec{}}) {
  SystemSpec spec = small_system();
  spec.run.stop = {};
  spec.run.stop.faults = faults;
  spec.strategy = strategy;
  return spec;
}

bool refused(const SystemSpec& spec) {
  const auto problems = problems_of(spec);
  if (problems.empty()) return false;
  EXPECT_EQ(problems[0].path, "stop_after.faults");
  return true;
}

TEST(StopProblems, UnderPinThereAreNoFaults) {
  EXPECT_TRUE(refused(until(1, {"pin", PinSpec{}})));
  SystemSpec ends = until(1, {"pin", PinSpec{}});
  ends.run.stop.operations = 10;
  EXPECT_FALSE(refused(ends));
}

// One fault a page where nothing is taken away; that many end the run.
TEST(StopProblems, WhereNothingIsTakenAwayEachPageFaultsOnce) {
  for (const StrategySpec& strategy : {StrategySpec{"iopf", IopfSpec{}},
                                       {"iopf_grow", IopfGrowSpec{}},
                                       {"lru_locked", LruLockedSpec{.limit = {1.0}}}}) {
    SCOPED_TRACE(strategy.name);
    EXPECT_TRUE(refused(until(kPages + 1, strategy)));
    const SystemSpec reached = until(kPages, strategy);
    ASSERT_FALSE(refused(reached));
    EXPECT_EQ(checked_run(reached).counters.page_requests, kPages);
  }
}

TEST(StopProblems, EachDeviceAndContextFaultsForItself) {
  SystemSpec spec = until(3 * kPages + 1);
  spec.devices[0].count = 3;
  EXPECT_TRUE(refused(spec));
  spec.devices[0].address_space = "common";  // both may find a page absent before it is mapped
  EXPECT_TRUE(refused(spec));
  spec.run.stop.faults = 3 * kPages;
  EXPECT_FALSE(refused(spec));
}

TEST(StopProblems, AProcesssPageMayFaultAgainToBeWritten) {
  EXPECT_FALSE(refused(until(2 * kPages, {"sva", SvaSpec{}})));
  EXPECT_TRUE(refused(until(2 * kPages + 1, {"sva", SvaSpec{}})));
}

TEST(StopProblems, AreSilentWhereFaultsMayComeAgain) {
  const std::function<void(SystemSpec&)> changes[] = {
      [](SystemSpec& s) { s.host.memory = 32 * kPageBytes; },
      [](SystemSpec& s) { s.strategy = {"lru", LruLockedSpec{.limit = {0.5}}}; },
      [](SystemSpec& s) { s.devices[0].on_fault = DropSpec{}; },
      [](SystemSpec& s) { s.devices[0].reset.at = {sim::microseconds(5)}; },
      [](SystemSpec& s) { s.run.stop.duration = sim::milliseconds(1); },
      [](SystemSpec& s) { s.iommu.kind = IommuKind::smmu_stall; },
      [](SystemSpec& s) {
        s.iommu.levels.stage2 = 4;
        s.iommu.second_stage.backing = SecondStageBacking::on_demand;
      },
  };
  for (const auto& change : changes) {
    SystemSpec spec = until(1000);
    ASSERT_TRUE(refused(spec));
    change(spec);
    EXPECT_FALSE(refused(spec));
  }
}

// A recording ends where it ends, whatever it has come to.
TEST(StopProblems, ARecordingThatIsReplayedOnceIsAnEnd) {
  SystemSpec spec = until(1000);
  replay(spec, trace_of_pages({1, 2, 3}));
  spec.run.stop.faults = 1000;
  EXPECT_FALSE(refused(spec));
  EXPECT_EQ(checked_run(spec).counters.page_requests, 3U);
  spec.devices[0].workload.kind = TraceSpec{.repeat = true};
  EXPECT_TRUE(refused(spec));
}

}  // namespace
}  // namespace faultpath::models
