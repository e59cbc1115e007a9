// What contradicts itself in systems with guests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

EmulatedVtdSpec& vtd(SystemSpec& spec) { return std::get<EmulatedVtdSpec>(spec.guests[0].viommu); }

TEST(GuestProblems, ASystemWithAGuestHasNone) { EXPECT_THAT(blamed(small_guest()), IsEmpty()); }

TEST(GuestProblems, ADeviceNamesAGuestThatIsThere) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.devices[0].guest = "other"; }),
              Contains("devices[0].guest"));
}

TEST(GuestProblems, ADeviceNamesAProcessOfItsGuest) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.devices[0].process = "other"; }),
              Contains("devices[0].process"));
  EXPECT_THAT(blamed_after([](SystemSpec& s) {
                s.processes = s.guests[0].processes;
                s.guests[0].processes.clear();
              }),
              Contains("devices[0].process"))
      << "one of the host is none of the guest";
}

TEST(GuestProblems, NoRouteIsReadWhereVmmsHaveFilesOfTheirOwn) {
  for (const FaultRoute route :
       {FaultRoute::per_pasid, FaultRoute::iommufd, FaultRoute::container}) {
    SystemSpec spec = small_guest();
    spec.route = route;
    EXPECT_THAT(blamed(spec), ElementsAre("route"));
    AttachedDeviceSpec& host = spec.devices.emplace_back(spec.devices[0]);
    host.name = "host";
    host.guest.reset();
    host.process.reset();
    host.own_contexts.resize(1);
    host.strategy = StrategySpec{"iopf", IopfSpec{}};
    spec.traces.resize(2);
    EXPECT_THAT(blamed(spec), IsEmpty()) << "the host's own device has faults for it";
  }
}

TEST(GuestProblems, NamesOfGuestsDiffer) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.guests.push_back(s.guests[0]); }),
              Contains("guests[1]"));
}

TEST(GuestProblems, AProcessOfAGuestIsUsed) {
  EXPECT_THAT(
      blamed_after([](SystemSpec& s) { s.guests[0].processes.emplace_back().name = "idle"; }),
      Contains("guests[0].processes[1]"));
}

TEST(GuestProblems, AGuestWithoutDevicesIsIdle) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) {
                s.guests.push_back(s.guests[0]);
                s.guests[1].name = "idle";
                s.guests[1].processes.clear();
              }),
              IsEmpty());
}

TEST(GuestProblems, GuestsLieBehindASecondStageThatTheyBack) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.iommu.levels.stage2 = 0; }),
              Contains("iommu.levels.stage2"));
  EXPECT_THAT(blamed_after([](SystemSpec& s) {
                s.iommu.second_stage.backing = SecondStageBacking::on_demand;
              }),
              Contains("iommu.second_stage.backing"));
}

// Before 6.9 the fault core does not tell the groups of one index apart.
TEST(GuestProblems, FaultFilesNeedAnEraThatKeepsGroupsApart) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.host.era = Era::v6_7; }), Contains("host.era"));
}

TEST(GuestProblems, AnEmulatedVtdStandsOnAVtd) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.iommu.kind = IommuKind::riscv; }),
              Contains("guests[0].viommu.kind"));
}

// Behind an SMMU that stalls.
std::vector<std::string> blamed_behind_smmu(const std::function<void(SystemSpec&)>& change) {
  return blamed_after([&](SystemSpec& s) {
    s.iommu.kind = IommuKind::smmu_stall;
    s.guests[0].viommu = EmulatedSmmuSpec{};
    change(s);
  });
}

TEST(GuestProblems, AnEmulatedSmmuStandsOnAnSmmuThatStalls) {
  EXPECT_THAT(blamed_behind_smmu([](SystemSpec&) {}), IsEmpty());
  EXPECT_THAT(blamed_behind_smmu([](SystemSpec& s) { s.iommu.kind = IommuKind::smmu_pri; }),
              Contains("guests[0].viommu.kind"));
}

