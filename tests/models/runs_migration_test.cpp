// Runs with a guest that comes by post-copy: what its devices wait for under each policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/guest_support.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint64_t kGuestPages = 4096;
constexpr sim::Duration kStart = sim::microseconds(500);
constexpr sim::Duration kLatency = sim::microseconds(10);
constexpr std::uint64_t kState = 1 << 20;

// A guest of 16 MiB whose device goes through 64 pages again and again; 4 KiB take 1 us on the
// network.
SystemSpec migrating(MigrationPolicy policy) {
  SystemSpec spec = small_guest();
  const bool faults =
      policy == MigrationPolicy::fault_on_demand || policy == MigrationPolicy::preinstall_rings;
  GuestMachineSpec& guest = spec.guests[0];
  guest.memory = kGuestPages * kPageBytes;
  if (faults) guest.backing = {"iopf", IopfSpec{}};
  MigrationSpec migration;
  migration.policy = policy;
  migration.bandwidth = 4.096e9;
  migration.latency = kLatency;
  migration.state = kState;
  migration.start = kStart;
  migration.touches = 0;
  if (policy == MigrationPolicy::preinstall_rings) migration.rings.share = 1.0;
  guest.migration = migration;
  spec.run.stop.operations = {};
  spec.run.stop.duration = sim::milliseconds(30);
  return spec;
}

sim::Duration time_of(std::uint64_t pages) {
  return static_cast<std::int64_t>(pages) * sim::microseconds(1);
}
constexpr std::uint64_t kStatePages = kState / kPageBytes;
sim::Duration downtime(std::uint64_t sent = 0) {
  return time_of(kStatePages + sent) + kLatency + kStart;
}

TEST(MigrationRuns, TheGuestIsDownWhileItsStateComesAndItStarts) {
  for (const MigrationPolicy policy :
       {MigrationPolicy::pin_all, MigrationPolicy::fault_on_demand, MigrationPolicy::snoop}) {
    const Seen seen = checked_run(migrating(policy));
    EXPECT_EQ(seen.distribution("migration_downtime_ns").count, 1U);
    EXPECT_EQ(seen.distribution("migration_downtime_ns").max, downtime());
  }
}

TEST(MigrationRuns, WithPinAllDevicesWaitForAllOfTheMemory) {
  const Seen seen = checked_run(migrating(MigrationPolicy::pin_all));
  const sim::Duration all = time_of(kGuestPages) + kLatency;
  EXPECT_EQ(seen.distribution("migration_completion_ns").max, all);
  EXPECT_EQ(seen.distribution("migration_device_downtime_ns").max, downtime() + all);
  EXPECT_EQ(seen.counters.remote_faults_device, 0U);
  EXPECT_EQ(seen.counters.pages_pushed, kGuestPages);
  EXPECT_GE(seen.distribution("dma_latency_ns").max, downtime() + all) << "the first waits";
}

TEST(MigrationRuns, DevicesThatFaultGoOnWithTheGuestAndFetchWhatTheyNeed) {
  SystemSpec spec = migrating(MigrationPolicy::fault_on_demand);
  spec.guests[0].migration->push_streams = 0;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("migration_device_downtime_ns").max, downtime());
  // 64 pages of data, and four tables on the way to them.
  EXPECT_EQ(seen.counters.remote_faults_device, 64U + 4U);
  EXPECT_EQ(seen.counters.pages_fetched, 64U + 4U);
  EXPECT_EQ(seen.counters.faults_stage2, 64U + 4U);
  EXPECT_EQ(seen.counters.faults_major, 64U + 4U);
  EXPECT_EQ(seen.distribution("migration_completion_ns").count, 0U) << "most stays there";
}

