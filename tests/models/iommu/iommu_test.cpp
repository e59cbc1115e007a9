// The IOMMU: translation with its caches and walkers, automatic answers, invalidation.
#include "models/iommu/iommu.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::IsEmpty;
using testing::SizeIs;

constexpr sim::Duration kLookup = nanoseconds(10);
constexpr sim::Duration kRead = nanoseconds(70);
constexpr int kConfig = 4;  // root, context, PASID directory and table entry

class IommuTest : public testing::Test {
 protected:
  void make(IommuSpec spec = {}) {
    rig = std::make_unique<HostRig>(RigSpec{.iommu = spec});
    space = &rig->add_space(4 * kPagesPer1G);
  }
  void ask_at(sim::Time when, std::uint64_t page, bool write = false, std::uint32_t device = 0) {
    rig->at(when, [=, this] {
      rig->iommu.receive(AtsRequest{DeviceIndex{device}, static_cast<std::uint32_t>(page),
                                    IovaPage{page}, std::nullopt, write});
    });
  }
  Endpoint& endpoint(std::size_t index = 0) { return rig->endpoints[index]; }
  // Walks of four levels: with the first request of a device, its configuration is read too.
  static sim::Duration walk(int reads) { return kLookup + reads * kRead; }

  std::unique_ptr<HostRig> rig;
  AddressSpace* space = nullptr;
};

TEST_F(IommuTest, AFirstTranslationReadsConfigurationAndEveryLevel) {
  make();
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(1));
  EXPECT_EQ(endpoint().completions[0].at, sim::Time{walk(kConfig + 4)});
  EXPECT_TRUE(endpoint().completions[0].message.readable);
  EXPECT_TRUE(endpoint().completions[0].message.writable);
  EXPECT_EQ(endpoint().completions[0].message.tag, 3U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).walk_reads, 4U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).config_reads, 4U);
}

