// Runs with guests that have no IOMMU: their devices use the second stage alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

// Its device touches the first 64 pages of guest memory.
SystemSpec without_iommu(const StrategySpec& backing = {"iopf", IopfSpec{}}) {
  SystemSpec spec = small_guest();
  spec.guests[0].viommu = NoIommuSpec{};
  spec.guests[0].processes.clear();
  spec.devices[0].process.reset();
  spec.guests[0].backing = backing;
  return spec;
}

TEST(WithoutIommu, OnlyTheSecondStageFaults) {
  const Seen seen = checked_run(without_iommu());
  EXPECT_EQ(seen.counters.faults_stage2, 64U);
  EXPECT_EQ(seen.counters.faults_stage1, 0U);
  EXPECT_EQ(seen.counters.vm_exits, 0U);
  EXPECT_EQ(seen.counters.responses_success, 64U);
}

TEST(WithoutIommu, PinnedMemoryHasNoFaultAtAll) {
  const Seen seen = checked_run(without_iommu({"pin", PinSpec{}}));
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
}

TEST(WithoutIommu, GuestsHaveAMemoryEachAndTheirDevicesShareIt) {
  SystemSpec spec = without_iommu();
  spec.guests[0].count = 2;
  spec.devices[0].count = 4;
  spec.run.stop.operations = 4 * 64;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.dma_operations, 4U * 64U);
  EXPECT_EQ(seen.counters.faults_minor, 2U * 64U);
}

// What the host takes away is invalidated where the device has it, by guest-physical addresses.
TEST(WithoutIommu, TheHostTakesPagesAwayByItself) {
  LruLockedSpec lru;
  lru.limit.value = 32 * kPageBytes;
  SystemSpec spec = without_iommu({"lru_locked", lru});
  spec.run.stop.operations = 640;
  const Seen seen = checked_run(spec);
  EXPECT_GT(seen.counters.evictions, 0U);
  EXPECT_EQ(seen.counters.faults_stage1, 0U);
  EXPECT_GT(seen.counters.faults_stage2, 64U);
  EXPECT_GT(seen.counters.atc_invalidations, 0U);
}

// Addresses of operations are those of the second stage, so that software can look at them.
TEST(WithoutIommu, TheHostMayLookAtOperationsInsteadOfPageRequests) {
  SnoopSpec snoop;
  snoop.switching = SnoopSpec::Switch::never;
  const SystemSpec spec = without_iommu({"snoop", snoop});
  const MapCostSpec& costs = spec.host.map_cost;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 0U);
  EXPECT_EQ(seen.counters.dma_operations, 64U);
  EXPECT_EQ(seen.counters.vm_exits, 0U);
  EXPECT_EQ(seen.distribution("before_dma_ns").count, 64U);
  EXPECT_EQ(seen.distribution("before_dma_ns").max,
            snoop.miss + sim::nanoseconds(750) + costs.map_4k)
      << "each page is missing once";
}

// A second stage alone has no tables of processes where those are the guest's: VT-d reads root,
// context and the host's PASID tables, an SMMU the stream table, AMD the device table, RISC-V the
// device directory.
TEST(WithoutIommu, WalksReadNoTableOfTheGuest) {
  const std::pair<IommuKind, std::uint64_t> entries[] = {{IommuKind::vtd, 4},
                                                         {IommuKind::smmu_pri, 2},
                                                         {IommuKind::smmu_stall, 2},
                                                         {IommuKind::amd, 1},
                                                         {IommuKind::riscv, 3}};
  for (const auto& [kind, reads] : entries) {
    SystemSpec spec = without_iommu({"pin", PinSpec{}});
    spec.iommu.kind = kind;
    replay(spec, trace_of_pages({0}));
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.config_reads, reads);
    EXPECT_EQ(seen.counters.walk_reads, 4U) << "levels of the second stage";
  }
}

// The access waits in the SMMU, as of a device of the host.
TEST(WithoutIommu, AnAccessMayStall) {
  SystemSpec spec = without_iommu();
  spec.iommu.kind = IommuKind::smmu_stall;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.page_requests, 64U) << "each is a stall";
  EXPECT_EQ(seen.counters.faults_stage2, 64U);
}

}  // namespace
}  // namespace faultpath::models
