// Virtual CPUs that touch guest memory without an entry in their own second stage.
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

constexpr std::uint32_t kLevels = 4;
constexpr std::int64_t kViolation = 1'500;  // ns

SystemSpec touching(std::initializer_list<std::uint64_t> pages,
                    const StrategySpec& backing = {"pin", PinSpec{}}) {
  SystemSpec spec = small_guest();
  spec.iommu.levels = {kLevels, 4};
  spec.guests[0].backing = backing;
  spec.guests[0].cpu_second_stage = CpuSecondStageSpec{};
  replay(spec, trace_of_pages(pages));
  return spec;
}

// Each table on the way, and the page.
TEST(CpuSecondStage, TheFirstTouchOfAGuestPageIsAnExitToTheHostsKernel) {
  const Seen seen = checked_run(touching({0}));
  EXPECT_EQ(seen.counters.guest_cpu_faults, kLevels + 1);
  EXPECT_EQ(seen.counters.vm_exits, 6U + kLevels + 1);
  EXPECT_EQ(seen.counters.vm_exits_user, 6U);
  EXPECT_EQ(seen.stage("guest_handle").max, nanoseconds((kLevels + 1) * kViolation + 750));
}

TEST(CpuSecondStage, WhatHasBeenTouchedHasAnEntry) {
  const Seen seen = checked_run(touching({0, 1, 512}));
  EXPECT_EQ(seen.counters.guest_cpu_faults, kLevels + 1 + 1 + 2) << "page 512 has a table beside";
}

TEST(CpuSecondStage, NothingIsMissingUnlessItIsSaid) {
  SystemSpec spec = touching({0});
  spec.guests[0].cpu_second_stage.reset();
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.guest_cpu_faults, 0U);
  EXPECT_EQ(seen.stage("guest_handle").max, nanoseconds(750));
}

// A virtual CPU brings them for the process of the VMM. The second stage of the IOMMU is another
// table: the device misses there as often as before, in pages that are there.
TEST(CpuSecondStage, APageOnDemandIsBroughtAndTheIommuStillMissesIt) {
  const StrategySpec iopf{"iopf", IopfSpec{}};
  SystemSpec spec = touching({0}, iopf);
  const Seen with = checked_run(spec);
  spec.guests[0].cpu_second_stage.reset();
  const Seen without = checked_run(spec);
  EXPECT_EQ(with.counters.guest_cpu_faults, kLevels + 1);
  EXPECT_EQ(with.counters.faults_stage2, without.counters.faults_stage2);
  EXPECT_EQ(with.counters.faults_stage1, 1U);
  // All but the root of the tables, which the device has had brought by then.
  EXPECT_EQ(with.stage("guest_handle").max - without.stage("guest_handle").max,
            nanoseconds((kLevels + 1) * kViolation + kLevels * 750));
}

// The guest runs something else meanwhile, and gets an interrupt for each page.
TEST(CpuSecondStage, AnAsynchronousFaultGivesTheVirtualCpuAway) {
  SystemSpec spec = touching({0}, {"iopf", IopfSpec{}});
  const Seen waiting = checked_run(spec);
  spec.guests[0].cpu_second_stage->asynchronous = true;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.guest_cpu_faults, kLevels + 1);
  EXPECT_EQ(seen.counters.guest_cpu_faults_async, kLevels);
  EXPECT_EQ(seen.counters.vcpu_interrupts_running,
            waiting.counters.vcpu_interrupts_running + kLevels);
  EXPECT_EQ(waiting.counters.guest_cpu_faults_async, 0U);
}

// 2,048 pages of data and their tables do not fit into the host, which takes some away again.
TEST(CpuSecondStage, WhatTheHostTakesAwayIsMissingAgain) {
  constexpr std::uint64_t kPages = 2048, kTables = kPages / 512 + kLevels - 1;
  SystemSpec spec = touching({0}, {"iopf", IopfSpec{}});
  spec.devices[0].workload.kind = UniformSpec{};
  spec.traces[0] = {};
  spec.devices[0].workload.footprint = kPages * kPageBytes;
  spec.run.stop.operations = 4000;
  const Seen ample = checked_run(spec);
  EXPECT_LE(ample.counters.guest_cpu_faults, kPages + kTables);
  spec.host.memory = 2 * kMiB;
  const Seen scarce = checked_run(spec);
  EXPECT_EQ(scarce.counters.faults_stage1, ample.counters.faults_stage1) << "each page once";
  EXPECT_GT(scarce.counters.guest_cpu_faults, ample.counters.guest_cpu_faults);
}

}  // namespace
}  // namespace faultpath::models
