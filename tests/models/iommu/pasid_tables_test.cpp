// A table for each PASID of a function, and one table for several functions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/iommu/iommu.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

constexpr Pasid kFirst{1}, kSecond{2}, kThird{3};
constexpr sim::Duration kLookup = sim::nanoseconds(10);

// Device 0 with its own table and PASIDs 1 and 2, each with one of its own; device 1 with a table
// of its own, whose PASID 1 has the table of device 0's PASID 1.
class PasidTablesTest : public testing::Test {
 protected:
  void make(IommuSpec spec = {}) {
    rig = std::make_unique<HostRig>(RigSpec{.iommu = spec, .handling = {}});
    for (int device = 0; device < 2; ++device) rig->add_space(100);
    first = &table();
    second = &table();
    rig->iommu.attach(DeviceIndex{0}, kFirst, *first);
    rig->iommu.attach(DeviceIndex{0}, kSecond, *second);
    rig->iommu.attach(DeviceIndex{1}, kFirst, *first);
  }
  IoPageTable& table() {
    const auto tag = static_cast<std::uint32_t>(rig->spaces.size());
    return rig->spaces.emplace_back(rig->store, "process", tag, Runs(0, 100), BackingSpec{}).table;
  }
  void ask_at(sim::Time when, std::uint32_t device, std::optional<Pasid> pasid) {
    rig->at(when, [=, this] {
      rig->iommu.receive(AtsRequest{DeviceIndex{device}, 0, IovaPage{3}, pasid, false});
    });
  }
  template <class... Arguments>
  void flush_at(sim::Time when, Arguments... arguments) {
    rig->at(when, [=, this] { rig->simulation.start(flush(arguments...), "software"); });
  }
  sim::Process flush(IoPageTable* of) { co_await rig->iommu.invalidate(*of, {3}, 1); }
  sim::Process flush(Originator who) { co_await rig->iommu.invalidate_all(who); }
  std::vector<bool> granted(std::size_t device) const {
    std::vector<bool> all;
    for (const auto& seen : rig->endpoints[device].completions) {
      all.push_back(seen.message.readable);
    }
    return all;
  }
  // PASID, 0 for none, and pages of each invalidation that the device has got.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> invalidations(std::size_t device) const {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> all;
    for (const auto& seen : rig->endpoints[device].invalidations) {
      all.emplace_back(seen.message.pasid.value_or(Pasid{0}).value, seen.message.pages);
    }
    return all;
  }

  std::unique_ptr<HostRig> rig;
  IoPageTable *first = nullptr, *second = nullptr;
};

