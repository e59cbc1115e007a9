// Invalidations from the IOTLB to the last device.
#include "models/iommu/iommu.hpp"

#include "tests/models/iommu/iommu_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::IsEmpty;
using testing::SizeIs;

class IommuInvalidationTest : public IommuTest {
 protected:
  sim::Process invalidate(IoPageTable& of, std::uint64_t page) {
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
  Endpoint& coarse = rig->add_endpoint(*space, {.unit_order = 2});
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
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(9000) + kIotlbLookup);
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
  IoPageTable& guest = *space->guest->on_demand();
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
  EXPECT_EQ(endpoint().completions.at(1).at, at_ns(20'000) + kIotlbLookup);
  EXPECT_EQ(endpoint().completions.at(2).at, at_ns(50'000) + walk(24));
  ASSERT_THAT(endpoint().invalidations, SizeIs(1));
  EXPECT_EQ(endpoint().invalidations[0].message.first, space->first());
  EXPECT_EQ(endpoint().invalidations[0].message.pages, space->pages());
}

TEST_F(IommuInvalidationTest, ASpaceWithoutDevicesIsDoneWithTheIotlb) {
  rig = std::make_unique<HostRig>();
  IoPageTable& lonely =
      rig->spaces.emplace_back(rig->store, "lonely", 0U, Runs(0, 10), BackingSpec{}).table;
  space = &lonely;
  invalidate_at(at_ns(0), 3);
  rig->run();
  EXPECT_THAT(ended, testing::ElementsAre(sim::Time{kIotlb}));
}

// Linux: VT-d's and AMD's drivers ask for the PASID of each request that has one, RESUME has a tag;
// the others go by Status.PRG Response PASID Required.
struct NeedsPasid {
  IommuKind kind;
  bool if_not_required;
  bool if_required;  ///< by the device (PRG Response PASID Required)
};
class ResponsePasids : public IommuTest, public testing::WithParamInterface<NeedsPasid> {};

TEST_P(ResponsePasids, AreNeededByKindAndDevice) {
  IommuSpec spec;
  spec.kind = GetParam().kind;
  make(spec);
  const auto needed_by = [&](std::uint32_t device) {
    PageRequest request;
    request.device = DeviceIndex{device};
    EXPECT_FALSE(rig->iommu.response_needs_pasid(request)) << "it has none";
    request.pasid = Pasid{7};
    return rig->iommu.response_needs_pasid(request);
  };
  rig->add_endpoint(*space, {.response_pasid_required = false});
  rig->add_endpoint(*space, {.response_pasid_required = true});
  EXPECT_EQ(needed_by(1), GetParam().if_not_required);
  EXPECT_EQ(needed_by(2), GetParam().if_required);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ResponsePasids,
                         testing::Values(NeedsPasid{IommuKind::vtd, true, true},
                                         NeedsPasid{IommuKind::amd, true, true},
                                         NeedsPasid{IommuKind::smmu_stall, false, false},
                                         NeedsPasid{IommuKind::smmu_pri, false, true},
                                         NeedsPasid{IommuKind::riscv, false, true}));

}  // namespace
}  // namespace faultpath::models
