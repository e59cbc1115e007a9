// Requests for several translations at the IOMMU (PCIe 10.2.2; semantics 2.1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;

constexpr sim::Duration kLookup = nanoseconds(10);
constexpr sim::Duration kRead = nanoseconds(70);
constexpr int kConfig = 4;

class IommuTranslations : public testing::Test {
 protected:
  void make(const IommuSpec& spec = {}, std::uint64_t pages = 4 * kPagesPer1G,
            const BackingSpec& backing = {}) {
    rig = std::make_unique<HostRig>(RigSpec{.iommu = spec, .handling = {}});
    space = &rig->add_space(pages, backing);
  }
  void ask_at(sim::Time when, std::uint64_t page, std::uint8_t translations) {
    rig->at(when, [=, this] {
      AtsRequest request{.device = {0}, .tag = 7, .page = {page}, .pasid = {}};
      request.translations = translations;
      rig->iommu.receive(request);
    });
  }
  const Endpoint::Received<AtsCompletion>& answer(std::size_t i = 0) {
    return rig->endpoints[0].completions.at(i);
  }

  std::unique_ptr<HostRig> rig;
  IoPageTable* space = nullptr;
};

// One walker reads the way down once, then an entry for each; every translation is looked up.
TEST_F(IommuTranslations, ReadOneLeafEntryEachBehindTheFirst) {
  make();
  for (const std::uint64_t page : {3U, 4U, 5U, 6U}) space->map({page});
  ask_at(at_ns(0), 3, 4);
  rig->run();
  EXPECT_EQ(answer().message.tag, 7U);
  EXPECT_EQ(answer().message.translations, 4);
  EXPECT_TRUE(answer().message.readable);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 4U + 3U);
  EXPECT_EQ(answer().at, sim::Time{4 * kLookup + (kConfig + 7) * kRead});
}

TEST_F(IommuTranslations, ThatAreInTheIotlbTakeTheirLookups) {
  make();
  for (const std::uint64_t page : {3U, 4U, 5U, 6U}) space->map({page});
  ask_at(at_ns(0), 3, 4);
  ask_at(at_ns(5000), 4, 3);
  rig->run();
  EXPECT_EQ(answer(1).message.translations, 3);
  EXPECT_EQ(answer(1).at, at_ns(5000) + 3 * kLookup);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).iotlb_hits, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).iotlb_misses, 1U);
}

// All translations of a completion grant the same; the entry that says otherwise has been read.
TEST_F(IommuTranslations, EndWhereThePermissionChanges) {
  make();
  for (const std::uint64_t page : {3U, 4U}) space->map({page});
  ask_at(at_ns(0), 3, 8);
  ask_at(at_ns(5000), 5, 8);
  rig->run();
  EXPECT_EQ(answer(0).message.translations, 2);
  EXPECT_EQ(answer(1).message.translations, 8);
  EXPECT_FALSE(answer(1).message.readable);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 4U + 2U + 8U);
}

TEST_F(IommuTranslations, EndWithTheAddressSpace) {
  make({}, 10);
  for (const std::uint64_t page : {8U, 9U}) space->map({page});
  ask_at(at_ns(0), 8, 8);
  rig->run();
  EXPECT_EQ(answer().message.translations, 2);
}

// Pages of 2 MiB follow each other by 2 MiB, wherever in the first the request points.
TEST_F(IommuTranslations, HaveTheSizeOfTheirPages) {
  make({}, 3 * kPagesPer2M, {.huge_pages = true});
  space->map_everything();
  ask_at(at_ns(0), kPagesPer2M + 5, 8);
  rig->run();
  EXPECT_EQ(answer().message.order, 9);
  EXPECT_EQ(answer().message.translations, 2);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 3U + 1U);
}

TEST_F(IommuTranslations, OfAFunctionWithoutContextAreRefusedOnce) {
  make();
  space->map({3});
  rig->at(at_ns(0), [this] { rig->iommu.apply(IommuAction::remove_context, DeviceIndex{0}); });
  ask_at(at_ns(1), 3, 4);
  rig->run();
  EXPECT_TRUE(answer().message.refused);
  EXPECT_EQ(answer().message.translations, 1);
}

// A page that is unmapped during the walk is not among them.
TEST_F(IommuTranslations, AreThoseThatAreThereAtTheEndOfTheWalk) {
  make();
  for (const std::uint64_t page : {3U, 4U, 5U}) space->map({page});
  ask_at(at_ns(0), 3, 3);
  rig->at(at_ns(100), [this] { space->unmap({5}); });
  rig->run();
  EXPECT_EQ(answer().message.translations, 2);
}

TEST_F(IommuTranslations, NestedWalkForEach) {
  IommuSpec spec;
  spec.levels = {4, 4};
  make(spec);
  for (const std::uint64_t page : {3U, 4U}) space->map({page});
  ask_at(at_ns(0), 3, 2);
  rig->run();
  EXPECT_EQ(answer().message.translations, 2);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 24U + 5U);
}

}  // namespace
}  // namespace faultpath::models