// A stall has no group.
TEST(GuestProblems, AnEventQueueHoldsAStallOfAnyDevice) {
  EXPECT_THAT(blamed_behind_smmu([](SystemSpec& s) {
                std::get<EmulatedSmmuSpec>(s.guests[0].viommu).queue_entries = 2;
                s.devices[0].pri.group = 8;
              }),
              IsEmpty());
}

// The guest owns its table of context descriptors.
TEST(GuestProblems, TheVmmShadowsNothingBehindAnSmmu) {
  for (const GuestBehaviourSpec& behaviour :
       {GuestBehaviourSpec{ChurnsPasidsSpec{}}, GuestBehaviourSpec{DetachesInFaultSpec{}}}) {
    EXPECT_THAT(blamed_behind_smmu([&](SystemSpec& s) { s.guests[0].behaviour = behaviour; }),
                ElementsAre("guests[0].behaviour"));
  }
}

// It has no caching mode.
TEST(GuestProblems, WhatAGuestMapsBehindAnSmmuIsNotSeen) {
  EXPECT_THAT(
      blamed_behind_smmu([](SystemSpec& s) { s.strategy = {"viommu_map", ViommuMapSpec{}}; }),
      ElementsAre("strategies.viommu_map"));
}

SystemSpec without_any_iommu() {
  SystemSpec spec = small_guest();
  spec.guests[0] = {};
  spec.guests[0].name = "vm";
  spec.guests[0].memory = 64 * kMiB;
  spec.guests[0].viommu = NoIommuSpec{};
  spec.devices[0].process.reset();
  return spec;
}

TEST(GuestProblems, AGuestWithoutAnIommuHasNothingThatServesFaults) {
  EXPECT_THAT(blamed(without_any_iommu()), IsEmpty());
  const auto blamed_without = [](const std::function<void(SystemSpec&)>& change) {
    SystemSpec spec = without_any_iommu();
    change(spec);
    return blamed(spec);
  };
  EXPECT_THAT(blamed_without([](SystemSpec& s) { s.iommu.second_stage.leaf_bits = 21; }),
              ElementsAre("iommu.second_stage.leaf"));
  EXPECT_THAT(blamed_without([](SystemSpec& s) { s.guests[0].migration = MigrationSpec{}; }),
              Contains("guests[0].migration"));
  EXPECT_THAT(blamed_without([](SystemSpec& s) { s.devices[0].strategy = s.strategy; }),
              ElementsAre("devices[0].strategy"));
  EXPECT_THAT(blamed_without([](SystemSpec& s) {
                s.devices[0].workload.footprint = s.guests[0].memory + kPageBytes;
              }),
              ElementsAre("devices[0].workload"));
  EXPECT_THAT(blamed_without([](SystemSpec& s) { s.devices[0].memory.populated = true; }),
              ElementsAre("devices[0].memory"));
}

// Behind an IOMMU of the guest it would have to walk the guest's tables.
TEST(GuestProblems, SoftwareLooksAtOperationsOfAGuestWithoutAnIommuOnly) {
  const StrategySpec snoop{"snoop", SnoopSpec{}};
  EXPECT_THAT(blamed_after([&](SystemSpec& s) { s.guests[0].backing = snoop; }),
              ElementsAre("guests[0].backing"));
  SystemSpec without = without_any_iommu();
  without.guests[0].backing = snoop;
  EXPECT_THAT(blamed(without), IsEmpty());
}

