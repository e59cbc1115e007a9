// Keys of guests that nothing reads: which are blamed for each kind of virtual IOMMU.
#include "models/assembly/rules/guest_key_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/models/blamed.hpp"
#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

const StrategySpec kSva{"sva", SvaSpec{}};
const StrategySpec kStrict{"viommu_map", ViommuMapSpec{}};
const StrategySpec kCoiommu{"coiommu", CoiommuSpec{}};

// Every key of the guest is as usual.
SystemSpec usual(const VirtualIommuSpec& viommu, const StrategySpec& strategy) {
  SystemSpec spec = small_guest();
  GuestMachineSpec guest;
  guest.name = "vm";
  guest.memory = 64 * kMiB;
  guest.viommu = viommu;
  if (!std::holds_alternative<NoIommuSpec>(viommu)) {
    guest.processes.emplace_back().name = "app";
  } else {
    spec.devices[0].process.reset();
  }
  spec.guests = {guest};
  spec.iommu.kind = host_kind_of(viommu).value_or(IommuKind::vtd);
  spec.strategy = strategy;
  return spec;
}

using Change = void (*)(GuestMachineSpec&);

// "vmm.costs.read": the keys of the guest that are blamed.
std::vector<std::string> unused_after(SystemSpec spec, Change change) {
  change(spec.guests[0]);
  std::vector<std::string> keys;
  const std::string guest = "guests[0].";
  for (const SpecProblem& problem : problems_of(spec)) {
    EXPECT_TRUE(problem.unused) << problem.path << ": " << problem.message;
    EXPECT_TRUE(problem.message.starts_with("has no effect: ")) << problem.message;
    EXPECT_TRUE(problem.path.starts_with(guest)) << problem.path;
    keys.push_back(problem.path.substr(guest.size()));
  }
  return keys;
}

const auto kOther = constant(sim::microseconds(7));

void change_kernel(GuestMachineSpec& guest) {
  guest.vcpus.count = 2;
  guest.vcpus.idle = IdleLoop::spin;
  guest.era = Era::v7_1;
  guest.interrupt.per_request = kOther;
  guest.work_queue.max_active = 3;
  guest.submit = kOther;
  guest.page_fault.minor = kOther;
  guest.swap.latency = sim::microseconds(7);
  guest.map_cost.pin = sim::microseconds(7);
  guest.reclaim.batch = 7;
}
void change_vmm(GuestMachineSpec& guest) {
  guest.vmm.fault_thread = FaultThread::dedicated;
  guest.vmm.interrupt = InterruptBy::irqfd;
  guest.vmm.other_work.emplace();
  VmmCostSpec& costs = guest.vmm.costs;
  for (sim::DistributionSpec* cost :
       {&costs.wake_up, &costs.read, &costs.describe, &costs.invalidate, &costs.exit, &costs.access,
        &costs.answer, &costs.shadow}) {
    *cost = kOther;
  }
  guest.vmm.limits.timeout = sim::milliseconds(1);
  guest.behaviour = AnswersTwiceSpec{};
}

TEST(GuestKeys, AGuestWithUsualKeysHasNone) {
  const Change nothing = [](GuestMachineSpec&) {};
  for (const VirtualIommuSpec& kind :
       {VirtualIommuSpec{EmulatedVtdSpec{}}, VirtualIommuSpec{EmulatedSmmuSpec{}},
        VirtualIommuSpec{VirtioPrqSpec{}}, VirtualIommuSpec{HardwareQueuesSpec{}},
        VirtualIommuSpec{NoIommuSpec{}}}) {
    EXPECT_THAT(unused_after(usual(kind, kSva), nothing), IsEmpty());
  }
  EXPECT_THAT(unused_after(usual(VirtioMapSpec{}, kStrict), nothing), IsEmpty());
}

TEST(GuestKeys, WithoutAnIommuKernelAndVmmDoNothing) {
  const SystemSpec spec = usual(NoIommuSpec{}, kSva);
  EXPECT_THAT(
      unused_after(spec, change_kernel),
      ElementsAre("vcpus.idle", "era", "interrupt.per_request", "work_queue.max_active", "submit",
                  "page_fault.minor", "swap.latency", "map_cost.pin", "reclaim.batch"));
  EXPECT_THAT(
      unused_after(spec, change_vmm),
      ElementsAre("vmm.fault_thread", "vmm.interrupt", "vmm.other_work", "vmm.costs.wake_up",
                  "vmm.costs.read", "vmm.costs.describe", "vmm.costs.invalidate", "vmm.costs.exit",
                  "vmm.costs.access", "vmm.costs.answer", "vmm.costs.shadow", "vmm.limits.timeout",
                  "behaviour"));
}

