// The same storm into each kind of IOMMU: what is lost, what is answered, and what depth is enough.
#include <gtest/gtest.h>

#include "models/assembly/iommu_kinds.hpp"
#include "tests/models/forked_run.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kDevices = 15;
constexpr std::uint32_t kAllocation = 8;

SystemSpec storm(IommuKind kind, std::uint32_t queue_entries) {
  SystemSpec spec = small_system();
  spec.strategy = {"sva", SvaSpec{}};  // with PASIDs: AMD serves no others
  spec.iommu.kind = kind;
  spec.iommu.queue_entries = queue_entries;
  DeviceSpec& device = spec.devices[0];
  device.count = kDevices;
  device.pri.allocation = kAllocation;
  device.pri.group = 2;
  device.workload.kind = UniformSpec{};
  device.workload.queue_depth = 16;
  device.workload.operation = 2 * kPageBytes;
  device.workload.footprint = 1000 * kPageBytes;
  spec.run.stop.operations = 3000;
  return spec;
}

class EveryKind : public ::testing::TestWithParam<IommuKind> {};

TEST_P(EveryKind, EndsEveryRequestOfAStorm) {
  const Seen seen = run(storm(GetParam(), 16));
  ASSERT_TRUE(seen.completed);
  const Counters& c = seen.counters;
  EXPECT_EQ(c.page_requests,
            c.requests_answered + c.auto_responses + c.requests_dropped + c.requests_discarded);
  EXPECT_EQ(c.dma_dropped, 0U);
  EXPECT_EQ(seen.distribution("dma_latency_ns").count, 3000U);
  if (info_of(GetParam()).stalls) {
    EXPECT_EQ(c.page_requests, c.requests_answered) << "a stall is never lost";
  } else {
    EXPECT_GT(c.queue_overflows, 0U);
  }
}

TEST_P(EveryKind, DoesNotOverflowWhenUsableEntriesAreTwiceTheSumOfTheAllocations) {
  static_assert(2 * kDevices * kAllocation <= 256 - 1);
  EXPECT_EQ(run(storm(GetParam(), 256)).counters.queue_overflows, 0U);
}

// Freed one by one, the sum itself is enough; VT-d frees at the end of a batch and is left out.
TEST_P(EveryKind, DoesNotOverflowAtTheSumWhenEntriesAreFreedOneByOne) {
  static_assert(kDevices * kAllocation <= 128 - 1);
  const Seen seen = run(storm(GetParam(), 128));
  ASSERT_TRUE(seen.completed);
  if (GetParam() != IommuKind::vtd) {
    EXPECT_EQ(seen.counters.queue_overflows, 0U);
  }
}

TEST_P(EveryKind, GivesTheSameResultWithoutTemporalDecoupling) {
  SystemSpec spec = storm(GetParam(), 32);
  const Seen ahead = run(spec);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(ahead, run(spec)), "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind,
                         ::testing::Values(IommuKind::vtd, IommuKind::smmu_pri,
                                           IommuKind::smmu_stall, IommuKind::amd, IommuKind::riscv),
                         [](const auto& kind) { return std::string(info_of(kind.param).name); });

// What is left of them is discarded when the devices are removed; VT-d discards at each overflow.
TEST(AmdLog, KeepsPartialGroupsOverAnOverflow) {
  const Counters amd = run(storm(IommuKind::amd, 16)).counters;
  const Counters vtd = run(storm(IommuKind::vtd, 16)).counters;
  EXPECT_LE(amd.partial_groups_discarded, kDevices * kAllocation);
  EXPECT_GT(vtd.partial_groups_discarded, amd.partial_groups_discarded);
  EXPECT_GT(amd.faults_spurious, vtd.faults_spurious) << "stale requests are glued to later groups";
}

// The timer holds back devices that come again from an automatic answer.
TEST(AmdLog, ItsResponseTimerDampsAStorm) {
  SystemSpec spec = storm(IommuKind::amd, 16);
  const Counters without = run(spec).counters;
  spec.iommu.kind.as<AmdSpec>().response_delay = sim::nanoseconds(255 * 50);
  const Seen with = run(spec);
  EXPECT_LT(with.counters.auto_responses, without.auto_responses);
  spec.run.temporal_decoupling = false;
  EXPECT_EQ(difference(with, run(spec)), "");
}

}  // namespace
}  // namespace faultpath::models
