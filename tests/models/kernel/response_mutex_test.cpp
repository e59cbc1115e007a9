// The mutex of a device's fault parameters, which is held while a response waits for the IOMMU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/host_rig.hpp"
#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

using testing::SizeIs;

constexpr sim::Duration kRoundTrip = sim::nanoseconds(500);

struct MutexRig : HandlerRig {
  explicit MutexRig(Era era = Era::v7_1) : HandlerRig(era) {
    port.round_trip = kRoundTrip;
    attachments.attach({kOther}, {.table = &space, .handler = &handler});
  }
  IopfGroup& report_of(DeviceIndex device, std::uint16_t index) {
    PageRequest request = page_request(10, index);
    request.device = device;
    return report_last(request);
  }
  static constexpr DeviceIndex kOther{1};
};

// Linux takes it in iommu_page_response() before 6.9, and in iopf_group_response() since.
TEST(ResponseMutex, LetsTheResponsesOfADeviceFollowEachOtherInEveryEra) {
  for (const EraRules& rules : eras()) {
    MutexRig rig(rules.era);
    IopfGroup& first = rig.report_of(HandlerRig::kDevice, 1);
    IopfGroup& second = rig.report_of(HandlerRig::kDevice, 2);
    rig.respond(first, ResponseCode::success);
    rig.respond(second, ResponseCode::success);
    rig.simulation.run();
    ASSERT_THAT(rig.port.answers, SizeIs(2)) << rules.name;
    EXPECT_EQ(rig.port.answers[0].at, sim::Time{}) << rules.name;
    EXPECT_EQ(rig.port.answers[1].at, sim::Time{kRoundTrip}) << rules.name;
  }
}

TEST(ResponseMutex, LeavesTheResponsesOfOtherDevicesAlone) {
  MutexRig rig;
  rig.respond(rig.report_of(HandlerRig::kDevice, 1), ResponseCode::success);
  rig.respond(rig.report_of(MutexRig::kOther, 1), ResponseCode::success);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(2));
  EXPECT_EQ(rig.port.answers[1].at, sim::Time{});
}

TEST(ResponseMutex, IsFreeAgainWhenTheResponseHasGot) {
  MutexRig rig;
  rig.respond(rig.report_of(HandlerRig::kDevice, 1), ResponseCode::success);
  EXPECT_EQ(rig.core.lock(HandlerRig::kDevice).free(), 0U);
  rig.at(sim::Time{kRoundTrip} - sim::picoseconds(1),
         [&] { EXPECT_EQ(rig.core.lock(HandlerRig::kDevice).free(), 0U); });
  rig.simulation.run();
  EXPECT_EQ(rig.core.lock(HandlerRig::kDevice).free(), 1U);
}

// Who waits for it looks again whether there is something to answer.
TEST(ResponseMutex, AGroupThatIsAnsweredWhileItsHandlerWaitsIsAnsweredOnce) {
  MutexRig rig;
  IopfGroup& first = rig.report_of(HandlerRig::kDevice, 1);
  IopfGroup& second = rig.report_of(HandlerRig::kDevice, 2);
  rig.respond(first, ResponseCode::success);
  rig.remove();
  rig.respond(second, ResponseCode::success);
  rig.simulation.run();
  ASSERT_THAT(rig.port.answers, SizeIs(2));
  EXPECT_EQ(rig.answered(1).code, LinuxResponse::invalid);
}

// VT-d: a wait descriptor completes behind a device TLB invalidation that has not been answered.
class VtdResponses : public testing::Test {
 protected:
  static constexpr sim::Duration kInvalidation = sim::microseconds(50);

  VtdResponses() {
    strategy.cost = sim::nanoseconds(100);
    for (int i = 0; i < 2; ++i) {
      rig.add_space(1000);
      rig.endpoints.back().invalidation = kInvalidation;
    }
    rig.serve_with(strategy);
    rig.at(at_ns(0), [this] { rig.simulation.start(invalidate(), "invalidation"); });
  }
  sim::Process invalidate() { co_await rig.iommu.invalidate(*rig.tables[0], IovaPage{0}, 1); }
  static PageRequest of(std::uint32_t device, std::uint16_t index) {
    PageRequest request = page_request(10, index);
    request.device = DeviceIndex{device};
    return request;
  }
  sim::Time invalidated() const { return rig.endpoints[0].invalidations.at(0).at + kInvalidation; }

  HostRig rig;
  RecordingStrategy strategy{rig.context()};
};

TEST_F(VtdResponses, OfOneDeviceWaitForTheStatusOfTheOneBefore) {
  for (std::uint16_t index = 1; index <= 2; ++index) rig.arrive_at(at_ns(1000), of(0, index));
  rig.run();
  const auto& seen = rig.endpoints[0].responses;
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_LT(seen[0].at, invalidated()) << "a response is posted at once";
  EXPECT_EQ(seen[1].at, invalidated());
}

TEST_F(VtdResponses, OfAnotherDeviceDoNot) {
  for (const std::uint32_t device : {0U, 1U}) rig.arrive_at(at_ns(1000), of(device, 1));
  rig.run();
  EXPECT_LT(rig.endpoints[1].responses.at(0).at, invalidated());
}

TEST_F(VtdResponses, HoldUpTheReportOfTheDevicesNextRequests) {
  rig.arrive_at(at_ns(1000), of(0, 1));
  rig.arrive_at(at_ns(20'000), of(0, 2));
  rig.run();
  ASSERT_THAT(strategy.handled, SizeIs(2));
  EXPECT_GT(strategy.handled[1].begun, invalidated());
}

}  // namespace
}  // namespace faultpath::models
