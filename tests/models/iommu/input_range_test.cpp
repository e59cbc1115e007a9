// The widths of input addresses, from the specifications.
#include "models/iommu/input_range.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/assembly/run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Case {
  IommuKind kind;
  std::uint32_t levels;
  bool pasids;
  std::uint64_t last;  ///< of a process, or of the width
};

// Sv39, Sv48, Sv57; VT-d 3.6 and 3.7; AMD's host and GCR3 tables; SMMUv3 with granules of 4 KiB.
const Case kCases[] = {
    {IommuKind::riscv, 3, false, 0x3f'ffff'ffff},
    {IommuKind::riscv, 4, false, 0x7fff'ffff'ffff},
    {IommuKind::riscv, 5, true, 0xff'ffff'ffff'ffff},
    {IommuKind::vtd, 4, true, 0x7fff'ffff'ffff},
    {IommuKind::vtd, 5, true, 0xff'ffff'ffff'ffff},
    {IommuKind::vtd, 3, false, 0x7f'ffff'ffff},
    {IommuKind::vtd, 4, false, 0xffff'ffff'ffff},
    {IommuKind::vtd, 5, false, 0x1ff'ffff'ffff'ffff},
    {IommuKind::amd, 4, true, 0x7fff'ffff'ffff},
    {IommuKind::amd, 5, true, 0xff'ffff'ffff'ffff},
    {IommuKind::smmu_pri, 3, false, 0x7f'ffff'ffff},
    {IommuKind::smmu_pri, 4, true, 0xffff'ffff'ffff},
    {IommuKind::smmu_stall, 4, false, 0xffff'ffff'ffff},
    {IommuKind::smmu_stall, 5, true, 0xf'ffff'ffff'ffff},
};

// A recording that ends with the byte at `address`.
SystemSpec recording(const Case& each, std::uint64_t address) {
  SystemSpec spec = small_system();
  spec.iommu.kind = each.kind;
  spec.iommu.levels.stage1 = each.levels;
  if (each.kind == IommuKind::smmu_stall) spec.devices[0].ats = {};
  if (each.pasids) spec.strategy = {"sva", SvaSpec{}};
  auto trace = std::make_shared<TraceData>();
  trace->file = "recorded.csv";
  trace->entries.push_back({{Iova{0x1000}, 8, false}, {}, 0, 0});
  trace->entries.push_back({{Iova{address - 7}, 8, false}, {}, 0, 0});
  replay(spec, trace);
  return spec;
}

TEST(InputRange, EndsWhereTheTableOfTheKindDoes) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(each.kind) << " " << each.levels);
    EXPECT_TRUE(problems_of(recording(each, each.last)).empty());
    const auto beyond = problems_of(recording(each, each.last + 1));
    ASSERT_EQ(beyond.size(), 1U);
    EXPECT_EQ(beyond[0].path, "devices[0].workload.file");
    const std::string place = fmt::format("recorded.csv:3: address {:#x} is ", each.last + 1);
    EXPECT_THAT(beyond[0].message, StartsWith(place));
    EXPECT_EQ(problems_of(recording(each, ~0ULL - 0xfff)).size(), 1U) << "the upper half";
  }
}

TEST(InputRange, SaysWhatIsWrongWithAnAddress) {
  const auto said = [](IommuKind kind, bool pasids, std::uint64_t address) {
    const auto problems = problems_of(recording({kind, 4, pasids, 0}, address));
    return problems.empty() ? std::string("nothing") : problems[0].message;
  };
  EXPECT_THAT(said(IommuKind::riscv, false, 0x8000'0000'0fff),
              HasSubstr("is not canonical: bits 63 to 47 differ"));
  EXPECT_THAT(said(IommuKind::vtd, true, 0xffff'7fff'ffff'ffff), HasSubstr("is not canonical"));
  EXPECT_THAT(said(IommuKind::vtd, true, 0xffff'8000'0000'0fff), HasSubstr("in the upper half"));
  EXPECT_THAT(said(IommuKind::vtd, false, 0xffff'8000'0000'0fff), HasSubstr("beyond the 48 bits"));
  EXPECT_THAT(said(IommuKind::smmu_pri, false, 1ULL << 48), HasSubstr("TTB0"));
}

// 47 bits of three levels of 16 KiB; 58 of four, and 55 of three of 64 KiB, are cut to 52.
TEST(InputRange, OfLargerGranulesHasWiderIndices) {
  struct Granule {
    std::uint64_t size;
    std::uint32_t levels;
    std::uint64_t last;
  };
  for (const Granule& each : {Granule{16 * kKiB, 3, 0x7fff'ffff'ffff},
                              {16 * kKiB, 4, 0xf'ffff'ffff'ffff},
                              {64 * kKiB, 3, 0xf'ffff'ffff'ffff}}) {
    const Case of_arm{IommuKind::smmu_pri, each.levels, true, each.last};
    const auto problems = [&](std::uint64_t address) {
      SystemSpec spec = recording(of_arm, address);
      spec.host.page_size = PageSize::of_bytes(each.size);
      return problems_of(spec).size();
    };
    EXPECT_EQ(problems(each.last), 0U);
    EXPECT_EQ(problems(each.last + 1), 1U);
  }
}

// Of two stages the first is a process's or a guest's table, whatever carries a PASID.
TEST(InputRange, OfTwoStagesIsTheFirstOnes) {
  IommuSpec iommu;
  iommu.levels = {4, 4};
  EXPECT_EQ(input_range(iommu, false).last(), 0x7fff'ffff'ffffULL);
}

TEST(InputRange, BoundsPatternsToo) {
  SystemSpec spec = small_system();
  spec.iommu.kind = IommuKind::riscv;
  spec.iommu.levels.stage1 = 3;
  spec.host.memory = 1024 * kGiB;
  spec.devices[0].workload.footprint = 256 * kGiB;  // the lower half of Sv39
  EXPECT_TRUE(problems_of(spec).empty());
  spec.devices[0].workload.footprint += 1;
  const auto problems = problems_of(spec);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "devices[0].workload");
}

}  // namespace
}  // namespace faultpath::models
