// Accessed and dirty bits, and guest pages for reading only: who grants writing, and what it costs
// (semantics 2.1 and 10).
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/host_rig.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

struct Access {
  std::uint64_t page;
  bool write;
};

/// One access after the other, by a process whose first stage keeps the bits.
SystemSpec accesses(std::initializer_list<Access> list, std::uint32_t stage2 = 0) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};
  spec.iommu.levels.stage2 = stage2;
  if (stage2 > 0) spec.iommu.second_stage.backing = SecondStageBacking::on_demand;
  auto trace = std::make_shared<TraceData>();
  for (const Access& access : list) {
    const Operation operation{start_of(IovaPage{access.page}), kPageBytes, access.write};
    trace->entries.push_back({operation, sim::Time{}, 0, 0});
  }
  replay(spec, trace);
  return spec;
}

Counters counters_of(const SystemSpec& spec) { return checked_run(spec).counters; }

// A read sets the accessed bit, a write both at once, a write after a read the dirty bit.
TEST(AccessDirty, AWalkUpdatesAnEntryOnceForWhatIsNew) {
  EXPECT_EQ(counters_of(accesses({{0, false}})).table_updates, 1U);
  EXPECT_EQ(counters_of(accesses({{0, true}})).table_updates, 1U);
  EXPECT_EQ(counters_of(accesses({{0, false}, {0, true}})).table_updates, 2U);
  EXPECT_EQ(counters_of(accesses({{0, true}, {0, false}, {0, true}})).table_updates, 1U);
  EXPECT_EQ(counters_of(accesses({{0, true}, {1, true}})).table_updates, 2U);
}

// In a second stage on demand the pages of the g tables are written (VT-d SFS.8), and the page is
// read; the first stage has a bit of its own.
TEST(AccessDirty, TwoStagesUpdateTheEntriesOfTablesPageAndFirstStage) {
  for (const std::uint32_t g : {3U, 4U, 5U}) {
    SystemSpec spec = accesses({{0, false}}, 4);
    spec.iommu.levels.stage1 = g;
    EXPECT_EQ(counters_of(spec).table_updates, g + 1 + 1);
  }
}

TEST(AccessDirty, TablesThatKeepNoBitsAreNotUpdated) {
  SystemSpec spec = accesses({{0, true}});
  spec.strategy = {"iopf", IopfSpec{}};
  EXPECT_EQ(counters_of(spec).table_updates, 0U);
}

// A lookup of 10 ns, four reads of configuration and four of the walk of 70 ns each, an update of
// 130 ns; then the write permission is in the IOTLB.
TEST(AccessDirty, ACompletionWaitsForTheUpdateOfWhatIsNotSet) {
  RigSpec spec;
  spec.iommu.access_dirty.update = constant(sim::nanoseconds(130));
  HostRig rig(spec);
  IoPageTable& space = rig.add_space(10);
  space.tracks_use = true;
  space.map({3});
  for (const std::int64_t ns : {0, 5000}) {
    rig.at(at_ns(ns), [&rig] {
      rig.iommu.receive(AtsRequest{DeviceIndex{0}, 0, IovaPage{3}, std::nullopt, true});
    });
  }
  rig.run();
  EXPECT_EQ(rig.endpoints[0].completions.at(0).at, at_ns(10 + (4 + 4) * 70 + 130));
  EXPECT_EQ(rig.endpoints[0].completions.at(1).at, at_ns(5000 + 10));
}

// Semantics 2.1: with accessed bits only, a request that wants to write a clean page is granted
// reading, and software sets the bit in answer to a page request.
TEST(AccessDirty, WithoutHardwareUpdateAWriteToACleanPageIsRequested) {
  SystemSpec spec = accesses({{0, false}, {0, true}, {0, true}});
  EXPECT_EQ(counters_of(spec).page_requests, 1U);
  spec.iommu.access_dirty.dirty = DirtyUpdate::software;
  const Counters c = counters_of(spec);
  EXPECT_EQ(c.page_requests, 2U);
  EXPECT_EQ(c.faults_minor, 2U);
  EXPECT_EQ(c.faults_spurious, 0U);
}