TEST_F(IommuTest, ConfigurationIsReadOnceForEachDevice) {
  make();
  AddressSpace& other = rig->add_space(10);
  for (const std::uint64_t page : {3U, 4U}) {
    space->map({page});
    other.map({page});
  }
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 3, false, 1);
  ask_at(at_ns(9000), 4);
  ask_at(at_ns(9000), 4, false, 1);
  rig->run();
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{0}).config_reads, std::uint64_t{kConfig});
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{1}).config_reads, std::uint64_t{kConfig});
  EXPECT_EQ(endpoint(1).completions.at(0).at, at_ns(5000) + walk(kConfig + 4));
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
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).config_reads, std::uint64_t{4 * kConfig});
  EXPECT_TRUE(endpoint().completions.at(2).message.refused);
  EXPECT_EQ(endpoint().completions.at(3).at, at_ns(10'000) + walk(kConfig));  // IOTLB hit
  EXPECT_EQ(endpoint().completions.at(4).at, at_ns(12'000) + kLookup);
}

TEST_F(IommuTest, AnIotlbHitTakesTheLookupOnly) {
  make();
  space->map({3});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(5000), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(2));
  EXPECT_EQ(endpoint().completions[1].at, at_ns(5000) + kLookup);
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
  EXPECT_EQ(endpoint().completions[0].at, sim::Time{walk(kConfig + 1)});  // the root is empty
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
  EXPECT_EQ(endpoint().completions[2].at, at_ns(9000) + kLookup);
}

TEST_F(IommuTest, ANestedWalkReadsBothStages) {
  IommuSpec spec;
  spec.levels = {4, 4};
  make(spec);
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(0).at, sim::Time{walk(kConfig + 24)});
}

// VT-d 6.5.3.1, table 27: with two stages the implicit invalidation is as wide as the domain.
TEST_F(IommuTest, AQueuedPageRequestInvalidatesItsWholeDomainWhenNested) {
  IommuSpec spec;
  spec.levels = {4, 4};
  make(spec);
  for (const std::uint64_t page : {3U, 2000U}) space->map({page});
  AddressSpace& other = rig->add_space(10);
  other.map({3});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(10'000), 3, false, 1);
  rig->arrive_at(at_ns(20'000), page_request(2000, 0));
  ask_at(at_ns(90'000), 3);
  ask_at(at_ns(95'000), 3, false, 1);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(90'000) + walk(24));
  EXPECT_EQ(endpoint(1).completions.at(1).at, at_ns(95'000) + kLookup);
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
  EXPECT_EQ(seen[1].at, at_ns(5000) + kLookup);
  EXPECT_EQ(seen[2].message.tag, 4U);
  EXPECT_EQ(seen[2].at, at_ns(5000) + walk(1));
  EXPECT_EQ(seen[3].message.tag, 5U);
  EXPECT_EQ(seen[3].at, at_ns(5000) + walk(1) + (walk(1) - kLookup))
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
  EXPECT_EQ(endpoint().completions.at(0).message.page_bits, 21);
  EXPECT_EQ(endpoint().completions.at(0).at, sim::Time{walk(kConfig + 3)});
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(5000) + kLookup);
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(9000) + walk(1));
}

// VT-d 6.5.3.1: the requested address is invalidated before the queue write.
TEST_F(IommuTest, AQueuedPageRequestInvalidatesItsAddress) {
  make();
  space->map({3});
  space->map({4});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(3000), 4);
  rig->arrive_at(at_ns(5000), page_request(3, 0));
  ask_at(at_ns(90'000), 4);
  ask_at(at_ns(95'000), 3);
  rig->run();
  ASSERT_THAT(endpoint().completions, SizeIs(4));
  EXPECT_EQ(endpoint().completions[2].at, at_ns(90'000) + kLookup);
  EXPECT_EQ(endpoint().completions[3].at, at_ns(95'000) + walk(4));  // its tables are gone as well
}

TEST_F(IommuTest, ALostRequestIsAnsweredAtOnceAndInvalidatesNothing) {
  IommuSpec spec;
  spec.queue_entries = 2;
  make(spec);
  space->map({3});
  ask_at(at_ns(0), 3);
  rig->arrive_at(at_ns(5000), page_request(9, 1));
  rig->arrive_at(at_ns(5001), page_request(3, 2));
  rig->arrive_at(at_ns(5002), page_request(3, 3, false));
  ask_at(at_ns(5003), 3);
  rig->run();
  ASSERT_FALSE(endpoint().responses.empty());
  EXPECT_EQ(endpoint().responses[0].at, at_ns(5001));
  EXPECT_EQ(endpoint().responses[0].message.index, PrgIndex{2});
  EXPECT_EQ(endpoint().responses[0].message.code, ResponseCode::success);
  EXPECT_THAT(endpoint().responses, SizeIs(2));  // and later that of the queued one
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(5003) + kLookup);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).auto_responses, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{}).requests_dropped, 1U);
  EXPECT_EQ(rig->iommu.stats().queue_overflows, 1U);
}

TEST_F(IommuTest, TheTimeOfAnOverflowLastsFromTheLossToTheClearing) {
  IommuSpec spec;
  spec.queue_entries = 2;
  make(spec);
  rig->arrive_at(at_ns(0), page_request(9, 1));
  rig->arrive_at(at_ns(500), page_request(3, 2));
  rig->run();
  // Interrupt 1 us, thread 2 us, one request 200 ns: cleared at 3200 ns.
  EXPECT_EQ(rig->iommu.stats().overflow_recovery.count(), 1U);
  EXPECT_EQ(rig->iommu.stats().overflow_recovery.max(), nanoseconds(3200 - 500));
}

class IommuInvalidationTest : public IommuTest {
 protected:
  sim::Process invalidate(AddressSpace& of, std::uint64_t page) {
    co_await rig->iommu.invalidate(of, {page}, 1);
  }
  sim::Process invalidate(std::uint64_t first, std::uint64_t pages) {
    co_await rig->iommu.invalidate(*space, {first}, pages);
    ended.push_back(rig->simulation.now());
  }
  void invalidate_at(sim::Time when, std::uint64_t first, std::uint64_t pages = 1) {
    rig->at(when, [=, this] { rig->simulation.start(invalidate(first, pages), "invalidation"); });
  }
  static constexpr sim::Duration kIotlb = nanoseconds(709);
  std::vector<sim::Time> ended;
};

// PCIe 10.5.1: an invalidation is about no less than a unit of the device. 16 KiB: pages 0 to 3
// and 4 to 7.
TEST_F(IommuInvalidationTest, OfADeviceCoversWholeTranslationUnits) {
  make();
  Endpoint& coarse = rig->add_endpoint(*space, {.unit_bits = 14});
  invalidate_at(at_ns(0), 3, 2);
  invalidate_at(at_ns(5000), 4, 4);
  rig->run();
  const auto range = [](const Endpoint& endpoint, std::size_t i) {
    const DeviceInvalidation& message = endpoint.invalidations.at(i).message;
    return std::pair{message.first.value, message.pages};
  };
  EXPECT_EQ(range(coarse, 0), (std::pair<std::uint64_t, std::uint64_t>{0, 8}));
  EXPECT_EQ(range(coarse, 1), (std::pair<std::uint64_t, std::uint64_t>{4, 4}));
  EXPECT_EQ(range(endpoint(0), 0), (std::pair<std::uint64_t, std::uint64_t>{3, 2}));
}

TEST_F(IommuInvalidationTest, ReachesEveryDeviceOfTheSpaceAndEndsWithTheLast) {
  make();
  rig->add_endpoint(*space).invalidation = nanoseconds(300);
  endpoint(0).invalidation = nanoseconds(100);
  rig->add_space(10);
  invalidate_at(at_ns(0), 3, 2);
  rig->run();
  for (const std::size_t device : {0U, 1U}) {
    ASSERT_THAT(endpoint(device).invalidations, SizeIs(1));
    EXPECT_EQ(endpoint(device).invalidations[0].at, sim::Time{kIotlb});  // the IOTLB comes first
    EXPECT_EQ(endpoint(device).invalidations[0].message.first, IovaPage{3});
    EXPECT_EQ(endpoint(device).invalidations[0].message.pages, 2U);
  }
  EXPECT_THAT(endpoint(2).invalidations, IsEmpty());
  EXPECT_THAT(ended, testing::ElementsAre(sim::Time{kIotlb + nanoseconds(300)}));
  EXPECT_EQ(rig->iommu.stats().iotlb_invalidations, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{0}).atc_invalidations, 1U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{1}).atc_invalidations, 1U);
}

TEST_F(IommuInvalidationTest, TheIotlbForgetsTheRange) {
  make();
  for (const std::uint64_t page : {3U, 4U}) space->map({page});
  ask_at(at_ns(0), 3);
  ask_at(at_ns(2000), 4);
  invalidate_at(at_ns(5000), 3);
  ask_at(at_ns(9000), 4);
  ask_at(at_ns(9500), 3);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(9000) + kLookup);
  EXPECT_EQ(endpoint().completions.at(3).at, at_ns(9500) + walk(1));  // tables stay: a leaf changed
}

// VT-d 6.5.2.6: a device accepts 32 invalidations; more wait for a tag.
TEST_F(IommuInvalidationTest, ADeviceHasAtMost32Outstanding) {
  make();
  endpoint().invalidation = nanoseconds(50'000);
  for (std::uint64_t page = 0; page < 33; ++page) invalidate_at(at_ns(0), page);
  rig->run();
  const auto& seen = endpoint().invalidations;
  ASSERT_THAT(seen, SizeIs(33));
  EXPECT_EQ(seen[31].at, sim::Time{32 * kIotlb}) << "one IOTLB invalidation after the other";
  EXPECT_EQ(seen[32].at, sim::Time{kIotlb + nanoseconds(50'000)});
  std::vector<bool> taken(32);
  for (std::size_t i = 0; i < 32; ++i) {
    ASSERT_LT(seen[i].message.itag, 32U);
    EXPECT_FALSE(taken[seen[i].message.itag]);
    taken[seen[i].message.itag] = true;
  }
  EXPECT_THAT(ended, SizeIs(33));
}

// PCIe 10.5.1: a function whose invalidate queue is four deep has four outstanding, and the fifth
// waits for the first answer; others have their own.
TEST_F(IommuInvalidationTest, AFunctionHasAsManyOutstandingAsItsQueueIsDeep) {
  make();
  Endpoint& shallow = rig->add_endpoint(*space, {.invalidations = 4});
  shallow.invalidation = nanoseconds(50'000);
  for (std::uint64_t page = 0; page < 5; ++page) invalidate_at(at_ns(0), page);
  rig->run();
  ASSERT_THAT(shallow.invalidations, SizeIs(5));
  EXPECT_EQ(shallow.invalidations[3].at, sim::Time{4 * kIotlb});
  EXPECT_EQ(shallow.invalidations[4].at, sim::Time{kIotlb + nanoseconds(50'000)});
  EXPECT_EQ(endpoint().invalidations.at(4).at, sim::Time{5 * kIotlb});
}

// A guest page has no device address: all that the domain and its devices hold goes.
TEST_F(IommuInvalidationTest, OfASecondStageReachesTheWholeDomain) {
  IommuSpec spec;
  spec.levels = {4, 4};
  spec.second_stage.backing = SecondStageBacking::on_demand;
  make(spec);
  AddressSpace& guest = *space->guest->on_demand();
  for (const std::uint64_t page : {3U, 4U}) {
    space->map({page});
    guest.map(GuestMemory::input_of(space->guest->data({page})));
  }
  for (unsigned level = 0; level < 4; ++level) {
    guest.map(GuestMemory::input_of(space->guest->table({3}, level)));
  }
  ask_at(at_ns(0), 3);
  ask_at(at_ns(20'000), 3);
  rig->at(at_ns(30'000),
          [this, &guest] { rig->simulation.start(invalidate(guest, 4), "invalidation"); });
  ask_at(at_ns(50'000), 3);
  rig->run();
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(20'000) + kLookup);
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(50'000) + walk(24));
  ASSERT_THAT(endpoint().invalidations, SizeIs(1));
  EXPECT_EQ(endpoint().invalidations[0].message.first, space->first());
  EXPECT_EQ(endpoint().invalidations[0].message.pages, space->pages());
}

TEST_F(IommuInvalidationTest, ASpaceWithoutDevicesIsDoneWithTheIotlb) {
  rig = std::make_unique<HostRig>();
  AddressSpace& lonely =
      rig->spaces.emplace_back(rig->store, "lonely", 0U, IovaPage{0}, 10, BackingSpec{});
  space = &lonely;
  invalidate_at(at_ns(0), 3);
  rig->run();
  EXPECT_THAT(ended, testing::ElementsAre(sim::Time{kIotlb}));
}

}  // namespace
}  // namespace faultpath::models
