// The keys of guests and of their devices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

using testing::HasSubstr;

// A scenario with one guest, `vm`, that has these keys besides.
std::string with_guest(const std::string& keys, const std::string& more = "") {
  return "scenario: 1\nstop_after: {operations: 1}\nstrategies: [sva]\n"
         "guests: [{name: vm, processes: [{name: app}]" +
         (keys.empty() ? "" : ", " + keys) +
         "}]\n"
         "devices: [{name: nic, guest: vm, process: app, workload: {kind: sequential, operation: "
         "4KiB, footprint: 1MiB, queue_depth: 1}}]\n" +
         more;
}
models::SystemSpec spec_of(const std::string& keys, const std::string& more = "") {
  return Scratch().load(with_guest(keys, more)).cases[0].spec;
}

TEST(GuestKeys, AGuestHasPinnedMemoryAndAnEmulatedVtdUnlessItSaysSo) {
  const models::SystemSpec spec = spec_of("");
  const models::GuestMachineSpec& guest = spec.guests.at(0);
  EXPECT_TRUE(std::holds_alternative<models::PinSpec>(guest.backing.kind));
  const auto& vtd = std::get<models::EmulatedVtdSpec>(guest.viommu);
  EXPECT_EQ(vtd.queue_entries, 2048U);
  EXPECT_EQ(vtd.full, models::FullVirtualQueue::lose);
  EXPECT_EQ(guest.vmm.records, 100U);
  EXPECT_EQ(guest.vcpus.count, 1U);
  EXPECT_EQ(spec.devices[0].guest, "vm");
}

TEST(GuestKeys, LieBehindASecondStageOfFourLevelsUnlessTheScenarioSaysHowMany) {
  EXPECT_EQ(spec_of("").iommu.levels.stage2, 4U);
  EXPECT_EQ(spec_of("", "iommu: {levels: {stage2: 3}}").iommu.levels.stage2, 3U);
  EXPECT_EQ(Scratch().load(minimal()).cases[0].spec.iommu.levels.stage2, 0U);
}

TEST(GuestKeys, VirtualCpusAreANumberOrAMap) {
  EXPECT_EQ(spec_of("vcpus: 3").guests[0].vcpus.count, 3U);
  const models::VirtualCpusSpec spin = spec_of("vcpus: {count: 2, idle: spin}").guests[0].vcpus;
  EXPECT_EQ(spin.count, 2U);
  EXPECT_EQ(spin.idle, models::IdleLoop::spin);
}

TEST(GuestKeys, EachKindOfVirtualIommuHasItsOwn) {
  const auto vtd = spec_of("viommu: {kind: emulated_vtd, full: answer_success}").guests[0].viommu;
  EXPECT_EQ(std::get<models::EmulatedVtdSpec>(vtd).full, models::FullVirtualQueue::answer_success);
  const auto smmu =
      spec_of("viommu: {kind: emulated_smmu, full: retry}", "iommu: {kind: smmu_stall}")
          .guests[0]
          .viommu;
  EXPECT_EQ(std::get<models::EmulatedSmmuSpec>(smmu).full, models::FullEventQueue::retry);
  EXPECT_EQ(std::get<models::EmulatedSmmuSpec>(smmu).queue_entries, 32768U);
  const auto virtio = spec_of("viommu: {kind: virtio_prq, held: 7}").guests[0].viommu;
  EXPECT_EQ(std::get<models::VirtioPrqSpec>(virtio).held, 7U);
  const auto hardware =
      spec_of("viommu: {kind: hardware_queues}", "iommu: {kind: amd}").guests[0].viommu;
  EXPECT_TRUE(std::get<models::HardwareQueuesSpec>(hardware).auto_response);
}

TEST(GuestKeys, AKeyOfAnotherKindIsUnknown) {
  EXPECT_THAT(Scratch().error(with_guest("viommu: {kind: virtio_prq, full: lose}")),
              HasSubstr("full"));
}

TEST(GuestKeys, AKeyWithoutEffectIsAnError) {
  EXPECT_THAT(Scratch().error(with_guest("vcpus: {idle: spin, halt_poll: {max: 10us}}")),
              HasSubstr("halt_poll"));
}

TEST(GuestKeys, ADeviceOfAnUnknownGuestIsAnError) {
  EXPECT_THAT(Scratch().error(minimal("guests: [{name: vm}]"), {"devices[0].guest=other"}),
              HasSubstr("there is no guest 'other'"));
}

}  // namespace
}  // namespace faultpath::scenarios
