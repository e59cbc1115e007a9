// Base pages of 16 and 64 KiB: what goes with them, and which key is blamed for what does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "tests/models/blamed.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SystemSpec with_64k(IommuKind kind = IommuKind::smmu_pri) {
  SystemSpec spec = small_system();
  spec.iommu.kind = kind;
  spec.iommu.levels.stage1 = 3;
  spec.host.page_size = PageSize::of_bytes(64 * kKiB);
  return spec;
}

// Whose memory the device uses.
ProcessSpec& process_of(SystemSpec& spec) {
  spec.processes.resize(1);
  spec.processes[0].name = "app";
  spec.devices[0].process = "app";
  return spec.processes[0];
}

NotifierSpec source(NotifierKind kind, std::optional<std::uint64_t> range = {}) {
  NotifierSpec spec;
  spec.kind = kind;
  spec.rate = 1.0;
  spec.range = range;
  return spec;
}

TEST(PageSizeProblems, ArmHasAllThreeSizes) {
  for (const IommuKind kind : {IommuKind::smmu_pri, IommuKind::smmu_stall}) {
    for (const std::uint64_t size : {4ULL, 16ULL, 64ULL}) {
      SystemSpec spec = with_64k(kind);
      spec.host.page_size = PageSize::of_bytes(size * kKiB);
      EXPECT_THAT(blamed(spec), IsEmpty()) << size;
    }
  }
}

TEST(PageSizeProblems, OtherKindsHave4KiB) {
  for (const IommuKind kind : {IommuKind::vtd, IommuKind::amd, IommuKind::riscv}) {
    EXPECT_THAT(blamed(with_64k(kind)), Contains("host.page_size"));
  }
  EXPECT_THAT(problems_of(with_64k(IommuKind::vtd)).at(0).message,
              HasSubstr("is 4KiB with iommu.kind vtd"));
}

TEST(PageSizeProblems, AGuestHas4KiB) {
  SystemSpec spec = with_64k();
  spec.guests.resize(1);
  spec.guests[0].name = "vm";
  spec.devices[0].guest = "vm";
  EXPECT_THAT(blamed(spec), Contains("host.page_size"));
}

TEST(PageSizeProblems, BlameTheKeyThatIsAtFault) {
  struct Case {
    const char* path;
    std::function<void(SystemSpec&)> change;
  };
  AreaSpec huge;
  huge.name = "area";
  huge.kind = Backing::anonymous;
  huge.size = 1 * kGiB;
  const AreaSpec area = huge;
  huge.huge = AreaSpec::Huge::always;
  const Case cases[] = {
      {"iommu.levels.stage1", [](auto& s) { s.iommu.levels.stage1 = 4; }},
      {"iommu.levels.stage1",
       [](auto& s) {
         s.iommu.levels.stage1 = 5;
         s.host.page_size = PageSize::of_bytes(16 * kKiB);
       }},
      {"iommu.levels.stage2", [](auto& s) { s.iommu.levels.stage2 = 4; }},
      {"devices[0].memory.huge_pages", [](auto& s) { s.devices[0].memory.huge_pages = true; }},
      {"processes[0].memory.huge_pages", [](auto& s) { process_of(s).memory.huge_pages = true; }},
      {"processes[0].areas[0].huge", [&](auto& s) { process_of(s).areas = {huge}; }},
      {"host.notifiers[0].kind",
       [&](auto& s) {
         process_of(s).areas = {area};
         s.host.notifiers = {source(NotifierKind::khugepaged)};
       }},
      {"host.notifiers[0].range",
       [&](auto& s) {
         process_of(s).areas = {area};
         s.host.notifiers = {source(NotifierKind::ksm, 32 * kKiB)};
       }},
      {"host.page_cache.fault_around",
       [](auto& s) { s.host.page_cache.fault_around = 64 * kKiB - 1; }},
      {"host.page_cache.read_ahead", [](auto& s) { s.host.page_cache.read_ahead = 4 * kKiB; }},
      {"host.memory_cgroup.high", [](auto& s) { s.host.memory_cgroup.high = 4 * kKiB; }},
      {"host.memory_cgroup.max", [](auto& s) { s.host.memory_cgroup.max = 4 * kKiB; }},
      {"host.mapping.memlock", [](auto& s) { s.host.mapping.memlock = 4 * kKiB; }},
      {"strategies.odp.prefetch",
       [](auto& s) {
         OdpSpec odp;
         odp.prefetch = 4 * kKiB;
         s.strategy = {"odp", odp};
       }},
      {"processes[0].areas[0].at",
       [&](auto& s) {
         process_of(s).areas = {area};
         s.processes[0].areas[0].at = 4 * kKiB;
       }},
      {"processes[0].areas[0].folios[0]",
       [&](auto& s) {
         process_of(s).areas = {area};
         s.processes[0].areas[0].folios = {128 * kKiB};  // two pages
       }},
      {"devices[0].ats.stu", [](auto& s) { s.devices[0].ats.stu = 128 * kKiB; }},
  };
  for (const Case& c : cases) {
    SystemSpec spec = with_64k();
    ASSERT_THAT(blamed(spec), IsEmpty());
    c.change(spec);
    EXPECT_THAT(blamed(spec), AllOf(Not(IsEmpty()), Each(c.path)));
  }
}

// Software sets the unit to the smallest page of the hardware, or to that of the kernel.
TEST(PageSizeProblems, ADeviceMayHaveSmallerUnitsThanThePages) {
  for (const std::uint64_t unit : {4ULL, 16ULL, 64ULL}) {
    SystemSpec spec = with_64k();
    spec.devices[0].ats.stu = unit * kKiB;
    EXPECT_THAT(blamed(spec), IsEmpty());
  }
}

// From 4 pages to half of a table of 8192.
TEST(PageSizeProblems, FoliosAreOfSeveralPages) {
  for (const std::uint64_t folio : {256 * kKiB, 256 * kMiB}) {
    SystemSpec spec = with_64k();
    AreaSpec area;
    area.name = "area";
    area.kind = Backing::anonymous;
    area.size = 1 * kGiB;
    area.folios = {folio};
    process_of(spec).areas = {area};
    EXPECT_THAT(blamed(spec), IsEmpty());
    spec.processes[0].areas[0].folios = {2 * folio};
    const bool most = folio == 256 * kMiB;
    EXPECT_EQ(blamed(spec).empty(), !most);
  }
}

}  // namespace
}  // namespace faultpath::models
