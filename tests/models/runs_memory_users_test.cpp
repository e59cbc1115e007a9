// Whole runs with those who use or change memory beside the devices: memory cgroup, sources of MMU
// notifiers, accesses of the process itself.
#include <gtest/gtest.h>

#include "tests/models/area_runs.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kPages = 64;

// The device writes kPages pages over and over for 20 ms.
SystemSpec busy_device(AreaSpec area = area_of(kPages)) {
  SystemSpec spec = with_areas({std::move(area)});
  spec.devices[0].workload.footprint = kPages * kPageBytes;
  spec.devices[0].workload.reads = 0.0;
  spec.run.stop = {};
  spec.run.stop.duration = sim::milliseconds(20);
  return spec;
}

NotifierSpec source(NotifierKind kind, double rate) {
  NotifierSpec spec;
  spec.kind = kind;
  spec.rate = rate;
  return spec;
}

TEST(MemoryCgroupRuns, FaultsOfADeviceOverrunHigh) {
  SystemSpec spec = with_areas({area_of(600)});
  access_in_rounds(spec, 600, 2, 0.0);
  spec.host.memory_cgroup.high = 100 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(600));
  EXPECT_EQ(seen.counters.cgroup_high, 0U);
  EXPECT_EQ(seen.counters.evictions, 0U);
  spec.host.memory_cgroup.high.reset();
  EXPECT_EQ(checked_run(spec).simulated, seen.simulated) << "nor does it slow them down";
}

TEST(MemoryCgroupRuns, MaxMakesTheFaultReclaim) {
  for (const StrategySpec& strategy : {StrategySpec{"sva", SvaSpec{}}, {"iopf", IopfSpec{}}}) {
    SystemSpec spec = with_areas({area_of(600)});
    spec.strategy = strategy;
    access_in_rounds(spec, 600, 2, 0.0);
    spec.host.memory_cgroup.max = 300 * kPageBytes;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(300));
    EXPECT_GT(seen.counters.cgroup_max, 0U);
    EXPECT_GT(seen.counters.evictions, 600U - 300U);
    EXPECT_EQ(seen.counters.cgroup_oom, 0U);
    EXPECT_EQ(seen.counters.faults_fatal, 0U);
  }
}

// A fault of one device takes pages of the other, which must not have issued ahead of the clock
// what it finds cached, although the host's memory has room for both.
TEST(MemoryCgroupRuns, MaxTakesPagesThatDevicesHaveCached) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.devices[0].count = 2;
  spec.devices[0].workload.kind = UniformSpec{};
  spec.devices[0].workload.footprint = 256 * kPageBytes;
  spec.devices[0].workload.queue_depth = 1;
  spec.run.stop.operations = 4000;
  spec.host.memory_cgroup.max = 300 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(300));
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 4000U);
}

// It also bounds processes whose areas are not declared.
TEST(MemoryCgroupRuns, AFaultAboveMaxThatFindsNothingToReclaimIsAnsweredInvalid) {
  SystemSpec spec = small_system();
  spec.strategy = {"iopf_grow", IopfGrowSpec{}};
  spec.host.memory_cgroup.max = 40 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.gauge("locked_bytes").max, bytes_of(40));
  EXPECT_EQ(seen.counters.cgroup_oom, 24U);
  EXPECT_EQ(seen.counters.responses_invalid, 24U);
  EXPECT_EQ(seen.counters.dma_dropped, 24U);
}

// The process writes 2000 pages at its own pace: it has to reclaim what it brings above the bound.
TEST(MemoryCgroupRuns, AThreadOfTheProcessIsHeldAtHigh) {
  SystemSpec spec = busy_device(area_of(2000));
  spec.devices[0].workload.footprint = kPageBytes;
  spec.processes[0].cpu.emplace();
  spec.processes[0].cpu->workload.kind = SequentialSpec{};
  spec.processes[0].cpu->workload.footprint = 2000 * kPageBytes;
  spec.processes[0].cpu->workload.reads = 0.0;
  spec.host.memory_cgroup.high = 500 * kPageBytes;
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.cgroup_high, 0U);
  EXPECT_LE(seen.gauge("resident_bytes").max, bytes_of(500 + 64 + 8)) << "a batch of charges above";
}

