// What a scenario says of interrupts, events and the ring, and what it may not say.
#include <gtest/gtest.h>

#include "scenarios/keys/tables.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string with_iommu(const std::string& iommu) {
  return "scenario: 1\nduration: 1ms\nhost: {memory: 1GiB}\ndevices: [{name: nic}]\n"
         "strategies: [sva]\niommu: " +
         iommu + "\n";
}
models::IommuSpec iommu_of(const std::string& iommu) {
  const Scratch scratch;
  return scratch.load(with_iommu(iommu)).cases[0].spec.iommu;
}
std::string iommu_error_of(const std::string& iommu) {
  const Scratch scratch;
  return scratch.error(with_iommu(iommu));
}

TEST(IommuKeys, ReadAnInterruptPolicyWithItsOwnKeys) {
  EXPECT_TRUE(std::holds_alternative<models::InterruptPerKind>(iommu_of("{}").interrupt));
  const auto coalesced = std::get<models::InterruptCoalesced>(
      iommu_of("{interrupt: {policy: coalesced, count: 3}}").interrupt);
  EXPECT_EQ(coalesced.count, 3U);
  EXPECT_EQ(coalesced.time, models::InterruptCoalesced{}.time);
  EXPECT_EQ(std::get<models::InterruptPolled>(
                iommu_of("{interrupt: {policy: polled, period: 5us}}").interrupt)
                .period,
            sim::microseconds(5));
  EXPECT_EQ(iommu_error_of("{interrupt: {policy: polled, count: 3}}"),
            "x.yaml:6:37: iommu.interrupt.count: is a key of coalesced, not of polled");
}

TEST(IommuKeys, ReadEventsInOrder) {
  const auto events =
      iommu_of("{events: [{at: 2us, do: remove_pasid, device: nic}, {at: 3us, do: legacy_mode}]}")
          .events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].at, sim::microseconds(2));
  EXPECT_EQ(events[0].action, models::IommuAction::remove_pasid);
  EXPECT_EQ(events[0].device, "nic");
  EXPECT_EQ(events[1].action, models::IommuAction::legacy_mode);
  EXPECT_FALSE(events[1].device);
}

TEST(IommuKeys, RefuseEventsThatTheKindDoesNotHave) {
  EXPECT_EQ(iommu_error_of("{kind: riscv, events: [{at: 2us, do: remove_pasid}]}"),
            "x.yaml:6:45: iommu.events[0].do: riscv knows no remove_pasid");
  EXPECT_EQ(iommu_error_of("{events: [{at: 2us, do: remove_pasid, device: nix}]}"),
            "x.yaml:6:54: iommu.events[0].device: there is no device 'nix'");
  EXPECT_EQ(iommu_error_of("{events: [{at: 2us, do: legacy_mode, device: nic}]}"),
            "x.yaml:6:53: iommu.events[0].device: legacy_mode is not about a device");
}

TEST(IommuKeys, RefuseWhatAnotherKindOwns) {
  EXPECT_EQ(iommu_error_of("{smmu: {pps: false}}"),
            "x.yaml:6:9: iommu.smmu: is a key of smmu_pri, not of vtd");
  EXPECT_EQ(iommu_error_of("{stall: {capacity: 4}}"),
            "x.yaml:6:9: iommu.stall: is a key of smmu_stall, not of vtd");
  EXPECT_EQ(iommu_error_of("{kind: smmu_pri, smmu: {ppar: false}}"),
            "x.yaml:6:32: iommu.smmu.ppar: has no effect unless pps is false");
  EXPECT_EQ(iommu_error_of("{kind: amd, amd: {auto_response: false, always: true}}"),
            "x.yaml:6:48: iommu.amd.always: has no effect without auto_response");
}

TEST(IommuKeys, ReadWhatAStallingSmmuCanDo) {
  const models::IommuSpec spec = iommu_of(
      "{kind: smmu_stall, stall: {terminate_as: raz_wi, early_retry: 5us, "
      "suppress_duplicates: true}}");
  const auto& stall = *spec.kind.get<models::SmmuStallSpec>();
  EXPECT_EQ(stall.terminate_as, models::TerminateAs::raz_wi);
  EXPECT_EQ(stall.early_retry, sim::microseconds(5));
  EXPECT_TRUE(stall.suppress_duplicates);
  EXPECT_EQ(iommu_error_of("{kind: smmu_stall, stall: {suppress_duplicates: true}}"),
            "x.yaml:6:35: iommu.stall.suppress_duplicates: has no effect unless early_retry is "
            "set, by which such a stall ends");
  EXPECT_EQ(iommu_error_of("{kind: smmu_stall, stall: {model: terminate_only, capacity: 4}}"),
            "x.yaml:6:58: iommu.stall.capacity: has no effect when model is terminate_only");
}