TEST(AccessDirty, WithoutHardwareUpdateTheFaultOfAWriteSetsTheBit) {
  SystemSpec spec = accesses({{0, true}, {0, true}});
  spec.iommu.access_dirty.dirty = DirtyUpdate::software;
  EXPECT_EQ(counters_of(spec).page_requests, 1U);
}

// The stall of a write to a clean page ends like that of an absent one.
TEST(AccessDirty, WithoutHardwareUpdateAWriteToACleanPageStalls) {
  SystemSpec spec = accesses({{0, false}, {0, true}});
  spec.iommu.kind = IommuKind::smmu_stall;
  EXPECT_EQ(counters_of(spec).page_requests, 1U);
  spec.iommu.access_dirty.dirty = DirtyUpdate::software;
  EXPECT_EQ(counters_of(spec).page_requests, 2U);
}

/// The first stage keeps no bits, but under amd, so tables are only read.
SystemSpec granted_as_asked(std::initializer_list<Access> list, IommuKind kind) {
  SystemSpec spec = accesses(list, 4);
  spec.iommu.kind = kind;
  spec.iommu.second_stage.grant = GuestGrant::as_asked;
  if (kind != IommuKind::amd) spec.strategy = {"iopf", IopfSpec{}};
  return spec;
}

class ReadOnlyGuestPages : public ::testing::TestWithParam<IommuKind> {};

// Tables and page by reading, 4 + 1; then the write is a fault of the second stage, for the page
// alone, and the first stage hears of nothing.
TEST_P(ReadOnlyGuestPages, AreFaultsOfTheSecondStageToWhoWritesThem) {
  const Counters read = counters_of(granted_as_asked({{0, false}}, GetParam()));
  const Counters both = counters_of(granted_as_asked({{0, false}, {0, true}}, GetParam()));
  EXPECT_EQ(read.faults_stage2, 4U + 1U);
  EXPECT_EQ(both.faults_stage2, 4U + 1U + 1U);
  EXPECT_EQ(both.faults_stage1, 1U);
  EXPECT_EQ(both.faults_spurious, 0U);
}

TEST_P(ReadOnlyGuestPages, AreNoneIfTheFirstAccessWrites) {
  const Counters both = counters_of(granted_as_asked({{0, true}, {0, true}}, GetParam()));
  EXPECT_EQ(both.faults_stage2, 4U + 1U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReadOnlyGuestPages,
                         ::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                           IommuKind::smmu_stall, IommuKind::amd, IommuKind::riscv),
                         [](const auto& each) { return std::string(info_of(each.param).name); });

// Semantics 10, VT-d SFS.8: a walk that sets bits of the first stage writes its tables, and what
// the second stage has for reading only is a fault of the second stage then.
TEST(ReadOnlyGuestTables, AreMissingToAWalkThatSetsBits) {
  PageStore store;
  IommuSpec spec;
  spec.levels = {4, 4};
  MappedProcess process(store, "space", 0, Runs(0, 64), {});
  IoPageTable& space = process.table;
  GuestMemory guest(space.areas(), spec.levels, spec.second_stage.leaf_bits);
  guest.map_on_demand(store, space);
  space.guest = &guest;
  IoPageTable& second = *guest.on_demand();
  const auto input = [&](unsigned level) { return GuestMemory::input_of(guest.table({0}, level)); };
  for (unsigned level = 0; level < 4; ++level) {
    second.map(input(level));
    second.make_read_only(input(level));
  }
  second.map(GuestMemory::input_of(guest.data({0})));
  space.map({0});
  EXPECT_EQ(guest.missing(space, {0}, 4, true).stage, WalkMiss::Stage::unknown);
  space.tracks_use = true;
  EXPECT_EQ(guest.missing(space, {0}, 4, false), (WalkMiss{WalkMiss::Stage::second, 3}));
  EXPECT_TRUE(second.grant_write(input(3)));
  EXPECT_EQ(guest.missing(space, {0}, 4, false), (WalkMiss{WalkMiss::Stage::second, 2}));
}

}  // namespace
}  // namespace faultpath::models
