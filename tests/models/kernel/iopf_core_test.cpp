// The I/O page fault core: partial groups, work items, answers and discards.
#include "models/kernel/iopf_core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr sim::Duration kWakeUp = nanoseconds(1000);
constexpr sim::Duration kAnswered = nanoseconds(150);

class IopfCoreTest : public testing::Test {
 protected:
  void make(RigSpec spec = {}) {
    rig = std::make_unique<HostRig>(std::move(spec));
    strategy = std::make_unique<RecordingStrategy>(rig->context());
    rig->serve_with(*strategy);
    for (int i = 0; i < 2; ++i) rig->add_space(1000);
  }
  IopfCore& core() { return rig->core; }
  void report(const PageRequest& request) {
    rig->at(at_ns(0), [this, request] { EXPECT_TRUE(core().report(request)); });
  }
  std::vector<std::uint64_t> pages_of(std::size_t group) {
    return strategy->handled.at(group).pages;
  }

  std::unique_ptr<HostRig> rig;
  std::unique_ptr<RecordingStrategy> strategy;
};

PageRequest from(std::uint32_t device, PageRequest request) {
  request.device = DeviceIndex{device};
  return request;
}

TEST_F(IopfCoreTest, ARequestThatIsNotTheLastWaitsForIt) {
  make();
  report(page_request(10, 1, false));
  rig->run();
  EXPECT_THAT(strategy->handled, IsEmpty());
  EXPECT_EQ(core().partial_requests(), 1U);
  EXPECT_THAT(rig->endpoints[0].responses, IsEmpty());
}

TEST_F(IopfCoreTest, TheLastTakesItsPartialsInOrder) {
  make();
  for (const std::uint64_t page : {12U, 10U, 11U}) report(page_request(page, 1, false));
  report(page_request(9, 1));
  rig->run();
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_THAT(pages_of(0), ElementsAre(12, 10, 11, 9));
  EXPECT_EQ(core().partial_requests(), 0U);
}

TEST_F(IopfCoreTest, GroupsAreTakenApartByTheirIndex) {
  make();
  report(page_request(10, 1, false));
  report(page_request(20, 2, false));
  report(page_request(11, 1, false));
  report(page_request(21, 2));
  rig->run();
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_THAT(pages_of(0), ElementsAre(20, 21));
  EXPECT_EQ(core().partial_requests(), 2U);
}

// Linux compares no PASIDs here.
TEST_F(IopfCoreTest, PartialsAreMatchedByTheIndexWhateverTheirPasid) {
  make();
  PageRequest first = page_request(10, 1, false);
  first.pasid = Pasid{1};
  PageRequest last = page_request(11, 1);
  last.pasid = Pasid{2};
  report(first);
  report(last);
  rig->run();
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_THAT(pages_of(0), ElementsAre(10, 11));
  EXPECT_EQ(rig->endpoints[0].responses.at(0).message.pasid, Pasid{2});
}

TEST_F(IopfCoreTest, DevicesDoNotMix) {
  make();
  report(from(0, page_request(10, 1, false)));
  report(from(1, page_request(20, 1)));
  rig->run();
  ASSERT_THAT(strategy->handled, SizeIs(1));
  EXPECT_EQ(strategy->handled[0].device, 1U);
  EXPECT_THAT(pages_of(0), ElementsAre(20));
  EXPECT_THAT(rig->endpoints[0].responses, IsEmpty());
  EXPECT_THAT(rig->endpoints[1].responses, SizeIs(1));
}

TEST_F(IopfCoreTest, AGroupGetsOneAnswerForAllItsRequests) {
  make();
  strategy->code = ResponseCode::invalid;
  report(page_request(10, 5, false));
  report(page_request(11, 5));
  rig->run();
  ASSERT_THAT(rig->endpoints[0].responses, SizeIs(1));
  EXPECT_EQ(rig->endpoints[0].responses[0].message.index, PrgIndex{5});
  EXPECT_EQ(rig->endpoints[0].responses[0].message.code, ResponseCode::invalid);
  EXPECT_EQ(core().stats(DeviceIndex{}).requests_answered, 2U);
  EXPECT_EQ(core().stats(DeviceIndex{}).responses_invalid, 1U);
  EXPECT_EQ(core().stats(DeviceIndex{}).responses_success, 0U);
}

TEST_F(IopfCoreTest, TheAnswerTakesWakeUpHandlingAndSubmission) {
  make();
  strategy->cost = nanoseconds(500);
  report(page_request(10, 1));
  rig->run();
  EXPECT_EQ(strategy->handled.at(0).begun, sim::Time{kWakeUp});
  EXPECT_EQ(rig->endpoints[0].responses.at(0).at,
            sim::Time{kWakeUp + nanoseconds(500) + kAnswered});
}

