// Devices: hits, misses, faults and groups, as the other end of the link sees them.
#include "models/device/function.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/models/device/device_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class DeviceTest : public DeviceFixture {};

TEST_F(DeviceTest, AsksOnceForAPageAndHitsThereafter) {
  make(device_spec(), {reads(3), reads(3), reads(3)});
  root->mapped = {3};
  run();
  EXPECT_THAT(translated(), ElementsAre(3));
  EXPECT_EQ(device->stats().atc_misses, 1U);
  EXPECT_EQ(device->stats().atc_hits, 2U);
  EXPECT_EQ(device->stats().dma_operations, 3U);
  EXPECT_EQ(device->stats().dma_bytes, 3 * kPageBytes);
  EXPECT_EQ(latencies.fault_latency.count(), 0U);
}

// Translation: up and down. The transfer follows, and its completion one latency each way later.
TEST_F(DeviceTest, AnOperationTakesItsTranslationItsTransferAndARoundTrip) {
  make(device_spec(), {reads(3), reads(3)});
  root->mapped = {3};
  run();
  const sim::Duration hit = kPage + 2 * kLatency;
  EXPECT_EQ(latencies.dma_latency.max(), 2 * kHop + hit);
  EXPECT_EQ(latencies.dma_latency.min(), hit);
  EXPECT_EQ(latencies.translation_latency.max(), 2 * kHop);
  EXPECT_EQ(finished, sim::Time{2 * kHop + 2 * hit});
}

TEST_F(DeviceTest, TransfersTakeTurnsInTheEngine) {
  make(device_spec(4), {reads(3), reads(3), reads(3), reads(3)});
  root->mapped = {3};
  run();
  EXPECT_EQ(finished, sim::Time{2 * kHop + 4 * kPage + 2 * kLatency});
}

TEST_F(DeviceTest, AMissingPageIsRequestedAndTranslatedAgainAfterTheAnswer) {
  make(device_spec(), {reads(3)});
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  ASSERT_THAT(root->requests, SizeIs(1));
  const PageRequest& request = root->requests[0].message;
  EXPECT_EQ(request.page, IovaPage{3});
  EXPECT_TRUE(request.read);
  EXPECT_FALSE(request.write);
  EXPECT_TRUE(request.last);
  EXPECT_EQ(request.pasid, std::nullopt);
  EXPECT_EQ(latencies.fault_latency.max(), 6 * kHop + root->service);
  EXPECT_EQ(device->page_requests().credits(), device->page_requests().allocation());
}

// A success carries no translation: what is still missing is requested anew.
TEST_F(DeviceTest, SuccessForAPageThatIsStillMissingLeadsToANewRequest) {
  make(device_spec(), {reads(3)});
  root->maps = false;
  rig.at(at_ns(4000), [this] { root->maps = true; });
  run();
  // The root works answers out at 3 hops + 1 us and then each 4 hops + 1 us: the third maps.
  const std::size_t rounds = 3;
  ASSERT_THAT(root->requests, SizeIs(rounds));
  EXPECT_THAT(translated(), SizeIs(rounds + 1));
  EXPECT_EQ(latencies.fault_latency.count(), 1U);
  EXPECT_EQ(latencies.fault_latency.max(),
            2 * kHop + static_cast<int>(rounds) * (4 * kHop + root->service));
}

TEST_F(DeviceTest, AnInvalidAnswerDropsTheOperation) {
  make(device_spec(), {reads(3), reads(4)});
  root->mapped = {4};
  root->code = ResponseCode::invalid;
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 4));  // no retry
  EXPECT_EQ(device->stats().dma_dropped, 1U);
  EXPECT_EQ(device->stats().dma_operations, 1U);
  EXPECT_EQ(device->stats().dma_bytes, kPageBytes);
  EXPECT_EQ(device->stats().faults_fatal, 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 1U);
  EXPECT_EQ(latencies.fault_latency.count(), 0U) << "it ends with a translation, which never came";
  for (const sim::Histogram& stage : metrics.stages) EXPECT_EQ(stage.count(), 0U);
  EXPECT_EQ(device->page_requests().outstanding_groups(), 0U);
}