TEST_F(PasidTablesTest, TwoPasidsOfAFunctionAreTranslatedByTheirOwnTables) {
  make();
  second->map({3});
  ask_at(at_ns(0), 0, kFirst);
  ask_at(at_ns(5000), 0, kSecond);
  ask_at(at_ns(10'000), 0, std::nullopt);
  ask_at(at_ns(15'000), 0, kFirst);
  rig->run();
  EXPECT_THAT(granted(0), ElementsAre(false, true, false, false))
      << "what is cached of one table is no translation of another";
}

TEST_F(PasidTablesTest, AFunctionWithoutTablesForPasidsHasOneForAllRequests) {
  rig = std::make_unique<HostRig>();
  rig->add_space(100).map({3});
  ask_at(at_ns(0), 0, kFirst);
  ask_at(at_ns(5000), 0, kSecond);
  ask_at(at_ns(10'000), 0, std::nullopt);
  rig->run();
  EXPECT_THAT(granted(0), ElementsAre(true, true, true));
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{0}).iotlb_hits, 2U);
}

// The IOTLB knows the domain, not who has asked: only the configuration of device 1 is read.
TEST_F(PasidTablesTest, TwoFunctionsWithOneTableShareItsTranslationsInTheIotlb) {
  make();
  first->map({3});
  ask_at(at_ns(0), 0, kFirst);
  ask_at(at_ns(5000), 1, kFirst);
  ask_at(at_ns(10'000), 1, kFirst);
  rig->run();
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{1}).iotlb_hits, 2U);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{1}).walk_reads, 0U);
  EXPECT_EQ(rig->endpoints[1].completions.at(1).at, at_ns(10'000) + kLookup);
}

TEST_F(PasidTablesTest, AnInvalidationReachesEveryPasidThatIsAttachedToTheTable) {
  make();
  flush_at(at_ns(0), first);
  flush_at(at_ns(10'000), second);
  rig->run();
  EXPECT_THAT(invalidations(0), ElementsAre(Pair(1, 1), Pair(2, 1)));
  EXPECT_THAT(invalidations(1), ElementsAre(Pair(1, 1)));
}

// Nothing of it is translated by the function's own table then.
TEST_F(PasidTablesTest, AFunctionAllOfWhoseRequestsHavePasidsIsReachedForThemAlone) {
  rig = std::make_unique<HostRig>();
  first = &table();
  rig->add_endpoint(*first, {.uses_own_table = false});
  rig->iommu.attach(DeviceIndex{0}, kFirst, *first);
  flush_at(at_ns(0), first);
  rig->run();
  EXPECT_THAT(invalidations(0), ElementsAre(Pair(1, 1)));
}

TEST_F(PasidTablesTest, EverythingOfAFunctionAreTheTablesOfAllItsPasids) {
  make();
  flush_at(at_ns(0), Originator{DeviceIndex{0}});
  rig->run();
  EXPECT_THAT(invalidations(0), ElementsAre(Pair(0, 100), Pair(1, 100), Pair(2, 100)));
  EXPECT_THAT(invalidations(1), SizeIs(0)) << "though it shares the table of PASID 1";
}

// Its translations have been dropped when it stopped: the invalidation only orders.
TEST_F(PasidTablesTest, EverythingOfAPasidReachesItAlone) {
  make();
  flush_at(at_ns(0), Originator{DeviceIndex{0}, kFirst});
  rig->run();
  EXPECT_THAT(invalidations(0), ElementsAre(Pair(1, 0)));
  EXPECT_THAT(invalidations(1), SizeIs(0));
}

// VT-d 7.1.3, table 30: without a PASID entry a translation request succeeds without permission.
TEST_F(PasidTablesTest, APasidThatHasGoneIsGrantedNothingAndOthersStay) {
  make();
  for (IoPageTable* const of : {first, second}) of->map({3});
  rig->spaces[0].table.map({3});
  ask_at(at_ns(0), 0, kFirst);
  rig->at(at_ns(5000), [this] { rig->iommu.detach(DeviceIndex{0}, kFirst); });
  ask_at(at_ns(6000), 0, kFirst);
  ask_at(at_ns(10'000), 0, kSecond);
  ask_at(at_ns(15'000), 0, kThird);
  ask_at(at_ns(20'000), 0, std::nullopt);
  ask_at(at_ns(25'000), 1, kFirst);
  flush_at(at_ns(30'000), first);
  rig->run();
  EXPECT_THAT(granted(0), ElementsAre(true, false, true, false, true));
  EXPECT_FALSE(rig->endpoints[0].completions.at(1).message.refused);
  EXPECT_THAT(granted(1), ElementsAre(true));
  EXPECT_THAT(invalidations(0), SizeIs(0));
  EXPECT_THAT(invalidations(1), ElementsAre(Pair(1, 1)));
}

TEST_F(PasidTablesTest, APasidMayGetAnotherTableAfterItsOwnHasGone) {
  make();
  second->map({3});
  rig->at(at_ns(0), [this] {
    rig->iommu.detach(DeviceIndex{0}, kFirst);
    rig->iommu.attach(DeviceIndex{0}, kFirst, *second);
  });
  ask_at(at_ns(1000), 0, kFirst);
  rig->run();
  EXPECT_THAT(granted(0), ElementsAre(true));
}

// A walk that has begun by a table which goes meanwhile grants nothing of it.
TEST_F(PasidTablesTest, ATableThatGoesDuringAWalkGrantsNothing) {
  make();
  first->map({3});
  ask_at(at_ns(0), 0, kFirst);
  rig->at(at_ns(100), [this] { rig->iommu.detach(DeviceIndex{0}, kFirst); });
  rig->run();
  EXPECT_THAT(granted(0), ElementsAre(false));
}

// VT-d 7.1.3, table 30: Invalid Request, logged.
TEST_F(PasidTablesTest, APageRequestOfAPasidWithoutEntryIsInvalidUnderVtd) {
  make();
  PageRequest request = page_request(3, 1);
  request.pasid = kThird;
  rig->arrive_at(at_ns(0), request);
  rig->run();
  ASSERT_THAT(rig->endpoints[0].responses, SizeIs(1));
  EXPECT_EQ(rig->endpoints[0].responses[0].at, at_ns(0));
  EXPECT_EQ(rig->endpoints[0].responses[0].message.code, ResponseCode::invalid);
  EXPECT_EQ(rig->iommu.stats(DeviceIndex{0}).faults_logged, 1U);
}

// IHI 0070, 3.12: configuration errors never stall.
TEST_F(PasidTablesTest, AnAccessOfAPasidWithoutEntryIsTerminatedWhereOthersStall) {
  IommuSpec spec;
  spec.kind = IommuKind::smmu_stall;
  make(spec);
  UntranslatedAccess access;
  access.page = IovaPage{3};
  access.pasid = kThird;
  rig->at(at_ns(0), [=, this] { rig->iommu.receive(access); });
  rig->run();
  ASSERT_THAT(rig->endpoints[0].completions, SizeIs(1));
  EXPECT_TRUE(rig->endpoints[0].completions[0].message.terminated);
  EXPECT_FALSE(rig->endpoints[0].completions[0].message.stalled);
  EXPECT_EQ(rig->iommu.live_stalls(), 0U);
}

}  // namespace
}  // namespace faultpath::models