TEST(CpuAccessRuns, WhatTheProcessTouchesIsThereForItsDevice) {
  SystemSpec spec = busy_device();
  spec.processes[0].cpu.emplace();
  spec.processes[0].cpu->workload.kind = SequentialSpec{};
  spec.processes[0].cpu->workload.footprint = kPages * kPageBytes;
  spec.processes[0].cpu->workload.reads = 0.0;
  spec.processes[0].cpu->rate = 2e7;  // far ahead of the device
  spec.run.stop.duration = sim::milliseconds(1);
  const Seen seen = checked_run(spec);
  EXPECT_GE(seen.counters.cpu_faults, kPages * 9 / 10);
  EXPECT_LE(seen.counters.page_requests, kPages / 10);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(kPages));
}

// But not where the device has a table of its own.
TEST(CpuAccessRuns, ATableOfVfioIsNotThatOfTheProcess) {
  SystemSpec spec = busy_device();
  spec.strategy = {"iopf", IopfSpec{}};
  spec.processes[0].cpu.emplace();
  spec.processes[0].cpu->workload.footprint = kPages * kPageBytes;
  EXPECT_EQ(checked_run(spec).counters.faults_minor, kPages);
}

// The child executes another program at once: every page is the parent's alone again.
TEST(ForkRuns, EveryPrivatePageFaultsOnceMoreForTheDevice) {
  SystemSpec spec = busy_device();
  const Seen quiet = checked_run(spec);
  spec.host.notifiers = {source(NotifierKind::fork, 500.0)};
  spec.host.notifiers[0].child = sim::picoseconds(1);
  const Seen seen = checked_run(spec);
  const std::uint64_t forks = seen.counters.notifier_ranges;
  ASSERT_GT(forks, 2U);
  EXPECT_EQ(seen.counters.page_copies, 0U);
  EXPECT_LE(seen.counters.page_reuses, forks * kPages);
  EXPECT_GE(seen.counters.page_reuses, forks * kPages / 2) << "the device comes by in between";
  EXPECT_EQ(seen.counters.faults_minor - quiet.counters.faults_minor, seen.counters.page_reuses);
  EXPECT_GE(seen.counters.iotlb_invalidations, forks - 1) << "of the whole PASID at once";
  EXPECT_LE(seen.counters.iotlb_invalidations, forks);
}

// As long as the child lives, each page is copied, and the child keeps the old frame.
TEST(ForkRuns, AChildThatLivesKeepsTheOldFrames) {
  SystemSpec spec = busy_device();
  spec.host.notifiers = {source(NotifierKind::fork, 500.0)};
  spec.host.notifiers[0].child = sim::milliseconds(1);
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.page_copies, kPages);
  EXPECT_GE(seen.gauge("resident_bytes").max, bytes_of(2 * kPages));
}

TEST(ForkRuns, SharedMemoryIsNotAffected) {
  SystemSpec spec = busy_device(area_of(kPages, Backing::shared));
  spec.host.notifiers = {source(NotifierKind::fork, 500.0)};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.notifier_ranges, 2U);
  EXPECT_EQ(seen.counters.notifier_pages, 0U);
  EXPECT_EQ(seen.counters.faults_minor, kPages);
}

TEST(NotifierRuns, AScannedPageIsGrantedAgainByItsNextWrite) {
  for (const NotifierKind kind : {NotifierKind::ksm, NotifierKind::mprotect}) {
    SystemSpec spec = busy_device();
    spec.host.notifiers = {source(kind, 5000.0)};
    const Seen seen = checked_run(spec);
    EXPECT_GT(seen.counters.notifier_pages, 10U);
    EXPECT_GE(seen.counters.notifier_pages, seen.counters.page_reuses);
    EXPECT_GE(seen.counters.page_reuses + kPages, seen.counters.notifier_pages);
    EXPECT_EQ(seen.counters.page_copies, 0U);
  }
}

TEST(NotifierRuns, AHintMakesTheDeviceFaultWithoutMovingThePage) {
  SystemSpec spec = busy_device();
  spec.host.notifiers = {source(NotifierKind::numa, 500.0)};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.notifier_pages, kPages);
  EXPECT_GE(seen.counters.faults_minor, seen.counters.notifier_pages);
  EXPECT_EQ(seen.counters.faults_major, 0U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(kPages));
}

