// Translation requests: caches, walkers and what a completion says.
#include "models/iommu/translation_unit.hpp"

#include "tests/models/iommu/iommu_fixture.hpp"

namespace faultpath::models {
namespace {

using testing::SizeIs;

TEST_F(IommuTest, AFirstTranslationReadsConfigurationAndEveryLevel) {
  make();
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(1));
  EXPECT_EQ(endpoint().completions[0].at, sim::Time{walk(kConfigReads + 4)});
  EXPECT_TRUE(endpoint().completions[0].message.readable);
  EXPECT_TRUE(endpoint().completions[0].message.writable);
  EXPECT_EQ(endpoint().completions[0].message.tag, 3U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 4U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).config_reads, 4U);
}

TEST_F(IommuTest, ConfigurationIsReadOnceForEachDevice) {
  make();
  IoPageTable& other = rig->add_space(10);
  for (const std::uint64_t page : {3U, 4U}) {
    space->map({page});
    other.map({page});
  }
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 3, false, 1);
  ask_at(at_ns(9000), 4);
  ask_at(at_ns(9000), 4, false, 1);
  rig->run();
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{0}).config_reads, std::uint64_t{kConfigReads});
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{1}).config_reads, std::uint64_t{kConfigReads});
  EXPECT_EQ(endpoint(1).completions.at(0).at, at_ns(5000) + walk(kConfigReads + 4));
  EXPECT_EQ(endpoint(1).completions.at(1).at, at_ns(9000) + walk(1));
}

// An entry that is not present is not cached, and one that changes is invalidated.
TEST_F(IommuTest, ConfigurationIsReadAgainWhileItsContextIsGoneAndWhenItIsBack) {
  make();
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->at(at_ns(5000), [this] { rig->iommu.apply(IommuAction::remove_context, DeviceIndex{0}); });
  ask_at(at_ns(6000), 3);
  ask_at(at_ns(8000), 3);
  rig->at(at_ns(9000), [this] { rig->iommu.apply(IommuAction::restore_context, DeviceIndex{0}); });
  ask_at(at_ns(10'000), 3);
  ask_at(at_ns(12'000), 3);
  rig->run();
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).config_reads, std::uint64_t{4 * kConfigReads});
  EXPECT_TRUE(endpoint().completions.at(2).message.refused);
  EXPECT_EQ(endpoint().completions.at(3).at, at_ns(10'000) + walk(kConfigReads));  // IOTLB hit
  EXPECT_EQ(endpoint().completions.at(4).at, at_ns(12'000) + kIotlbLookup);
}

TEST_F(IommuTest, AnIotlbHitTakesTheLookupOnly) {
  make();
  space->map({3});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(2));
  EXPECT_EQ(endpoint().completions[1].at, at_ns(5000) + kIotlbLookup);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).iotlb_hits, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).iotlb_misses, 1U);
}

TEST_F(IommuTest, NoPermissionIsAnAnswerAndIsNeverCached) {
  make();
  ask_at(at_ns(0), 3);
  rig->at(at_ns(5000), [this] { space->map({3}); });
  ask_at(at_ns(5000), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(2));
  EXPECT_FALSE(endpoint().completions[0].message.readable);
  EXPECT_FALSE(endpoint().completions[0].message.writable);
  EXPECT_EQ(endpoint().completions[0].at, sim::Time{walk(kConfigReads + 1)});  // the root is empty
  EXPECT_TRUE(endpoint().completions[1].message.readable);
  EXPECT_EQ(endpoint().completions[1].at, at_ns(5000) + walk(4));
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).iotlb_hits, 0U);
}

TEST_F(IommuTest, AWriteToAPageThatIsGrantedForReadingWalksAgain) {
  make();
  space->tracks_use = true;
  space->map({3});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 3, true);
  ask_at(at_ns(9000), 3, true);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(3));
  EXPECT_FALSE(endpoint().completions[0].message.writable);
  EXPECT_TRUE(endpoint().completions[1].message.writable);
  EXPECT_EQ(endpoint().completions[1].at, at_ns(5000) + walk(1));  // behind the cached table
  EXPECT_EQ(endpoint().completions[2].at, at_ns(9000) + kIotlbLookup);
}

TEST_F(IommuTest, ANestedWalkReadsBothStages) {
  IommuSpec spec;
  spec.levels = {4, 4};
  make(spec);
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(0).at, sim::Time{walk(kConfigReads + 24)});
}

TEST_F(IommuTest, WalksWaitForAWalkerAndHitsDoNot) {
  IommuSpec spec;
  spec.walkers = 1;
  make(spec);
  for (const std::uint64_t page : {3U, 4U, 5U}) space->map({page});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 4);  // one read: 80 ns
  ask_at(at_ns(5000), 5);
  ask_at(at_ns(5000), 3);
  rig->run();
  const auto& seen = endpoint().completions;
  ASSERT_THAT(seen, SizeIs(4));
  EXPECT_EQ(seen[1].message.tag, 3U);
  EXPECT_EQ(seen[1].at, at_ns(5000) + kIotlbLookup);
  EXPECT_EQ(seen[2].message.tag, 4U);
  EXPECT_EQ(seen[2].at, at_ns(5000) + walk(1));
  EXPECT_EQ(seen[3].message.tag, 5U);
  EXPECT_EQ(seen[3].at, at_ns(5000) + walk(1) + (walk(1) - kIotlbLookup))
      << "it was looked up before, without a walker";
}

TEST_F(IommuTest, WalkersWorkAtTheSameTime) {
  IommuSpec spec;
  spec.walkers = 2;
  make(spec);
  for (const std::uint64_t page : {3U, 4U, 5U}) space->map({page});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 4);
  ask_at(at_ns(5000), 5);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(5000) + walk(1));
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(5000) + walk(1));
}

TEST_F(IommuTest, AHugePageIsReportedAndCachedAsOne) {
  rig = std::make_unique<HostRig>();
  space = &rig->add_space(2 * kPagesPer2M, {.huge_pages = true});
  space->map_everything();
  ask_at(at_ns(0), 7);
  ask_at(at_ns(5000), 500);
  ask_at(at_ns(9000), 600);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(0).message.order, 9);
  EXPECT_EQ(endpoint().completions.at(0).at, sim::Time{walk(kConfigReads + 3)});
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(5000) + kIotlbLookup);
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(9000) + walk(1));
}

}  // namespace
}  // namespace faultpath::models
