// What contradicts itself in systems with guests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/models/blamed.hpp"
#include "tests/models/guest_support.hpp"

namespace faultpath::models {
namespace {

using testing::Contains;
using testing::IsEmpty;

std::vector<std::string> blamed_after(const std::function<void(SystemSpec&)>& change) {
  SystemSpec spec = small_guest();
  change(spec);
  return blamed(spec);
}
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
