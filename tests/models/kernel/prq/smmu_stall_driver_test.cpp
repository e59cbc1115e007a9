// The driver of the SMMUv3 event queue: each stall is a group, answered by RESUME with its STAG.
#include "models/kernel/prq/smmu_stall_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/prq/driver_rig.hpp"

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
  void access_of(DeviceIndex device, sim::Time when, std::uint64_t page) {
    UntranslatedAccess access;
    access.device = device;
    access.page = IovaPage{page};
    access.counted = true;
    rig.at(when, [this, access] { rig.iommu.receive(access); });
  }
  void apply_at(sim::Time when, IommuAction action) {
    rig.at(when, [this, action] { rig.iommu.apply(action, DeviceIndex{0}); });
  }
  const std::vector<Endpoint::Received<AtsCompletion>>& completions(std::size_t device = 0) const {
    return rig.endpoints[device].completions;
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
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 5U);
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 0U);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).requests_dropped, 0U);
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
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 2U);
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(7), ElementsAre(7)));
  EXPECT_THAT(answered(), ElementsAre(1));
}

// Invalid and Failure become RESUME with abort: the access ends without permission.
TEST_F(SmmuStallDriverTest, AnInvalidAnswerAbortsTheAccess) { expect_abort(ResponseCode::invalid); }
TEST_F(SmmuStallDriverTest, AFailureAbortsTheAccess) { expect_abort(ResponseCode::failure); }

// IHI 0070, 4.7.2: all stalls of the stream end at once, those of others stay. What software says
// later of their tags has no effect, and what still comes is terminated and recorded.
TEST_F(SmmuStallDriverTest, StallTermEndsEveryStallOfItsStream) {
  for (std::uint32_t tag = 0; tag < 3; ++tag) access_at(at_ns(0), tag, tag);
  access_of(DeviceIndex{1}, at_ns(0), 9);
  apply_at(at_ns(1'000), IommuAction::remove_context);
  access_at(at_ns(50'000), 7, 3);
  map_at(at_ns(2'000), 9);
  rig.run();
  ASSERT_THAT(completions(), SizeIs(4));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(completions()[i].at, at_ns(1'000));
    EXPECT_FALSE(completions()[i].message.readable);
  }
  EXPECT_FALSE(completions()[3].message.stalled);
  ASSERT_THAT(completions(1), SizeIs(1));
  EXPECT_TRUE(completions(1)[0].message.readable);
  EXPECT_GT(completions(1)[0].at, rig.strategy.handled[0].begun);
  EXPECT_THAT(rig.groups(), SizeIs(4)) << "the three records and the other stream's";
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).faults_logged, 1U);
  EXPECT_EQ(rig.iommu.live_stalls(), 0U);
}

// CD.S = 0: the fault is terminated, its record is nobody's to answer.
TEST_F(SmmuStallDriverTest, AStreamThatMayNotStallIsTerminatedAndRecorded) {
  apply_at(at_ns(0), IommuAction::disable_page_requests);
  access_at(at_ns(1), 7, 1);
  rig.run();
  ASSERT_THAT(completions(), SizeIs(1));
  EXPECT_FALSE(completions()[0].message.readable);
  EXPECT_FALSE(completions()[0].message.stalled);
  EXPECT_THAT(rig.groups(), SizeIs(0));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).faults_logged, 1U);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 0U);
}

// IHI 0070, 7.4, with a queue of two: of five terminated two are recorded; a stall of another
// stream is not lost, and the driver acknowledges the overflow.
TEST_F(SmmuStallDriverTest, TerminatedRecordsAreLostInAFullQueueAndStallsAreNot) {
  apply_at(at_ns(0), IommuAction::disable_page_requests);
  for (std::uint32_t tag = 0; tag < 5; ++tag) access_at(at_ns(1), 7, tag);
  access_of(DeviceIndex{1}, at_ns(2), 9);
  map_at(at_ns(6'000), 9);
  rig.run();
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).faults_logged, 2U);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).records_lost, 3U);
  EXPECT_EQ(rig.iommu.stats().queue_overflows, 1U);
  EXPECT_FALSE(rig.queue.overflow());
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(9)));
  ASSERT_THAT(completions(1), SizeIs(1));
  EXPECT_TRUE(completions(1)[0].message.readable);
}

// Later accesses of the stream overtake a stalled one (IHI 0070 3.12.2).
TEST_F(SmmuStallDriverTest, OtherAccessesOvertakeAStalledOne) {
  rig.at(at_ns(0), [this] { rig.space.map(IovaPage{8}); });
  access_at(at_ns(0), 7, 1);
  access_at(at_ns(10), 8, 2);
  map_at(at_ns(1000), 7);
  rig.run();
  EXPECT_THAT(answered(), ElementsAre(2, 1));
}

