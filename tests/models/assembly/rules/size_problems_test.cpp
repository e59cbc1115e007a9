// What is too much for one process.
#include "models/assembly/rules/size_problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/messages.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

std::vector<SpecProblem> found(const SystemSpec& spec) {
  return size_problems(spec, plan_of(spec));
}

// Doubling a queue adds as many entries as it had.
TEST(SizeProblems, CountEachEntryOfTheQueue) {
  SystemSpec small = small_system(), large = small_system();
  small.iommu.queue_entries = 1U << 20;
  large.iommu.queue_entries = 1U << 21;
  EXPECT_EQ(estimated_state(large) - estimated_state(small), sizeof(PageRequest) << 20);
}

// A cached translation is a key and an age of 8 bytes each.
TEST(SizeProblems, CountEachTranslationOfEachDevice) {
  SystemSpec few = small_system(), many = small_system();
  few.devices[0].count = many.devices[0].count = 10;
  few.devices[0].ats.entries = 1024;
  many.devices[0].ats.entries = 4096;
  EXPECT_EQ(estimated_state(many) - estimated_state(few), 10U * (4096 - 1024) * 16);
}

TEST(SizeProblems, AreNoneUpToTheBound) {
  SystemSpec spec = small_system();
  EXPECT_TRUE(found(spec).empty());
  spec.iommu.queue_entries = 1U << 31;
  ASSERT_GT(estimated_state(spec), kMostState);
  ASSERT_EQ(found(spec).size(), 1U);
  EXPECT_EQ(found(spec)[0].path, "iommu.queue_entries");
}

TEST(SizeProblems, AreMoreFunctionsOfAnInterfaceThanRequesterIdsHaveBits) {
  SystemSpec spec = small_system();
  spec.devices.push_back(spec.devices[0]);
  spec.traces.push_back({});
  spec.devices[1].name = "virtual";
  spec.devices[1].virtual_function_of = spec.devices[0].name;
  spec.devices[1].count = (1U << 16) - spec.devices[0].count;
  EXPECT_TRUE(found(spec).empty());
  ++spec.devices[1].count;
  ASSERT_EQ(found(spec).size(), 1U);
  EXPECT_EQ(found(spec)[0].path, "devices[1].count");
}

// 100 GiB are 26214400 pages; at 5 ms each they take 36 hours.
TEST(SizeProblems, AreSpacesThatTakeMoreThanADayToPin) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.devices[0].workload.footprint = 100ULL << 30;
  EXPECT_TRUE(found(spec).empty());
  spec.host.map_cost.pin = sim::milliseconds(5);
  ASSERT_EQ(found(spec).size(), 1U);
  EXPECT_EQ(found(spec)[0].path, "host.map_cost");
}

}  // namespace
}  // namespace faultpath::models
