// Whole runs in which memory has no room: a process dies, and its devices are answered Invalid.
#include <gtest/gtest.h>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

// The device of `app` writes 100 pages, once.
SystemSpec writing(std::uint64_t pages = 100) {
  SystemSpec spec = with_areas({area_of(pages)});
  access_in_rounds(spec, pages, 1, 0.0);
  return spec;
}

// `hog` writes `pages` pages of its own with its CPU, as fast as it can, and has no device.
void add_hog(SystemSpec& spec, std::uint64_t pages) {
  ProcessSpec& hog = spec.processes.emplace_back();
  hog.name = "hog";
  hog.areas = {area_of(pages)};
  hog.cpu.emplace();
  hog.cpu->workload.kind = SequentialSpec{};
  hog.cpu->workload.footprint = pages * kPageBytes;
  hog.cpu->workload.reads = 0.0;
  hog.cpu->rate = 1e8;
}

// 60 faults find a frame; the next kills the process of its own device.
TEST(OomRuns, AFaultAtMaxKillsTheProcessOfItsDevice) {
  SystemSpec spec = writing();
  spec.host.swap.size = 0;
  spec.host.memory_cgroup.max = 60 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_minor, 60U);
  EXPECT_EQ(seen.counters.oom_kills, 1U);
  EXPECT_EQ(seen.counters.cgroup_oom, 1U);
  EXPECT_EQ(seen.counters.responses_invalid, 40U);
  EXPECT_EQ(seen.counters.dma_dropped, 40U);
  EXPECT_EQ(seen.counters.pages_unmapped, 60U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(60));
}

// The kill makes room: the fault of the device goes on.
TEST(OomRuns, AnotherProcessOfTheGroupMayDieForTheFaultOfADevice) {
  SystemSpec spec = writing();
  add_hog(spec, 1000);
  spec.host.swap.size = 0;
  spec.host.memory_cgroup.max = 300 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.oom_kills, 1U);
  EXPECT_EQ(seen.counters.faults_minor, 100U);
  EXPECT_EQ(seen.counters.responses_invalid, 0U);
  EXPECT_LE(seen.counters.cpu_accesses, 300U + 1U) << "the last one finds no frame";
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(300));
}

TEST(OomRuns, WhoIsNotToBeKilledOutlivesTheOthers) {
  SystemSpec spec = writing();
  add_hog(spec, 1000);
  spec.processes[1].oom_killable = false;
  spec.host.swap.size = 0;
  spec.host.memory_cgroup.max = 300 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.oom_kills, 1U);
  EXPECT_GT(seen.counters.responses_invalid, 0U);
  EXPECT_GT(seen.counters.cgroup_oom, 1U) << "with nobody left to kill";
}

TEST(OomRuns, SwapPutsItOff) {
  SystemSpec spec = writing();
  spec.host.memory_cgroup.max = 60 * kPageBytes;
  for (const std::uint64_t places : {40ULL, 39ULL, 10ULL, 0ULL}) {
    spec.host.swap.size = places * kPageBytes;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.oom_kills, places < 40 ? 1U : 0U) << places;
    EXPECT_EQ(seen.counters.faults_minor, places < 40 ? 60 + places : 100) << places;
  }
}

TEST(OomRuns, WithoutAGroupTheWholeMemoryIsTheBound) {
  SystemSpec spec = writing(300);
  spec.host.memory = 256 * kPageBytes;
  spec.host.swap.size = 0;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.oom_kills, 1U);
  EXPECT_EQ(seen.counters.cgroup_oom, 0U);
  EXPECT_EQ(seen.counters.faults_minor, 256U - 1U) << "a frame is the reserve: 0.5 % of 256";
}

// What the first device pins takes the memory of the second one's process.
TEST(OomRuns, AProcessThatDiesBeforeItsDeviceStartsEndsTheRun) {
  SystemSpec spec = small_system();
  spec.strategy = {"selective", SelectiveSpec{}};
  spec.processes.resize(2);
  spec.processes[0].name = "first";
  spec.processes[1].name = "second";
  spec.processes[1].memory.populated = true;
  spec.devices[0].process = "first";
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "other";
  spec.devices[1].process = "second";
  spec.traces.resize(2);
  const std::uint64_t pages = spec.devices[0].workload.footprint / kPageBytes;
  spec.host.memory_cgroup.max = pages * kPageBytes;
  spec.host.swap.size = 0;
  try {
    run_system(spec);
    FAIL();
  } catch (const sim::StuckError& error) {
    EXPECT_NE(std::string(error.what()).find("second was killed before"), std::string::npos)
        << error.what();
  }
}

TEST(OomRuns, EveryStrategyThatFaultsKeepsTheLaws) {
  for (const StrategySpec& strategy : {StrategySpec{"sva", SvaSpec{}},
                                       {"iopf", IopfSpec{}},
                                       {"odp", OdpSpec{}},
                                       {"lru_locked", LruLockedSpec{}},
                                       {"iopf_grow", IopfGrowSpec{}}}) {
    for (const std::uint64_t places : {0ULL, 20ULL, 1000ULL}) {
      SystemSpec spec = writing();
      spec.strategy = strategy;
      add_hog(spec, 200);
      spec.host.swap.size = places * kPageBytes;
      spec.host.memory_cgroup.max = 120 * kPageBytes;
      const Seen seen = checked_run(spec);
      EXPECT_EQ(seen.counters.oom_kills > 0, places < 1000) << strategy.name << " " << places;
      EXPECT_LE(seen.gauge("resident_bytes").max, bytes_of(120)) << strategy.name;
    }
  }
}

}  // namespace
}  // namespace faultpath::models