TEST(GuestKeys, VirtioMapPassesNoFaultOn) {
  const SystemSpec spec = usual(VirtioMapSpec{}, kStrict);
  EXPECT_THAT(unused_after(spec, change_kernel),
              ElementsAre("era", "interrupt.per_request", "work_queue.max_active"));
  EXPECT_THAT(
      unused_after(spec, change_vmm),
      ElementsAre("vmm.fault_thread", "vmm.interrupt", "vmm.costs.read", "vmm.costs.describe",
                  "vmm.costs.exit", "vmm.costs.access", "vmm.costs.answer", "vmm.costs.shadow",
                  "vmm.limits.timeout", "behaviour"));
}

TEST(GuestKeys, WhatHardwareDoesIsNotForTheVmm) {
  SystemSpec spec = usual(HardwareQueuesSpec{}, kSva);
  EXPECT_THAT(unused_after(spec, change_kernel), ElementsAre("map_cost.pin"));
  EXPECT_THAT(unused_after(spec,
                           [](GuestMachineSpec& guest) {
                             change_vmm(guest);
                             guest.behaviour = WellBehavedSpec{};
                           }),
              ElementsAre("vmm.fault_thread", "vmm.interrupt", "vmm.other_work",
                          "vmm.costs.wake_up", "vmm.costs.read", "vmm.costs.describe",
                          "vmm.costs.invalidate", "vmm.costs.exit", "vmm.costs.access",
                          "vmm.costs.answer", "vmm.costs.shadow", "vmm.limits.timeout"));
}

TEST(GuestKeys, AnSmmuHasNoTablesToShadow) {
  EXPECT_THAT(unused_after(usual(EmulatedSmmuSpec{}, kSva), change_vmm),
              ElementsAre("vmm.costs.describe", "vmm.costs.shadow"));
  EXPECT_THAT(unused_after(usual(EmulatedVtdSpec{}, kSva), change_vmm),
              ElementsAre("vmm.costs.shadow"));
  EXPECT_THAT(unused_after(usual(EmulatedVtdSpec{}, kSva),
                           [](GuestMachineSpec& guest) {
                             guest.vmm.costs.shadow = kOther;
                             guest.bind = BindPasids::at_start;
                           }),
              IsEmpty());
}

// No page request is made where all is mapped before its use.
TEST(GuestKeys, WhatServesPageRequestsNeedsAStrategyThatMakesSome) {
  const SystemSpec strict = usual(EmulatedVtdSpec{}, kStrict);
  EXPECT_THAT(unused_after(strict, change_vmm),
              ElementsAre("vmm.fault_thread", "vmm.interrupt", "vmm.costs.wake_up",
                          "vmm.costs.read", "vmm.costs.describe", "vmm.costs.answer",
                          "vmm.costs.shadow", "vmm.limits.timeout", "behaviour"));
  EXPECT_THAT(unused_after(strict,
                           [](GuestMachineSpec& guest) {
                             guest.viommu = EmulatedVtdSpec{.readable_registers = true};
                           }),
              ElementsAre("viommu.readable_registers"));
  EXPECT_THAT(unused_after(usual(EmulatedVtdSpec{}, kCoiommu),
                           [](GuestMachineSpec& guest) {
                             guest.submit = kOther;
                             guest.vmm.costs.invalidate = kOther;
                             guest.map_cost.map_4k = sim::microseconds(7);
                           }),
              ElementsAre("vmm.costs.invalidate", "submit"));
}

// A guest has virtual CPUs as it has memory.
TEST(GuestKeys, HowManyVirtualCpusThereAreIsAFact) {
  EXPECT_THAT(unused_after(usual(NoIommuSpec{}, kSva),
                           [](GuestMachineSpec& guest) { guest.vcpus.count = 4; }),
              IsEmpty());
}

// A guest without devices may keep the keys of its kind.
TEST(GuestKeys, OfAnIdleGuestAreNotLookedAt) {
  SystemSpec spec = usual(NoIommuSpec{}, kSva);
  spec.guests.push_back(spec.guests[0]);
  spec.guests[1].name = "idle";
  spec.guests[1].era = Era::v7_1;
  EXPECT_THAT(blamed(spec), IsEmpty());
}

// Two stages are walked by devices of other guests, and of the host, alone.
TEST(GuestKeys, ASecondStageThatNobodyNestsHasNoNestedCaches) {
  SystemSpec spec = usual(NoIommuSpec{}, kSva);
  spec.iommu.second_stage.cache.entries = 64;
  spec.iommu.second_stage.walk_cache.entries = 64;
  spec.iommu.levels.stage1 = 5;
  EXPECT_THAT(blamed(spec), ElementsAre("iommu.levels.stage1", "iommu.second_stage.cache",
                                        "iommu.second_stage.walk_cache"));
  SystemSpec nested = usual(EmulatedVtdSpec{}, kSva);
  nested.iommu.second_stage = spec.iommu.second_stage;
  nested.iommu.levels.stage1 = 5;
  EXPECT_THAT(blamed(nested), IsEmpty());
}

}  // namespace
}  // namespace faultpath::models
