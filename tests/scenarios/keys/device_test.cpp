// The keys of a device: which act with which reaction to a fault.
#include <gtest/gtest.h>

#include "models/device/reactions/fault_reaction.hpp"
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
  for (const models::FaultReactionInfo& info : models::fault_reactions()) {
    const std::string name(info.name);
    const Scenario scenario = load("    strategy: sva\n    on_fault: " + name + "\n");
    EXPECT_EQ(device(scenario).on_fault.index(), info.kind.index()) << name;
  }
}

TEST(DeviceKeys, RetransmissionNeedsAReactionThatDrops) {
  const std::string drop = "    drop: {timeout: 1ms, retries: 2}\n";
  const auto dropping = device(load("    on_fault: drop\n" + drop)).on_fault;
  EXPECT_EQ(std::get<models::DropSpec>(dropping).timeout, sim::milliseconds(1));
  const auto diverting = device(load("    on_fault: backup_ring\n" + drop)).on_fault;
  EXPECT_EQ(std::get<models::BackupRingSpec>(diverting).drop.retries, 2U);
  EXPECT_THROW(load(drop), ConfigError);
  EXPECT_THROW(load("    on_fault: abort\n" + drop), ConfigError);
}

TEST(DeviceKeys, ABackupRingNeedsItsReaction) {
  const std::string ring = "    backup_ring: {entries: 4, copy_bandwidth: 1GB/s}\n";
  const auto diverting = device(load("    on_fault: backup_ring\n" + ring)).on_fault;
  EXPECT_EQ(std::get<models::BackupRingSpec>(diverting).entries, 4U);
  EXPECT_THROW(load("    on_fault: drop\n" + ring), ConfigError);
}

TEST(DeviceKeys, AKeyOfAnotherReactionSaysWhoseItIs) {
  const Scratch scratch;
  const std::string head = "scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n  - ";
  EXPECT_EQ(scratch.error(head + "on_fault: rnr\n    drop: {retries: 1}\n"),
            "x.yaml:6:5: devices[0].drop: is a key of drop or backup_ring, not of rnr");
  EXPECT_EQ(scratch.error(head + "partial: {notice: 1us}\n"),
            "x.yaml:5:5: devices[0].partial: is a key of partial, not of wait");
}

TEST(DeviceKeys, TheKeysOfAReactionGoWithItWhenALaterLayerChoosesAnother) {
  const Scratch scratch;
  const std::string text =
      "scenario: 1\nduration: 1ms\nstrategies: [iopf]\ndevices:\n  - on_fault: backup_ring\n"
      "    drop: {retries: 2}\n    backup_ring: {entries: 4}\n";
  const auto dropping = device(scratch.load(text, {"devices[0].on_fault=drop"})).on_fault;
  EXPECT_EQ(std::get<models::DropSpec>(dropping).retries, 2U) << "that both have";
  const auto waiting = scratch.load(text, {"devices[0].ats.enabled=false"});
  EXPECT_TRUE(std::holds_alternative<models::WaitSpec>(device(waiting).on_fault));
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

TEST(DeviceKeys, AResetThatNobodyMakesHasNoDuration) {
  const auto named = device(load("    reset: {at: [1us, 2us], duration: 3us}\n"));
  EXPECT_EQ(named.reset.at.size(), 2U);
  EXPECT_EQ(named.reset.duration, sim::microseconds(3));
  EXPECT_THROW(load("    reset: {duration: 3us}\n"), ConfigError);
  const auto by_kernel = device(
      load("    reset: {duration: 3us}\nhost: {iopf: {timeout: {action: failure_reset}}}\n"));
  EXPECT_EQ(by_kernel.reset.duration, sim::microseconds(3));
}

}  // namespace
}  // namespace faultpath::scenarios
