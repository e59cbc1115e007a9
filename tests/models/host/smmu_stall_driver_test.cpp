// The driver of the SMMUv3 event queue: each stall is a group, answered by RESUME with its STAG.
#include "models/host/smmu_stall_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host/driver_rig.hpp"

namespace faultpath::models {
namespace {

using sim::picoseconds;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

// Two entries; every access stalls, because nothing is mapped until a handler does so.
class SmmuStallDriverTest : public testing::Test {
 protected:
  static constexpr sim::Duration kMapping = sim::microseconds(5);

  SmmuStallDriverTest() { rig.strategy.cost = kMapping; }
  void access_at(sim::Time when, std::uint64_t page, std::uint32_t tag) {
    UntranslatedAccess access;
    access.tag = tag;
    access.page = IovaPage{page};
    access.counted = true;
    rig.at(when, [this, access] { rig.iommu.receive(access); });
  }
  void map_at(sim::Time when, std::uint64_t page) {
    rig.at(when, [this, page] { rig.space.map(IovaPage{page}); });
  }
  std::vector<std::uint32_t> answered() const {
    std::vector<std::uint32_t> tags;
    for (const auto& [at, completion] : rig.endpoints[0].completions) {
      tags.push_back(completion.tag);
    }
    return tags;
  }
  void expect_abort(ResponseCode code) {
    rig.strategy.code = code;
    access_at(at_ns(0), 7, 1);
    rig.run();
    ASSERT_THAT(rig.endpoints[0].completions, SizeIs(1));
    EXPECT_FALSE(rig.endpoints[0].completions[0].message.readable);
    EXPECT_THAT(rig.groups(), SizeIs(1));
    EXPECT_EQ(rig.iommu.live_stalls(), 0U);
  }

  DriverRig<SmmuEventQueue> rig{IommuKind::smmu_stall, 2};
};

// CONS.RD moves with each record; what did not fit waits in the SMMU and follows at once.
TEST_F(SmmuStallDriverTest, EachEntryIsFreeAsSoonAsItIsTaken) {
  rig.arrive_at(at_ns(0), 0, 3);
  const sim::Time begin{kToThread};
  for (int i = 0; i < 4; ++i) rig.sample_at(begin + i * kEach + picoseconds(1));
  rig.run();
  EXPECT_THAT(rig.occupied, ElementsAre(2, 2, 1, 0));
  EXPECT_THAT(rig.overflow, Each(false));
}

TEST_F(SmmuStallDriverTest, AnArrivalDuringTheRunIsTakenInIt) {
  rig.arrive_at(at_ns(0), page_request(1, 1));
  rig.arrive_at(sim::Time{kToThread} + sim::nanoseconds(100), page_request(2, 2));
  rig.run();
  EXPECT_EQ(rig.reported(1), sim::Time{kToThread} + 2 * kEach);
}

// Point 10: no records are lost or merged, whatever the size of the queue.
TEST_F(SmmuStallDriverTest, EveryStallIsReportedThoughTheQueueIsFull) {
  for (std::uint32_t tag = 0; tag < 5; ++tag) access_at(at_ns(0), 7, tag);
  map_at(at_ns(5000), 7);
  rig.run();
  EXPECT_THAT(rig.groups(), SizeIs(5));
  EXPECT_THAT(rig.groups(), Each(ElementsAre(7)));
  EXPECT_EQ(rig.iommu.stats().stalls, 5U);
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 0U);
  EXPECT_EQ(rig.iommu.stats().requests_dropped, 0U);
  EXPECT_THAT(answered(), SizeIs(5));
}

// RESUME with retry: the access goes on as if it had just arrived, and only then is it answered.
TEST_F(SmmuStallDriverTest, ResumeLetsTheAccessTryAgain) {
  access_at(at_ns(0), 7, 1);
  map_at(at_ns(1000), 7);
  rig.run();
  ASSERT_THAT(rig.endpoints[0].completions, SizeIs(1));
  const auto& [at, completion] = rig.endpoints[0].completions[0];
  EXPECT_TRUE(completion.readable);
  EXPECT_TRUE(completion.stalled);
  EXPECT_GT(at, rig.strategy.handled[0].begun + kMapping);
  EXPECT_EQ(rig.iommu.live_stalls(), 0U);
}

// Success does not carry a translation: nobody has mapped the page, so the access stalls once more.
TEST_F(SmmuStallDriverTest, AnAccessThatStillMissesStallsAgain) {
  access_at(at_ns(0), 7, 1);
  rig.at(at_ns(15'000), [this] { rig.space.map(IovaPage{7}); });  // after the first answer
  rig.run();
  EXPECT_EQ(rig.iommu.stats().stalls, 2U);
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(7), ElementsAre(7)));
  EXPECT_THAT(answered(), ElementsAre(1));
}

// Invalid and Failure become RESUME with abort: the access ends without permission.
TEST_F(SmmuStallDriverTest, AnInvalidAnswerAbortsTheAccess) { expect_abort(ResponseCode::invalid); }
TEST_F(SmmuStallDriverTest, AFailureAbortsTheAccess) { expect_abort(ResponseCode::failure); }

// Later accesses of the stream overtake a stalled one (IHI 0070 3.12.2).
TEST_F(SmmuStallDriverTest, OtherAccessesOvertakeAStalledOne) {
  rig.at(at_ns(0), [this] { rig.space.map(IovaPage{8}); });
  access_at(at_ns(0), 7, 1);
  access_at(at_ns(10), 8, 2);
  map_at(at_ns(1000), 7);
  rig.run();
  EXPECT_THAT(answered(), ElementsAre(2, 1));
}

}  // namespace
}  // namespace faultpath::models
