// Whole runs through two stages: what one access reads, and what each kind adds for configuration.
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t cold(std::uint64_t g, std::uint64_t h) { return (g + 1) * (h + 1) - 1; }

/// Pages in this order, one at a time, in pinned memory: every access succeeds.
SystemSpec accesses(const LevelsSpec& levels, std::initializer_list<std::uint64_t> pages = {0}) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.iommu.levels = levels;
  replay(spec, trace_of_pages(pages));
  return spec;
}

// Semantics 3.1: 24, 35, 29, 29, 15; and with one stage its levels.
TEST(NestedRun, OneColdAccessReadsWhatTheFormulaSays) {
  for (const LevelsSpec& levels :
       {LevelsSpec{4, 4}, {5, 5}, {4, 5}, {5, 4}, {3, 3}, {3, 0}, {4, 0}, {5, 0}}) {
    SCOPED_TRACE(std::to_string(levels.stage1) + " x " + std::to_string(levels.stage2));
    const Counters c = checked_run(accesses(levels)).counters;
    EXPECT_EQ(c.walk_reads, cold(levels.stage1, levels.stage2));
    EXPECT_EQ(c.config_reads, 4U) << "root, context, PASID directory and table; not in the formula";
  }
}

TEST(NestedRun, LargeLeavesTakeTheirLevelOutOfTheFormula) {
  SystemSpec second = accesses({4, 4});
  second.iommu.second_stage.leaf_bits = 21;
  EXPECT_EQ(checked_run(second).counters.walk_reads, cold(4, 3));
  SystemSpec first = accesses({4, 4});
  first.devices[0].memory.huge_pages = true;
  EXPECT_EQ(checked_run(first).counters.walk_reads, cold(3, 4));
  first.devices[0].memory.huge_page_bits = 30;
  EXPECT_EQ(checked_run(first).counters.walk_reads, cold(2, 4));
}

// Each further access leaves r guest levels behind a nested entry: r (h + 1) reads.
TEST(NestedRun, EachHitOfAWalkCacheLeavesTheRestOfTheWalk) {
  const std::uint64_t pde = 1, pdpe = kPagesPer2M, pml4 = kPagesPer1G;
  EXPECT_EQ(checked_run(accesses({4, 4}, {0, pde})).counters.walk_reads, cold(4, 4) + 1 * 5);
  EXPECT_EQ(checked_run(accesses({4, 4}, {0, pdpe})).counters.walk_reads, cold(4, 4) + 2 * 5);
  SystemSpec far = accesses({4, 4}, {0, pml4});
  far.host.memory = 2 * kGiB;
  EXPECT_EQ(checked_run(far).counters.walk_reads, cold(4, 4) + 3 * 5);
  SystemSpec off = accesses({4, 4}, {0, pde});
  off.iommu.walk_cache.entries = 0;
  EXPECT_EQ(checked_run(off).counters.walk_reads, 2 * cold(4, 4));
}

// Semantics 3.1: Arm's context descriptor is at an intermediate physical address; VT-d's tables are
// the host's. AMD's guest CR3 table and RISC-V's process directory are the guest's too.
TEST(NestedRun, AProcessTableOfTheGuestTakesAWalkOfTheSecondStage) {
  struct Case {
    IommuKind kind;
    std::uint64_t config_reads, second_stage_walks;
  };
  for (const Case& c : {Case{IommuKind::vtd, 4, 0},
                        {IommuKind::smmu_pri, 3, 1},
                        {IommuKind::smmu_stall, 3, 1},
                        {IommuKind::amd, 2, 1},
                        {IommuKind::riscv, 3, 0}}) {  // without PASID no process directory
    SCOPED_TRACE(info_of(c.kind).name);
    SystemSpec spec = accesses({4, 5});
    spec.iommu.kind = c.kind;
    const Counters counters = checked_run(spec).counters;
    EXPECT_EQ(counters.config_reads, c.config_reads);
    EXPECT_EQ(counters.walk_reads, cold(4, 5) + c.second_stage_walks * 5);
  }
}

TEST(NestedRun, EachLevelOfContextDescriptorsTakesOneReadAndAWalk) {
  SystemSpec spec = accesses({4, 4});
  spec.iommu.kind = IommuKind::smmu_pri;
  spec.iommu.configuration.device_levels = 1;
  spec.iommu.configuration.process_levels = 2;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.config_reads, 1U + 2U);
  EXPECT_EQ(c.walk_reads, cold(4, 4) + 2 * 4);
}

// Four devices take turns in caches of two entries: each access finds its own gone.
TEST(NestedRun, ManyDevicesEvictEachOthersConfiguration) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  auto trace = std::make_shared<TraceData>();
  for (std::uint64_t turn = 0; turn < 3; ++turn) {
    for (std::uint32_t device = 0; device < 4; ++device) {
      const sim::Time at = at_ns(static_cast<std::int64_t>(10'000 * (4 * turn + device)));
      trace->entries.push_back({{start_of(IovaPage{turn}), kPageBytes, false}, at, device, 0});
    }
  }
  trace->timed = true;
  spec.devices[0].count = 4;
  spec.devices[0].workload.queue_depth.reset();
  replay(spec, trace);
  EXPECT_EQ(checked_run(spec).counters.config_reads, 4 * 4U);
  spec.iommu.configuration.entries = 2;
  EXPECT_EQ(checked_run(spec).counters.config_reads, 3 * 4 * 4U);
}

}  // namespace
}  // namespace faultpath::models