TEST_F(DeviceTest, AnOperationTouchesEveryPageItOverlapsInOrder) {
  Operation operation = reads(3);
  operation.address.value += 4095;  // one byte of page 3, one of page 5
  operation.bytes = 4098;
  make(device_spec(), {operation});
  root->mapped = {3, 4, 5};
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 4, 5));
  EXPECT_EQ(device->stats().page_accesses, 3U);
}

TEST_F(DeviceTest, AGroupAsksForSeveralPagesWithOneLast) {
  make(device_spec(1, 2), {reads(3, 3)});
  run();
  ASSERT_THAT(root->requests, SizeIs(3));
  const auto request = [&](std::size_t i) { return root->requests[i].message; };
  EXPECT_EQ(request(0).page, IovaPage{3});
  EXPECT_EQ(request(1).page, IovaPage{4});
  EXPECT_EQ(request(0).index, request(1).index);
  EXPECT_FALSE(request(0).last);
  EXPECT_TRUE(request(1).last);
  EXPECT_EQ(request(2).page, IovaPage{5});  // the third page is a group of its own
  EXPECT_TRUE(request(2).last);
  EXPECT_EQ(device->stats().page_request_groups, 2U);
  EXPECT_EQ(device->stats().page_requests, 3U);
}

TEST_F(DeviceTest, AGroupHoldsOnlyThePagesThatAreMissing) {
  make(device_spec(1, 4), {reads(3, 4)});
  root->mapped = {3, 5};
  run();
  ASSERT_THAT(root->requests, SizeIs(2));
  EXPECT_EQ(root->requests[0].message.page, IovaPage{4});
  EXPECT_EQ(root->requests[1].message.page, IovaPage{6});
  EXPECT_THAT(translated(), ElementsAre(3, 4, 5, 6, 4, 6));  // only these two are asked again
}

TEST_F(DeviceTest, WithoutCreditsAGroupWaits) {
  DeviceSpec spec = device_spec(2);
  spec.pri.allocation = 1;
  make(spec, {reads(3), reads(4)});
  run();
  ASSERT_THAT(root->requests, SizeIs(2));
  // The second goes when the answer to the first has arrived, behind the first's retry.
  EXPECT_EQ(root->requests[1].at,
            root->requests[0].at + root->service + 2 * kHop + sim::picoseconds(7));
}

TEST_F(DeviceTest, OperationsThatMissTheSamePageShareOneTranslation) {
  make(device_spec(3), {reads(3), reads(3), reads(3)});
  run();
  EXPECT_THAT(translated(), ElementsAre(3, 3));
  EXPECT_THAT(root->requests, SizeIs(1));
  EXPECT_EQ(device->stats().atc_misses, 3U);
  EXPECT_EQ(latencies.fault_latency.count(), 1U);
  EXPECT_EQ(latencies.dma_latency.count(), 3U);
}

TEST_F(DeviceTest, AWriteMissesWhatIsGrantedForReadingOnly) {
  make(device_spec(), {reads(3), writes(3), writes(3)});
  root->mapped = {3};
  root->writable = false;
  run();
  ASSERT_THAT(root->translations, SizeIs(2));
  EXPECT_FALSE(root->translations[0].message.write);
  EXPECT_TRUE(root->translations[1].message.write);
}

TEST_F(DeviceTest, PasidsNumberTheContextsFromOne) {
  pasids = true;
  DeviceSpec spec = device_spec();
  spec.contexts = 2;
  make(spec, {reads(3), reads(3)});
  run();
  ASSERT_THAT(root->requests, SizeIs(2));  // translations of one PASID do not serve another
  EXPECT_EQ(root->requests[0].message.pasid, Pasid{1});
  EXPECT_EQ(root->requests[1].message.pasid, Pasid{2});
}