// Keys inside a map whose effect the kind, outside of it, decides.
TEST(IommuKeys, RefuseWhatAStallingSmmuHasNoUseFor) {
  EXPECT_EQ(iommu_error_of("{kind: smmu_stall, levels: {stage2: 4}, "
                           "second_stage: {backing: on_demand, software_walk: 1us}}"),
            "x.yaml:6:83: iommu.second_stage.software_walk: has no effect when stall records say "
            "which stage missed");
  EXPECT_EQ(iommu_error_of("{kind: smmu_stall, invalidation: {timeout: 1ms}}"),
            "x.yaml:6:42: iommu.invalidation.timeout: has no effect when no device has a "
            "translation cache");
}

TEST(IommuKeys, ForgetWhatAVariantMakesPointless) {
  const Scratch scratch;
  const Scenario scenario = scratch.load(with_iommu("{invalidation: {iotlb: 2us, timeout: 1ms}}") +
                                         "variants: {other: {iommu: {kind: smmu_stall}}}\n");
  const Json shown = iommu_keys().dump(scenario.cases[0].spec.iommu);
  EXPECT_EQ(scenario.cases[0].spec.iommu.kind, models::IommuKind::smmu_stall);
  EXPECT_TRUE(shown["invalidation"].contains("iotlb"));
  EXPECT_FALSE(shown["invalidation"].contains("timeout"));
}

TEST(IommuKeys, MayStandBeforeTheKindThatOwnsThem) {
  const models::IommuSpec spec = iommu_of("{amd: {auto_code: 1}, kind: amd}");
  EXPECT_EQ(spec.kind.get<models::AmdSpec>()->auto_code, 1U);
}

TEST(IommuKeys, OfAnotherKindAreForgottenWhereAVariantChangesTheKind) {
  const Scratch scratch;
  const std::string document = with_iommu("{kind: amd, amd: {auto_code: 1}}");
  const Scenario other = scratch.load(
      document + "variants: {other: {iommu: {kind: smmu_stall, stall: {capacity: 3}}}}\n");
  const models::IommuKindSpec kind = other.cases[0].spec.iommu.kind;
  ASSERT_EQ(kind, models::IommuKind::smmu_stall);
  EXPECT_EQ(kind.get<models::SmmuStallSpec>()->capacity, 3U);
  const Scenario same =
      scratch.load(document + "variants: {other: {iommu: {amd: {block_stop_markers: true}}}}\n");
  const auto* const amd = same.cases[0].spec.iommu.kind.get<models::AmdSpec>();
  ASSERT_NE(amd, nullptr);
  EXPECT_EQ(amd->auto_code, 1U);
  EXPECT_TRUE(amd->block_stop_markers);
}

TEST(IommuKeys, ReadWhoSetsDirtyBitsAndWhatItCosts) {
  const auto bits = iommu_of("{access_dirty: {dirty: software, update: 140ns}}").access_dirty;
  EXPECT_EQ(bits.dirty, models::DirtyUpdate::software);
  EXPECT_EQ(std::get<sim::ConstantSpec>(bits.update).value, sim::nanoseconds(140));
}

TEST(IommuKeys, ReadTheSecondStage) {
  const auto second =
      iommu_of(
          "{levels: {stage2: 4}, second_stage: {backing: on_demand, grant: as_asked, "
          "walk_cache: {entries: 8}}}")
          .second_stage;
  EXPECT_EQ(second.grant, models::GuestGrant::as_asked);
  EXPECT_EQ(second.walk_cache.entries, 8U);
  EXPECT_EQ(iommu_error_of("{levels: {stage2: 4}, second_stage: {grant: as_asked}}"),
            "x.yaml:6:45: iommu.second_stage.grant: has no effect unless backing is on_demand");
}

TEST(IommuKeys, ReadTheRing) {
  const auto ring = iommu_of("{invalidation: {queue_entries: 8, timeout: 1ms}}").invalidation;
  EXPECT_EQ(ring.queue_entries, 8U);
  EXPECT_EQ(ring.timeout, sim::milliseconds(1));
}

}  // namespace
}  // namespace faultpath::scenarios