// The page is back before a fault on it is answered: no page is brought again.
TEST(NotifierRuns, APageThatMigratesComesBackByItself) {
  SystemSpec spec = busy_device();
  spec.host.notifiers = {source(NotifierKind::compaction, 20'000.0)};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.notifier_pages, 100U);
  EXPECT_EQ(seen.counters.faults_minor, kPages);
  EXPECT_GT(seen.counters.faults_spurious, 0U) << "who met the migration has waited for it";
}

TEST(NotifierRuns, WhatIsGivenBackIsBroughtAgain) {
  SystemSpec spec = busy_device();
  spec.host.notifiers = {source(NotifierKind::madvise, 500.0)};
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.notifier_pages, kPages);
  EXPECT_GE(seen.counters.faults_minor, seen.counters.notifier_pages);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(kPages));
}

// Small pages, because no 512 frames were free when the device first wrote them; then others give
// theirs back. One entry stands for all of them, and no page of it faults again.
TEST(NotifierRuns, KhugepagedMakesOneEntryOfThePagesThatAreThere) {
  AreaSpec heap = area_of(512), other = area_of(300);
  heap.huge = AreaSpec::Huge::always;
  other.name = "other";
  SystemSpec spec = with_areas({heap, other});
  spec.host.memory = 700 * kPageBytes;
  spec.host.notifiers = {source(NotifierKind::madvise, 100.0),
                         source(NotifierKind::khugepaged, 1000.0)};
  spec.host.notifiers[0].area = "other";
  spec.host.notifiers[0].range = 512 * kPageBytes;
  std::vector<PageAccess> accesses;
  for (std::uint64_t i = 0; i < 300; ++i) accesses.push_back({512 + i, true});
  for (std::uint64_t i = 0; i < 40'000; ++i) accesses.push_back({i % 16, true});
  access_in_turn(spec, accesses);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.huge_faults, 0U);
  EXPECT_EQ(seen.counters.huge_collapses, 1U);
  EXPECT_EQ(seen.counters.faults_minor, 300U + 16U);
  EXPECT_EQ(seen.gauge("resident_bytes").max, bytes_of(512));
}

TEST(NotifierRuns, LeavePinnedPagesAlone) {
  for (const NotifierTraits& traits : kNotifierTraits) {
    SCOPED_TRACE(traits.name);
    SystemSpec spec = busy_device();
    spec.strategy = {"iopf_grow", IopfGrowSpec{}};
    spec.host.notifiers = {source(traits.kind, 2000.0)};
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.faults_minor, kPages);
    EXPECT_EQ(seen.counters.pages_unmapped, 0U);
    EXPECT_GT(seen.counters.notifier_ranges, 10U);
  }
}

// x86 puts the flush of other CPUs off and tells secondary TLBs of everything for each page; a
// process that has not run elsewhere, and Arm, flush the page.
TEST(ReclaimRuns, FlushTheWholePasidForEachPageOnX86) {
  const auto misses = [](IommuKind kind, bool elsewhere) {
    SystemSpec spec = with_areas({area_of(600), area_of(1)});
    spec.processes[0].areas[1].name = "cpu";
    spec.iommu.kind = kind;
    spec.host.memory = 400 * kPageBytes;
    spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
    access_in_rounds(spec, 600, 4, 0.0);
    if (elsewhere) {
      spec.processes[0].cpu.emplace();
      spec.processes[0].cpu->workload.footprint = kPageBytes;
      spec.processes[0].cpu->rate = 10.0;
    }
    spec.devices[0].workload.kind = ZipfSpec{};
    const Seen seen = checked_run(spec);
    EXPECT_GT(seen.counters.evictions, 100U);
    return static_cast<double>(seen.counters.atc_misses);
  };
  EXPECT_GT(misses(IommuKind::vtd, true), 1.3 * misses(IommuKind::vtd, false));
  EXPECT_LT(misses(IommuKind::smmu_pri, true), 1.1 * misses(IommuKind::smmu_pri, false));
}

// Aging clears the access flag; only Arm's devices fault for it.
TEST(ReclaimRuns, AgingCostsFaultsOnArmOnly) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::smmu_pri, IommuKind::smmu_stall}) {
    SystemSpec spec = with_areas({area_of(600)});
    spec.iommu.kind = kind;
    spec.host.memory = 400 * kPageBytes;
    spec.host.reclaim = {.min = 0.05, .low = 0.1, .high = 0.2};
    access_in_rounds(spec, 600, 4, 0.0);
    spec.devices[0].workload.kind = ZipfSpec{};
    const Seen seen = checked_run(spec);
    if (kind == IommuKind::vtd) {
      EXPECT_EQ(seen.counters.access_flag_faults, 0U);
    } else {
      EXPECT_GT(seen.counters.access_flag_faults, 0U);
    }
  }
}

}  // namespace
}  // namespace faultpath::models