// PCIe 10.4.1.1: all requests of a group have one PASID, and an index is one group's at a time.
TEST_F(DeviceTest, AGroupNeverMixesPasids) {
  pasids = true;
  DeviceSpec spec = device_spec(2, 3);
  spec.contexts = 3;
  make(spec, {reads(3, 5), reads(3, 4), reads(4, 5), reads(7, 6), reads(8, 2), reads(9, 3)});
  run();
  std::map<std::uint16_t, Pasid> open;
  std::set<Pasid> seen;
  for (const auto& [at, request] : root->requests) {
    ASSERT_TRUE(request.pasid);
    seen.insert(*request.pasid);
    const auto [group, begun] = open.try_emplace(request.index.value, *request.pasid);
    EXPECT_EQ(group->second, *request.pasid);
    if (request.last) open.erase(group);
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(open.empty());
}

// PCIe 10.4.1: the execute and privileged bits come with a PASID only; devices set neither.
TEST_F(DeviceTest, RequestsAskNeitherToExecuteNorAsPrivileged) {
  make(device_spec(1, 2), {reads(3, 2), writes(5)});
  run();
  ASSERT_THAT(root->requests, SizeIs(3));
  for (const auto& [at, request] : root->requests) {
    EXPECT_FALSE(request.execute || request.privileged);
    EXPECT_NE(request.read, request.write);
  }
}

TEST_F(DeviceTest, TheRetryDelayStandsBetweenAnswerAndRetry) {
  DeviceSpec spec = device_spec();
  spec.pri.retry_delay = constant(nanoseconds(777));
  make(spec, {reads(3)});
  run();
  EXPECT_EQ(latencies.fault_latency.max(), 6 * kHop + root->service + nanoseconds(777));
  EXPECT_EQ(metrics.stages[static_cast<std::size_t>(FaultStage::back_off)].max(), nanoseconds(777));
}

TEST_F(DeviceTest, AccessIsReportedOnlyIfTheDeviceDoesSo) {
  make(device_spec(), {reads(3), reads(4), reads(3)});
  root->mapped = {3, 4};
  run();
  EXPECT_THAT(observer.uses, IsEmpty());
}

TEST_F(DeviceTest, ReportsEveryUseWhenItReportsAccess) {
  DeviceSpec spec = device_spec();
  spec.reports_access = true;
  make(spec, {reads(3), reads(4), reads(3)});
  root->mapped = {3, 4};
  run();
  EXPECT_THAT(observer.uses, ElementsAre(3, 4, 3));
}

TEST_F(DeviceTest, ATraceWithoutOperationsForItEndsAtOnce) {
  make(device_spec(), {});
  run();
  EXPECT_EQ(finished, at_ns(0));
  EXPECT_EQ(device->stats().dma_operations, 0U);
}

// PCIe 10.4.2.2: with PRG Response PASID Required an answer without it matches no group. It is
// dropped (Status.UPRGI), and the right one is still taken.
TEST_F(DeviceTest, AnAnswerThatMatchesNoGroupIsCountedAndDropped) {
  DeviceSpec spec = device_spec();
  spec.pri.response_pasid_required = true;
  pasids = true;
  make(spec, {reads(4)});
  root->service = nanoseconds(5'000);
  for (const GroupResponse& wrong :
       {GroupResponse{PrgIndex{0}, {}, ResponseCode::success},
        GroupResponse{PrgIndex{0}, Pasid{7}, ResponseCode::failure},
        GroupResponse{PrgIndex{300}, Pasid{1}, ResponseCode::success}}) {
    rig.at(at_ns(2'000), [this, wrong] { root->send(wrong); });
  }
  run();
  EXPECT_EQ(device->stats().unmatched_responses, 3U);
  EXPECT_FALSE(device->page_requests().failed());
  EXPECT_EQ(latencies.fault_latency.count(), 1U);
  EXPECT_GT(finished, at_ns(5'000));
  EXPECT_EQ(device->page_requests().credits(), device->page_requests().allocation());
}

}  // namespace
}  // namespace faultpath::models
