// How runs end that get nowhere, or that only seem to.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "models/assembly/run.hpp"
#include "sim/simulation.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;

// In the child of a death test: SimGrid has one engine a process.
[[noreturn]] void run_and_exit(const SystemSpec& spec, const RunHooks& hooks = {}) {
  try {
    run_system(spec, hooks);
  } catch (const sim::StuckError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(3);
  }
  std::_Exit(0);
}

// Lint refuses it; the run has a guard of its own, for loops that only failures make endless.
TEST(EndingDeathTest, OperationsThatTakeNoTimeEndTheRun) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].link = {.latency = sim::Duration{}, .bandwidth = 1e18};
  spec.run.stop = {};
  spec.run.stop.duration = microseconds(100);  // 64 walks take less
  EXPECT_EXIT(run_and_exit(spec), testing::ExitedWithCode(3), "each of which has ended in no time");
}

// Whoever watches is no event: nothing to do means the end.
TEST(EndingDeathTest, ARunWithoutOperationsEndsUnderAProgressBar) {
  SystemSpec spec = small_system();
  spec.devices[0].workload.queue_depth.reset();
  spec.devices[0].workload.rate = 1.0;  // the first would come after the end
  spec.run.stop = {};
  spec.run.stop.duration = nanoseconds(1);
  RunHooks hooks;
  hooks.progress = [](const Progress&) {};
  EXPECT_EXIT(run_and_exit(spec, hooks), testing::ExitedWithCode(0), "");
}

// Memory for two pages and two devices that want ever new ones: what does not fit fails, and fails
// again, as often as operations come. That is slow, but it is not stuck.
TEST(Ending, OperationsThatFailAreProgress) {
  SystemSpec spec = small_system();
  spec.strategy = {"iopf_grow", IopfGrowSpec{}};
  spec.host.memory = 1 * kMiB;
  spec.iommu.queue_entries = 2;
  DeviceSpec& device = spec.devices[0];
  device.count = 2;
  device.workload.kind = UniformSpec{};
  device.workload.footprint = 1 * kGiB;
  device.workload.queue_depth.reset();
  device.workload.rate = 1e7;
  spec.run.stop = {};
  spec.run.stop.duration = microseconds(60);
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.dma_dropped, 500U);
  EXPECT_EQ(seen.counters.dma_dropped, seen.counters.faults_fatal);
}

// An access that an SMMU has tried again by itself goes on before software has looked at its
// record. Its handler may then wait for room until the thread comes by that evicts.
TEST(Ending, AThreadThatEvictsStaysForThoseWhoWaitForRoom) {
  LruLockedSpec lru;
  lru.limit.value = std::uint64_t{64 * kPageBytes};
  lru.evict = LruLockedSpec::Evict::periodic;
  lru.premap = 4;
  SystemSpec spec = small_system();
  spec.strategy = {"lru_locked", lru};
  spec.iommu.kind = IommuKind::smmu_stall;
  spec.iommu.kind.as<SmmuStallSpec>().early_retry = microseconds(20);
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.footprint = 64 * kMiB;
  spec.devices[0].workload.queue_depth = 32;
  spec.host.memory = 1 * kGiB;
  spec.host.page_fault.minor = constant(microseconds(10));
  spec.run.stop = {};
  spec.run.stop.duration = microseconds(2000);
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.evictions, 0U);
}

}  // namespace
}  // namespace faultpath::models