// Their addresses are those of the second stage, however deep a first stage would be.
TEST(GuestProblems, AddressesWithoutAnIommuAreThoseOfTheSecondStage) {
  const auto with = [](IommuKind kind, std::uint32_t levels, std::uint64_t memory) {
    SystemSpec spec = without_any_iommu();
    spec.iommu.kind = kind;
    spec.iommu.levels.stage2 = levels;
    spec.host.memory = 4096 * kGiB;
    spec.guests[0].backing = {"iopf", IopfSpec{}};
    spec.guests[0].memory = memory;
    return blamed(spec);
  };
  EXPECT_THAT(with(IommuKind::vtd, 3, 512 * kGiB), IsEmpty()) << "39 bits";
  EXPECT_THAT(with(IommuKind::vtd, 3, 512 * kGiB + kPageBytes), ElementsAre("guests[0].memory"));
  EXPECT_THAT(with(IommuKind::riscv, 3, 2048 * kGiB), IsEmpty()) << "Sv39x4 has 41 bits";
  EXPECT_THAT(with(IommuKind::riscv, 3, 2048 * kGiB + kPageBytes), ElementsAre("guests[0].memory"));
  SystemSpec far = without_any_iommu();
  far.iommu.levels = {3, 4};
  far.host.memory = 4096 * kGiB;
  far.guests[0].backing = {"iopf", IopfSpec{}};
  far.guests[0].memory = 1024 * kGiB;
  far.devices[0].workload.footprint = 1024 * kGiB;
  EXPECT_THAT(blamed(far), Contains("iommu.levels.stage1")) << "and nothing else";
  EXPECT_EQ(blamed(far).size(), 1U);
}

// Nobody could stop what it does not have, whatever strategy the run is named after.
TEST(GuestProblems, ADeviceWithoutAnIommuHasNoPasidToStop) {
  SystemSpec spec = without_any_iommu();
  spec.devices[0].stop_at_end = StopAtEnd::marker;
  EXPECT_THAT(blamed(spec), ElementsAre("devices[0].stop_at_end"));
}

TEST(GuestProblems, WhatABackingChoosesIsThere) {
  SystemSpec spec = small_guest();
  LruLockedSpec lru;
  lru.limit = LruLockedSpec{}.limit;
  lru.recency = LruLockedSpec::Recency::used;
  spec.guests[0].backing = {"lru_locked", lru};
  EXPECT_THAT(blamed(spec), ElementsAre("guests[0].backing.recency"));
}

TEST(GuestProblems, AGuestWithoutAnIommuStandsOnAnyKind) {
  for (const IommuKind kind : {IommuKind::smmu_pri, IommuKind::smmu_stall, IommuKind::riscv}) {
    SystemSpec spec = without_any_iommu();
    spec.iommu.kind = kind;
    EXPECT_THAT(blamed(spec), IsEmpty());
  }
}

// virtio-iommu reports faults, and nobody recovers from them.
TEST(GuestProblems, BehindAVirtioIommuADeviceMapsBeforeItUses) {
  SystemSpec spec = small_guest();
  spec.guests[0].viommu = VirtioMapSpec{};
  EXPECT_THAT(blamed(spec), Contains("strategies.sva"));
  spec.strategy = {"viommu_map", ViommuMapSpec{}};
  EXPECT_THAT(blamed(spec), IsEmpty());
}

TEST(GuestProblems, AVirtualQueueIsAPowerOfTwoThatHoldsAGroup) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { vtd(s).queue_entries = 48; }),
              Contains("guests[0].viommu.queue_entries"));
  EXPECT_THAT(blamed_after([](SystemSpec& s) {
                vtd(s).queue_entries = 4;
                s.devices[0].pri.group = 4;
              }),
              Contains("devices[0].pri.group"));
}

// Page requests without a PASID are rejected by the emulation.
TEST(GuestProblems, PageRequestsOfAGuestNeedAPasid) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.strategy = {"iopf", IopfSpec{}}; }),
              Contains("strategies.iopf"));
}

TEST(GuestProblems, MemoryOfGuestsFitsIntoTheHost) {
  EXPECT_THAT(blamed_after([](SystemSpec& s) { s.guests[0].count = 100; }),
              Contains("host.memory"));
}

}  // namespace
}  // namespace faultpath::models