// What a stalling SMMU may do besides.
class SmmuStallOptions : public testing::Test {
 protected:
  static IommuSpec with(void (*change)(SmmuStallSpec&)) {
    IommuSpec spec;
    spec.kind = IommuKind::smmu_stall;
    change(spec.kind.as<SmmuStallSpec>());
    return spec;
  }
  static void access_at(DriverRig<SmmuEventQueue>& rig, sim::Time when, std::uint64_t page) {
    UntranslatedAccess access;
    access.page = IovaPage{page};
    access.counted = true;
    rig.at(when, [&rig, access] { rig.iommu.receive(access); });
  }
};

// IHI 0070, 4.7.1: Ac = 0 and Ab = 0 is RAZ/WI, without an error to the client.
TEST_F(SmmuStallOptions, TerminatedAccessesMayEndWithoutAnError) {
  DriverRig<SmmuEventQueue> rig(
      with([](SmmuStallSpec& s) { s.terminate_as = TerminateAs::raz_wi; }));
  rig.strategy.code = ResponseCode::invalid;
  access_at(rig, at_ns(0), 7);
  access_at(rig, at_ns(100'000), 7);  // nothing has been cached
  rig.run();
  ASSERT_THAT(rig.endpoints[0].completions, SizeIs(2));
  EXPECT_TRUE(rig.endpoints[0].completions[0].message.readable);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 2U);
}

TEST_F(SmmuStallOptions, AnSmmuThatCannotStallTerminates) {
  DriverRig<SmmuEventQueue> rig(
      with([](SmmuStallSpec& s) { s.model = StallModel::terminate_only; }));
  access_at(rig, at_ns(0), 7);
  rig.run();
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 0U);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).faults_logged, 1U);
  EXPECT_FALSE(rig.endpoints[0].completions.at(0).message.readable);
}

// IHI 0070, 3.12.2.2: the page is there before software answers, and the SMMU finds it; retries
// that fail write no record; the one that there is gets its answer all the same.
TEST_F(SmmuStallOptions, AnEarlyRetryMaySucceedAndTheRecordIsAnsweredAllTheSame) {
  DriverRig<SmmuEventQueue> rig(
      with([](SmmuStallSpec& s) { s.early_retry = sim::microseconds(1); }));
  rig.strategy.cost = sim::microseconds(50);
  access_at(rig, at_ns(0), 7);
  rig.at(at_ns(5'000), [&rig] { rig.space.map(IovaPage{7}); });
  rig.run();
  ASSERT_THAT(rig.endpoints[0].completions, SizeIs(1));
  const auto& [at, completion] = rig.endpoints[0].completions[0];
  EXPECT_TRUE(completion.readable);
  EXPECT_GT(at, at_ns(5'000));
  EXPECT_LE(at, at_ns(5'000 + 2'000)) << "the next retry and its walk";
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 1U);
  EXPECT_THAT(rig.groups(), SizeIs(1));
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_answered, 1U);
  EXPECT_EQ(rig.iommu.live_stalls(), 0U);
}

// Software's answer may come while the SMMU tries: whatever it says ends the stall.
TEST_F(SmmuStallOptions, AnAnswerDuringAnEarlyRetryCounts) {
  DriverRig<SmmuEventQueue> rig(
      with([](SmmuStallSpec& s) { s.early_retry = sim::nanoseconds(1); }));
  rig.strategy.code = ResponseCode::invalid;
  access_at(rig, at_ns(0), 7);
  rig.run();
  ASSERT_THAT(rig.endpoints[0].completions, SizeIs(1));
  EXPECT_FALSE(rig.endpoints[0].completions[0].message.readable);
  EXPECT_EQ(rig.iommu.live_stalls(), 0U);
}

// IHI 0070, 3.12.2.1: one record for both, which both end by.
TEST_F(SmmuStallOptions, ADuplicateIsHeldWithoutARecordAndEndsByAnEarlyRetry) {
  DriverRig<SmmuEventQueue> rig(with([](SmmuStallSpec& s) {
    s.early_retry = sim::microseconds(1);
    s.suppress_duplicates = true;
  }));
  rig.strategy.cost = sim::microseconds(50);
  access_at(rig, at_ns(0), 7);
  access_at(rig, at_ns(10), 7);
  access_at(rig, at_ns(20), 8);
  rig.at(at_ns(5'000), [&rig] {
    rig.space.map(IovaPage{7});
    rig.space.map(IovaPage{8});
  });
  rig.run();
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(7), ElementsAre(8)));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls, 2U);
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls_suppressed, 1U);
  EXPECT_THAT(rig.endpoints[0].completions, SizeIs(3));
}

// Once the record is not pending any more, the next retry that fails writes one.
TEST_F(SmmuStallOptions, ADuplicateThatOutlivesTheRecordGetsOneOfItsOwn) {
  DriverRig<SmmuEventQueue> rig(with([](SmmuStallSpec& s) {
    s.early_retry = sim::microseconds(1);
    s.suppress_duplicates = true;
  }));
  rig.strategy.code = ResponseCode::invalid;
  access_at(rig, at_ns(0), 7);
  access_at(rig, at_ns(10), 7);
  rig.run();
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(7), ElementsAre(7)));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).stalls_suppressed, 1U);
  EXPECT_THAT(rig.endpoints[0].completions, SizeIs(2));
}

}  // namespace
}  // namespace faultpath::models
