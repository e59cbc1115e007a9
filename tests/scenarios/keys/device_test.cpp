// The keys of a device: which act with which reaction to a fault.
#include <gtest/gtest.h>

#include "scenarios/config_error.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

Scenario load(const std::string& keys) {
  const Scratch scratch;
  return scratch.load("scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n  - name: nic\n" +
                      keys);
}
const models::DeviceSpec& device(const Scenario& scenario) {
  return scenario.cases.front().spec.devices.front();
}

TEST(DeviceKeys, EachReactionToAFaultIsAWord) {
  using models::OnFault;
  EXPECT_EQ(device(load("    on_fault: wait\n")).on_fault, OnFault::wait);
  EXPECT_EQ(device(load("    on_fault: drop\n")).on_fault, OnFault::drop);
  EXPECT_EQ(device(load("    on_fault: backup_ring\n")).on_fault, OnFault::backup_ring);
  EXPECT_EQ(device(load("    on_fault: abort\n")).on_fault, OnFault::abort);
}

TEST(DeviceKeys, RetransmissionNeedsAReactionThatDrops) {
  const std::string drop = "    drop: {timeout: 1ms, retries: 2}\n";
  EXPECT_EQ(device(load("    on_fault: drop\n" + drop)).drop.timeout, sim::milliseconds(1));
  EXPECT_EQ(device(load("    on_fault: backup_ring\n" + drop)).drop.retries, 2U);
  EXPECT_THROW(load(drop), ConfigError);
  EXPECT_THROW(load("    on_fault: abort\n" + drop), ConfigError);
}

TEST(DeviceKeys, ABackupRingNeedsItsReaction) {
  const std::string ring = "    backup_ring: {entries: 4, copy_bandwidth: 1GB/s}\n";
  EXPECT_EQ(device(load("    on_fault: backup_ring\n" + ring)).backup_ring.entries, 4U);
  EXPECT_THROW(load("    on_fault: drop\n" + ring), ConfigError);
}

TEST(DeviceKeys, ABackOffNeedsItsFirstPause) {
  const auto grown = device(load("    pri: {back_off: {first: 1us, factor: 3}}\n"));
  EXPECT_EQ(grown.pri.back_off.factor, 3.0);
  EXPECT_THROW(load("    pri: {back_off: {factor: 3}}\n"), ConfigError);
  EXPECT_THROW(load("    pri: {back_off: {first: 1us, factor: 1}}\n"), ConfigError);
}

TEST(DeviceKeys, WithoutAtsThereAreNoPageRequestsToDescribe) {
  const std::string without = "    ats: {enabled: false}\n";
  EXPECT_FALSE(device(load(without)).ats.enabled);
  EXPECT_THROW(load(without + "    pri: {allocation: 8}\n"), ConfigError);
  EXPECT_THROW(load(without + "    on_fault: wait\n"), ConfigError);
  EXPECT_THROW(load("    ats: {enabled: false, entries: 8}\n"), ConfigError);
}

TEST(DeviceKeys, ATranslationUnitNeedsAtsAndPagesAsLarge) {
  const std::string unit = "    ats: {stu: 64KiB}\n";
  EXPECT_EQ(device(load("")).ats.stu, 4096U);
  EXPECT_THROW(load(unit), ConfigError);
  EXPECT_THROW(load("    ats: {enabled: false, stu: 4KiB}\n"), ConfigError);
}

TEST(DeviceKeys, ARequestIsForOneToSixteenTranslations) {
  const auto several = device(load("    ats: {translations_per_request: 16}\n"));
  EXPECT_EQ(several.ats.translations_per_request, 16U);
  EXPECT_THROW(load("    ats: {translations_per_request: 0}\n"), ConfigError);
  EXPECT_THROW(load("    ats: {translations_per_request: 17}\n"), ConfigError);
}

TEST(DeviceKeys, AnInvalidateQueueHoldsOneToThirtyTwo) {
  EXPECT_EQ(device(load("    ats: {invalidate_queue_depth: 4}\n")).ats.invalidate_queue_depth, 4U);
  EXPECT_THROW(load("    ats: {invalidate_queue_depth: 0}\n"), ConfigError);
  EXPECT_THROW(load("    ats: {invalidate_queue_depth: 33}\n"), ConfigError);
}

TEST(DeviceKeys, RangesThatCannotFaultAreBytesOfTheDevice) {
  const auto ranged = device(load("    nonfaultable: [{offset: 8KiB, length: 1MiB}, {}]\n"));
  ASSERT_EQ(ranged.nonfaultable.size(), 2U);
  EXPECT_EQ(ranged.nonfaultable[0].offset, 8192U);
  EXPECT_EQ(ranged.nonfaultable[0].length, 1U << 20);
  EXPECT_EQ(ranged.nonfaultable[1].length, 4096U);
}

TEST(DeviceKeys, AResetWithoutTimeHasNoDuration) {
  const auto named = device(load("    reset: {at: [1us, 2us], duration: 3us}\n"));
  EXPECT_EQ(named.reset.at.size(), 2U);
  EXPECT_EQ(named.reset.duration, sim::microseconds(3));
  EXPECT_THROW(load("    reset: {duration: 3us}\n"), ConfigError);
}

}  // namespace
}  // namespace faultpath::scenarios
