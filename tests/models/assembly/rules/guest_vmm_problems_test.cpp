// What contradicts itself between a guest, its VMM and its virtual CPUs: which key is blamed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

GuestMachineSpec& vm(SystemSpec& spec) { return spec.guests[0]; }

void on_hardware_queues(SystemSpec& spec) {
  spec.iommu.kind = IommuKind::amd;
  vm(spec).viommu = HardwareQueuesSpec{};
}

TEST(GuestVmmProblems, OtherWorkLeavesTimeForFaults) {
  const auto with_rate = [](double rate) {
    return blamed_after([rate](SystemSpec& s) {
      vm(s).vmm.other_work = VmmOtherWorkSpec{rate, constant(sim::microseconds(100))};
    });
  };
  EXPECT_THAT(with_rate(9'999.0), IsEmpty());
  EXPECT_THAT(with_rate(10'000.0), ElementsAre("guests[0].vmm.other_work"));
}

TEST(GuestVmmProblems, WhatHardwareDoesNobodyElseDoes) {
  EXPECT_THAT(blamed_after(on_hardware_queues), IsEmpty());
  EXPECT_THAT(blamed_after([](SystemSpec& s) {
                on_hardware_queues(s);
                vm(s).vcpus.posted = false;
                vm(s).bind = BindPasids::at_start;
              }),
              ElementsAre("guests[0].vcpus.posted", "guests[0].bind"));
}

TEST(GuestVmmProblems, AGuestThatWaitsForItsAnswerNeedsExitsThatTakeTime) {
  const auto with_exit = [](sim::Duration exit) {
    return blamed_after([exit](SystemSpec& s) {
      vm(s).vmm.answer = AnswerServed::later;
      vm(s).vmm.costs.exit = constant(exit);
      vm(s).vmm.costs.access = constant(sim::Duration{});
    });
  };
  EXPECT_THAT(with_exit(sim::picoseconds(1)), IsEmpty());
  EXPECT_THAT(with_exit(sim::Duration{}), ElementsAre("guests[0].vmm.answer"));
}

TEST(GuestVmmProblems, ItReadsWholeGroups) {
  const auto forwards = [](SystemSpec& s) { s.host.iopf.hold_partial = false; };
  EXPECT_THAT(blamed_after(forwards), ElementsAre("host.iopf.hold_partial"));
}

TEST(GuestVmmProblems, PasidsAreBoundWhereDevicesHaveSome) {
  const auto bind = [](SystemSpec& s) { vm(s).bind = BindPasids::at_start; };
  EXPECT_THAT(blamed_after(bind), IsEmpty());
  EXPECT_THAT(blamed_after([&](SystemSpec& s) {
                bind(s);
                s.strategy = {"viommu_strict", ViommuMapSpec{}};
              }),
              Contains("guests[0].bind"));
}

TEST(GuestVmmProblems, AVirtualCpuTouchesWhatItHandles) {
  const auto touch = [](SystemSpec& s) { vm(s).cpu_second_stage.emplace(); };
  EXPECT_THAT(blamed_after(touch), IsEmpty());
  EXPECT_THAT(blamed_after([&](SystemSpec& s) {
                touch(s);
                s.strategy = {"viommu_strict", ViommuMapSpec{}};
              }),
              Contains("guests[0].cpu_second_stage"));
  EXPECT_THAT(blamed_after([&](SystemSpec& s) {
                touch(s);
                vm(s).migration.emplace();
              }),
              Contains("guests[0].cpu_second_stage"));
}

TEST(GuestVmmProblems, AnAsynchronousFaultNeedsAPageThatIsAbsent) {
  const auto async = [](SystemSpec& s) { vm(s).cpu_second_stage = {.asynchronous = true}; };
  EXPECT_THAT(blamed_after(async), ElementsAre("guests[0].cpu_second_stage.asynchronous"));
  EXPECT_THAT(blamed_after([&](SystemSpec& s) {
                async(s);
                vm(s).backing = {"iopf", IopfSpec{}};
              }),
              IsEmpty());
}

TEST(GuestVmmProblems, TablesAreReadByGlobalInvalidationsAlone) {
  const auto read = [](SystemSpec& s) {
    vm(s).vmm.costs.table_read = constant(sim::microseconds(1));
  };
  EXPECT_THAT(blamed_after(read), ElementsAre("guests[0].vmm.costs.table_read"));
  const auto churn = [&](SystemSpec& s) {
    read(s);
    vm(s).behaviour = ChurnsPasidsSpec{1e3, ChurnsPasidsSpec::Invalidation::global, 1U << 20};
  };
  EXPECT_THAT(blamed_after(churn), IsEmpty());
  EXPECT_THAT(blamed_after([&](SystemSpec& s) {
                churn(s);
                vm(s).vmm.costs.table_read = constant(sim::microseconds(10));
              }),
              ElementsAre("guests[0].behaviour.entries"));
}

// Each device of an instance has a table, and one invalidation walks them all.
TEST(GuestVmmProblems, AGlobalInvalidationWalksTheTablesOfAllDevicesOfTheGuest) {
  const auto with = [](std::uint32_t devices, std::uint32_t guests) {
    return blamed_after([=](SystemSpec& s) {
      vm(s).behaviour = ChurnsPasidsSpec{1.0, ChurnsPasidsSpec::Invalidation::global, 1'000'000};
      vm(s).vmm.costs.table_read = constant(sim::microseconds(5));
      vm(s).count = guests;
      s.devices[0].count = devices;
    });
  };
  EXPECT_THAT(with(2, 1), IsEmpty()) << "10 s";
  EXPECT_THAT(with(3, 1), ElementsAre("guests[0].behaviour.entries"));
  EXPECT_THAT(with(4, 2), IsEmpty()) << "two in each";
  EXPECT_THAT(with(5, 2), ElementsAre("guests[0].behaviour.entries"));
}

}  // namespace
}  // namespace faultpath::models