TEST(MigrationRuns, EachPageComesOnce) {
  SystemSpec spec = migrating(MigrationPolicy::fault_on_demand);
  spec.guests[0].migration->push_chunk = 16 * kPageBytes;
  spec.guests[0].migration->touches = 100'000;
  const Seen seen = checked_run(spec);
  const Counters& c = seen.counters;
  EXPECT_EQ(c.pages_fetched + c.pages_pushed, kGuestPages);
  EXPECT_GT(c.remote_faults_vcpu, 0U);
  EXPECT_EQ(c.remote_faults_vcpu, seen.distribution("remote_vcpu_ns").count);
  EXPECT_EQ(c.remote_faults_device, seen.distribution("remote_device_ns").count);
  EXPECT_EQ(seen.distribution("migration_completion_ns").count, 1U);
}

TEST(MigrationRuns, PagesThatCameBeforeAreNotFaultedOnAndMakeTheStopLonger) {
  SystemSpec spec = migrating(MigrationPolicy::preinstall_rings);
  spec.guests[0].migration->push_streams = 0;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.pages_preinstalled, 64U + 4U);
  EXPECT_EQ(seen.distribution("migration_downtime_ns").max, downtime(64 + 4));
  EXPECT_EQ(seen.counters.remote_faults_device, 0U);
  EXPECT_EQ(seen.counters.faults_stage2, 64U + 4U) << "they are here, and not mapped";
}

TEST(MigrationRuns, HalfOfTheRingsLeavesTheFaultsOfTheOtherHalf) {
  SystemSpec spec = migrating(MigrationPolicy::preinstall_rings);
  spec.guests[0].migration->push_streams = 0;
  spec.guests[0].migration->rings.share = 0.5;
  EXPECT_EQ(checked_run(spec).counters.remote_faults_device, 32U);
}

TEST(MigrationRuns, ACheckedDeviceNeverFaultsInTheSecondStage) {
  SystemSpec spec = migrating(MigrationPolicy::snoop);
  spec.guests[0].migration->push_streams = 0;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("migration_device_downtime_ns").max, downtime());
  EXPECT_EQ(seen.counters.faults_stage2, 0U);
  EXPECT_EQ(seen.counters.remote_faults_device, 64U + 4U);
  EXPECT_EQ(seen.counters.snoop_misses, 64U);
  EXPECT_EQ(seen.counters.snoop_hits + 64U, seen.distribution("before_dma_ns").count)
      << "each operation is looked at";
}

TEST(MigrationRuns, WhatDevicesHadMappedBeforeIsOfNoWorthAfterwards) {
  SystemSpec spec = migrating(MigrationPolicy::fault_on_demand);
  spec.guests[0].migration->push_streams = 0;
  spec.guests[0].migration->at = sim::milliseconds(15);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.counters.faults_stage1, 64U) << "the guest's own tables come with it";
  EXPECT_EQ(seen.counters.faults_stage2, 2U * (64U + 4U));
  EXPECT_EQ(seen.counters.remote_faults_device, 64U + 4U);
  EXPECT_GE(seen.counters.pages_unmapped, 64U + 4U);
  EXPECT_GE(seen.distribution("migration_downtime_ns").max, downtime())
      << "and what takes the pages away";
}

TEST(MigrationRuns, AMigrationAfterTheEndDoesNotHappen) {
  SystemSpec spec = migrating(MigrationPolicy::fault_on_demand);
  spec.guests[0].migration->at = sim::milliseconds(40);
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("migration_downtime_ns").count, 0U);
  EXPECT_EQ(seen.counters.pages_pushed, 0U);
}

TEST(MigrationRuns, EachGuestHasAMigrationOfItsOwn) {
  SystemSpec spec = migrating(MigrationPolicy::pin_all);
  spec.guests[0].count = 2;
  spec.devices[0].count = 2;
  const Seen seen = checked_run(spec);
  EXPECT_EQ(seen.distribution("migration_completion_ns").count, 2U);
  EXPECT_EQ(seen.counters.pages_pushed, 2 * kGuestPages);
}

}  // namespace
}  // namespace faultpath::models
