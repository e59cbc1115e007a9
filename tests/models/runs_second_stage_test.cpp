// Whole runs through a second stage that is not pinned: its faults, reclaim, and the livelock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::HasSubstr;

/// Pages read in this order, one at a time, by a process of a guest whose memory comes on demand.
SystemSpec on_demand(const LevelsSpec& levels, std::initializer_list<std::uint64_t> pages = {0}) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.iommu.levels = levels;
  spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  replay(spec, trace_of_pages(pages));
  return spec;
}

class OnDemand : public ::testing::TestWithParam<IommuKind> {};

// Semantics 10: each ATS request discovers the next missing item only. The guest pages of g tables
// and of the data, and the entry of the first stage: g + 2 requests, and a retry for each.
TEST_P(OnDemand, OneAccessMayTakeAFaultForEachTableThePageAndTheFirstStage) {
  for (const std::uint32_t g : {3U, 4U, 5U}) {
    SystemSpec spec = on_demand({g, 4});
    spec.iommu.kind = GetParam();
    const Counters c = checked_run(spec).counters;
    EXPECT_EQ(c.faults_stage2, g + 1);
    EXPECT_EQ(c.faults_stage1, 1U);
    EXPECT_EQ(c.page_requests, g + 2);
    EXPECT_EQ(c.responses_success, g + 2);
    EXPECT_EQ(c.iotlb_misses, g + 3);
    EXPECT_EQ(c.faults_spurious, 0U);
  }
}

TEST_P(OnDemand, ANeighbourFaultsOnlyForItsOwnPage) {
  SystemSpec spec = on_demand({4, 4}, {0, 1});
  spec.iommu.kind = GetParam();
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_stage2, 4U + 1U + 1U);
  EXPECT_EQ(c.faults_stage1, 2U);
}

TEST_P(OnDemand, ALargeLeafBringsAllTablesAtOnceAndTheDataAround) {
  SystemSpec spec = on_demand({4, 4}, {0, 1, 2});
  spec.iommu.kind = GetParam();
  spec.iommu.second_stage.leaf_bits = 21;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_stage2, 2U);
  EXPECT_EQ(c.faults_stage1, 3U);
}

// More data than frames: host reclaim takes guest pages, tables among them, and they come back.
SystemSpec overcommitted() {
  SystemSpec spec = on_demand({4, 3});
  spec.host.memory = 400 * kPageBytes;
  DeviceSpec& device = spec.devices[0];
  device.count = 3;
  device.workload = {};
  device.workload.kind = UniformSpec{};
  device.workload.queue_depth = 4;
  device.workload.footprint = 200 * kPageBytes;
  spec.traces = {nullptr};
  spec.run.stop.operations = 1500;
  return spec;
}

TEST_P(OnDemand, ReclaimTakesGuestPagesAndTheRunGoesOn) {
  SystemSpec spec = overcommitted();
  spec.iommu.kind = GetParam();
  const Seen seen = checked_run(spec);
  const Counters& c = seen.counters;
  EXPECT_GT(c.evictions, 0U);
  EXPECT_GT(c.faults_major, 0U) << "what was written comes back from swap";
  EXPECT_LE(c.faults_stage1, 3 * 200U) << "the guests lose nothing";
  EXPECT_EQ(c.dma_operations, 1500U);
}

TEST_P(OnDemand, GivesTheSameResultWithoutTemporalDecoupling) {
  SystemSpec spec = overcommitted();
  spec.iommu.kind = GetParam();
  const Seen ahead = run(spec);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(ahead, run(spec)), "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, OnDemand,
                         ::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                           IommuKind::smmu_stall, IommuKind::amd, IommuKind::riscv),
                         [](const auto& kind) { return std::string(info_of(kind.param).name); });

TEST(PinnedSecondStage, NeverFaults) {
  SystemSpec spec = on_demand({4, 4}, {0, 1, 2});
  spec.iommu.second_stage.backing = SecondStageBacking::pinned;
  const Counters c = checked_run(spec).counters;
  EXPECT_EQ(c.faults_stage2, 0U);
  EXPECT_EQ(c.faults_stage1, 3U);
}

std::string what_is_said_of(const SystemSpec& spec) {
  EXPECT_TRUE(problems_of(spec).empty());
  try {
    run_system(spec);
  } catch (const sim::StuckError& error) {
    return error.what();
  }
  return "it ended";
}

// Semantics 10 and 16.9: a page request does not say which stage missed. The guest finds its entry
// present, answers Success, and the device asks again, for ever.
TEST(SecondStageMissesOfTheGuest, AreALivelockThatEndsTheRun) {
  SystemSpec spec = on_demand({4, 4}, {7});
  spec.iommu.second_stage.misses_go_to = MissRoute::guest;
  const std::string said = what_is_said_of(spec);
  EXPECT_THAT(said, HasSubstr("no progress: "));
  EXPECT_THAT(said, HasSubstr("groups or events in a row have been answered"));
  EXPECT_THAT(said, HasSubstr("devices/device.0 for page 0x7"));
  EXPECT_THAT(said, HasSubstr("the second stage lacks guest page"));
  EXPECT_THAT(said, HasSubstr("the first-stage table of level 3"));
  EXPECT_THAT(said, HasSubstr("answers Success"));
}

// The same where hardware says which stage is missing: a fault file does not pass it on.
TEST(SecondStageMissesOfTheGuest, AreALivelockWhenAFaultFileHasTheStalls) {
  SystemSpec spec = on_demand({4, 4}, {7});
  spec.iommu.kind = IommuKind::smmu_stall;
  spec.iommu.second_stage.misses_go_to = MissRoute::guest;
  spec.route = RouteSpec(IommufdSpec{});
  spec.host.era = Era::v7_1;
  const std::string said = what_is_said_of(spec);
  EXPECT_THAT(said, HasSubstr("no progress: "));
  EXPECT_THAT(said, HasSubstr("the second stage lacks guest page"));
}

}  // namespace
}  // namespace faultpath::models