// Two cores: the third group starts when the first core is free again.
TEST_F(IopfCoreTest, GroupsRunConcurrentlyOnTheCores) {
  RigSpec spec;
  spec.host.cores = 2;
  make(spec);
  strategy->cost = nanoseconds(500);
  const sim::Duration group = kWakeUp + nanoseconds(500) + kAnswered;
  for (std::uint16_t index = 0; index < 3; ++index) report(page_request(10, index));
  rig->run();
  const auto& seen = rig->endpoints[0].responses;
  ASSERT_THAT(seen, SizeIs(3));
  EXPECT_EQ(seen[0].at, sim::Time{group});
  EXPECT_EQ(seen[1].at, sim::Time{group});
  EXPECT_EQ(seen[2].at, sim::Time{2 * group});
}

TEST_F(IopfCoreTest, TheWorkQueueLimitsTheGroupsInWork) {
  RigSpec spec;
  spec.host.cores = 4;
  spec.host.work_queue.max_active = 1;
  make(spec);
  const sim::Duration group = kWakeUp + kAnswered;
  for (std::uint16_t index = 0; index < 3; ++index) report(page_request(10, index));
  rig->run();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rig->endpoints[0].responses.at(i).at, sim::Time{(static_cast<int>(i) + 1) * group});
  }
}

class IopfCoreRejectTest : public IopfCoreTest {
 protected:
  sim::Process reject(PageRequest last) { co_await core().reject(last, ResponseCode::invalid); }
};

TEST_F(IopfCoreRejectTest, ARejectedGroupIsAnsweredAtOnceWithoutAHandler) {
  make();
  rig->at(at_ns(7), [this] { rig->simulation.start(reject(page_request(10, 3)), "driver"); });
  rig->run();
  EXPECT_THAT(strategy->handled, IsEmpty());
  EXPECT_EQ(rig->endpoints[0].responses.at(0).at, at_ns(7));
  EXPECT_EQ(rig->endpoints[0].responses.at(0).message.code, ResponseCode::invalid);
  EXPECT_EQ(core().stats(DeviceIndex{}).requests_answered, 1U);
}

TEST_F(IopfCoreTest, DiscardingIsSilentAndReachesEveryDevice) {
  make();
  report(from(0, page_request(10, 1, false)));
  report(from(0, page_request(11, 1, false)));
  report(from(0, page_request(12, 2, false)));
  report(from(1, page_request(20, 1, false)));
  rig->at(at_ns(1), [this] { core().discard_partial(); });
  rig->run();
  EXPECT_EQ(core().partial_requests(), 0U);
  EXPECT_EQ(core().stats(DeviceIndex{0}).requests_discarded, 3U);
  EXPECT_EQ(core().stats(DeviceIndex{0}).partial_groups_discarded, 2U);
  EXPECT_EQ(core().stats(DeviceIndex{1}).requests_discarded, 1U);
  EXPECT_EQ(core().stats(DeviceIndex{1}).partial_groups_discarded, 1U);
  for (const Endpoint& endpoint : rig->endpoints) EXPECT_THAT(endpoint.responses, IsEmpty());
}

TEST_F(IopfCoreTest, ALastThatSurvivesADiscardFormsATruncatedGroup) {
  make();
  report(page_request(10, 1, false));
  rig->at(at_ns(1), [this] { core().discard_partial(); });
  rig->at(at_ns(2), [this] { EXPECT_TRUE(core().report(page_request(11, 1))); });
  rig->run();
  EXPECT_THAT(pages_of(0), ElementsAre(11));
  EXPECT_EQ(rig->endpoints[0].responses.at(0).message.code, ResponseCode::success);
  EXPECT_EQ(core().stats(DeviceIndex{}).requests_answered, 1U);
  EXPECT_EQ(core().stats(DeviceIndex{}).requests_discarded, 1U);
}

TEST_F(IopfCoreTest, GroupsThatAreCompleteAreNotDiscarded) {
  make();
  report(page_request(10, 1, false));
  report(page_request(11, 1));
  rig->at(at_ns(1), [this] { core().discard_partial(); });
  rig->run();
  EXPECT_THAT(pages_of(0), ElementsAre(10, 11));
  EXPECT_EQ(core().stats(DeviceIndex{}).requests_discarded, 0U);
}

}  // namespace
}  // namespace faultpath::models
