// Devices whose smallest translation unit is larger than 4 KiB (PCIe 10.5.1; semantics 2.1).
#include <gmock/gmock.h>

#include "models/assembly/run.hpp"
#include "tests/models/device/device_fixture.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kUnit = 16 * kKiB;  // four pages

class TranslationUnit : public DeviceFixture {
 protected:
  static DeviceSpec coarse(std::uint32_t group = 1) {
    DeviceSpec spec = device_spec(1, group);
    spec.ats.stu = kUnit;
    return spec;
  }
  // The root maps 2 MiB from page 0.
  void map_large() {
    root->mapped = {0, 4, 8};
    root->order = 9;
  }
};

// The bits of the address below the unit are zero.
TEST_F(TranslationUnit, RequestsAreAlignedToIt) {
  make(coarse(), {reads(6)});
  map_large();
  run();
  EXPECT_THAT(translated(), ElementsAre(4));
  EXPECT_EQ(device->stats().dma_dropped, 0U);
}

TEST_F(TranslationUnit, PagesOfOneUnitAreOneRequest) {
  make(coarse(16), {reads(3, 7)});  // one page of unit 0, all of unit 1, two of unit 2
  map_large();
  run();
  EXPECT_THAT(translated(), ElementsAre(0, 4, 8));
  EXPECT_EQ(device->stats().page_accesses, 7U);
}

TEST_F(TranslationUnit, OperationsOnOneUnitShareATranslation) {
  DeviceSpec spec = coarse();
  spec.workload.queue_depth = 2;
  make(spec, {reads(4), reads(7)});
  map_large();
  run();
  EXPECT_THAT(translated(), ElementsAre(4));
}

// No completion may be about less than a unit: what is, is not used.
TEST_F(TranslationUnit, ASmallerPageIsNoTranslation) {
  make(coarse(), {reads(6)});
  root->mapped = {4};
  run();
  EXPECT_THAT(translated(), ElementsAre(4));
  EXPECT_THAT(root->requests, IsEmpty());
  EXPECT_EQ(device->stats().dma_dropped, 1U);
}

// With pages of 2 MiB, an operation of 64 KiB and a group of 16: a request for each unit, until the
// first completion brings all of the page.
TEST(TranslationUnits, ARequestIsForAUnit) {
  for (const std::uint64_t unit : {4 * kKiB, 16 * kKiB, 64 * kKiB, 2 * kMiB}) {
    SystemSpec spec = small_system();
    spec.strategy = {"pin", PinSpec{}};
    DeviceSpec& device = spec.devices[0];
    device.memory.huge_pages = true;
    device.ats.stu = unit;
    device.pri.group = 16;
    device.workload.operation = 64 * kKiB;
    device.workload.footprint = 2 * kMiB;
    spec.run.stop.operations = 32;
    const Seen seen = checked_run(spec);
    EXPECT_EQ(seen.counters.ats_requests, std::max<std::uint64_t>(64 * kKiB / unit, 1)) << unit;
  }
}

TEST(TranslationUnits, AreNoLargerThanThePagesThatAreMapped) {
  const auto problems = [](std::uint64_t unit, std::uint8_t first, std::uint8_t second) {
    SystemSpec spec = small_system();
    spec.strategy = {"pin", PinSpec{}};
    spec.devices[0].ats.stu = unit;
    spec.devices[0].memory.huge_pages = first > kPageBits;
    spec.devices[0].memory.huge_page_bits = first;
    spec.iommu.levels.stage2 = second > 0 ? 4 : 0;
    spec.iommu.second_stage.leaf_bits = second;
    return problems_of(spec);
  };
  EXPECT_THAT(problems(4 * kKiB, 12, 0), IsEmpty());
  EXPECT_THAT(problems(2 * kMiB, 21, 0), IsEmpty());
  EXPECT_THAT(problems(2 * kMiB, 30, 21), IsEmpty());
  EXPECT_THAT(problems(8 * kKiB, 12, 0), SizeIs(1));
  EXPECT_THAT(problems(4 * kMiB, 21, 0), SizeIs(1));
  EXPECT_THAT(problems(2 * kMiB, 30, 12), SizeIs(1));
  EXPECT_THAT(problems(12 * kKiB, 21, 0), SizeIs(1)) << "not a power of two";
  EXPECT_EQ(problems(8 * kKiB, 12, 0)[0].path, "devices[0].ats.stu");
}

// On demand the host maps pages of 4 KiB, whatever the hint.
TEST(TranslationUnits, NeedPinnedMemory) {
  SystemSpec spec = small_system();
  spec.devices[0].memory.huge_pages = true;
  spec.devices[0].ats.stu = 8 * kKiB;
  ASSERT_THAT(problems_of(spec), SizeIs(1));
  spec.strategy = {"pin", PinSpec{}};
  EXPECT_THAT(problems_of(spec), IsEmpty());
}

// PCIe 10.5.1: the field of a virtual function is zero, and that of the physical function applies.
TEST(TranslationUnits, OfAVirtualFunctionAreThoseOfItsPhysicalFunction) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].memory.huge_pages = true;
  spec.devices.push_back(spec.devices[0]);
  spec.devices[1].name = "vf";
  spec.devices[1].virtual_function_of = "device";
  spec.traces.resize(2);
  ASSERT_THAT(problems_of(spec), IsEmpty());
  spec.devices[0].ats.stu = 2 * kMiB;
  ASSERT_THAT(problems_of(spec), SizeIs(1));
  EXPECT_EQ(problems_of(spec)[0].path, "devices[1].ats.stu");
}

}  // namespace
}  // namespace faultpath::models
