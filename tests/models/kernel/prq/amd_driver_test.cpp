// The driver of AMD's page request log: entry by entry, PASIDs only, restarts, keeps partials.
#include "models/kernel/prq/amd_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/prq/driver_rig.hpp"

namespace faultpath::models {
namespace {

using sim::picoseconds;
using testing::ElementsAre;
using testing::SizeIs;

PageRequest of_process(std::uint64_t page, std::uint16_t index, bool last = true,
                       std::uint32_t pasid = 1) {
  PageRequest request = page_request(page, index, last);
  request.pasid = Pasid{pasid};
  return request;
}

// Three usable entries.
class AmdDriverTest : public testing::Test {
 protected:
  std::vector<std::pair<std::uint16_t, ResponseCode>> answers() const {
    std::vector<std::pair<std::uint16_t, ResponseCode>> all;
    for (const auto& [at, response] : rig.endpoints[0].responses) {
      all.emplace_back(response.index.value, response.code);
    }
    return all;
  }

  DriverRig<AmdPprLog> rig{IommuKind::amd};
};

TEST_F(AmdDriverTest, ARequestWithoutPasidIsAnsweredFailure) {
  rig.arrive_at(at_ns(0), page_request(1, 5));
  rig.arrive_at(at_ns(0), of_process(2, 6));
  rig.run();
  EXPECT_THAT(answers(), ElementsAre(std::pair{std::uint16_t{5}, ResponseCode::failure},
                                     std::pair{std::uint16_t{6}, ResponseCode::success}));
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(2)));
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).responses_failure, 1U);
}

// Point 17: the answer does not wait for the last request, and comes for each of them.
TEST_F(AmdDriverTest, ARequestWithoutPasidIsAnsweredFailureThoughItIsNotTheLast) {
  rig.arrive_at(at_ns(0), page_request(1, 5, false));
  rig.arrive_at(at_ns(0), page_request(2, 5, true));
  rig.run();
  EXPECT_THAT(answers(), ElementsAre(std::pair{std::uint16_t{5}, ResponseCode::failure},
                                     std::pair{std::uint16_t{5}, ResponseCode::failure}));
  EXPECT_EQ(rig.endpoints[0].responses[0].at, sim::Time{kToThread} + kEach);
  EXPECT_EQ(rig.core.partial_requests(), 0U);
}

// The log stops at an overflow and is restarted once it has been polled.
TEST_F(AmdDriverTest, AnOverflowIsClearedWhenTheLogHasBeenPolled) {
  for (std::uint16_t index = 0; index < 4; ++index) {
    rig.arrive_at(at_ns(0), of_process(index, index));
  }
  const sim::Time end = sim::Time{kToThread} + 3 * kEach;
  rig.sample_at(end - picoseconds(1));
  rig.arrive_at(end - picoseconds(1), of_process(9, 9));  // lost though there is space
  rig.sample_at(end + picoseconds(1));
  rig.run();
  EXPECT_THAT(rig.occupied, ElementsAre(0, 0));
  EXPECT_THAT(rig.overflow, ElementsAre(true, false));
  EXPECT_EQ(rig.iommu.stats(DeviceIndex{}).auto_responses, 2U);
}

// Point 17: nobody discards partial groups, so a stale request is glued to the next group of its
// index.
TEST_F(AmdDriverTest, PartialGroupsSurviveAnOverflow) {
  rig.arrive_at(at_ns(0), of_process(1, 1, false));
  rig.arrive_at(at_ns(0), of_process(2, 2));
  rig.arrive_at(at_ns(0), of_process(3, 3));
  rig.arrive_at(at_ns(0), of_process(4, 1));  // lost, answered Success: the device starts anew
  rig.arrive_at(at_ns(100'000), of_process(5, 1));
  rig.run();
  EXPECT_EQ(rig.core.stats(DeviceIndex{}).requests_discarded, 0U);
  EXPECT_THAT(rig.groups(), ElementsAre(ElementsAre(2), ElementsAre(3), ElementsAre(1, 5)));
}

// Without PprAutoRspEn nobody answers what the log discards.
TEST(AmdDriver, WithoutAutomaticResponsesALostRequestIsNeverAnswered) {
  IommuSpec spec;
  spec.kind = IommuKind::amd;
  spec.queue_entries = 4;
  spec.kind.as<AmdSpec>().auto_response = false;
  DriverRig<AmdPprLog> rig(spec);
  for (std::uint16_t index = 0; index < 4; ++index) {
    rig.arrive_at(at_ns(0), of_process(index, index));
  }
  rig.run();
  EXPECT_THAT(rig.endpoints[0].responses, SizeIs(3));
  EXPECT_FALSE(rig.queue.overflow());  // yet the log runs again
}

// L1_ATS_RESP_CTRL_0: one unsuccessful response for each automatic answer, by the timer's length.
// The first request fetches the configuration, so that the others cost the same.
TEST(AmdResponseTimer, DelaysTheNextUnsuccessfulTranslation) {
  IommuSpec spec;
  spec.kind = IommuKind::amd;
  spec.kind.as<AmdSpec>().always = true;
  spec.kind.as<AmdSpec>().response_delay = sim::microseconds(5);
  DriverRig<AmdPprLog> rig(spec);
  rig.arrive_at(at_ns(10'000), of_process(1, 1));
  for (const int ns : {0, 20'000, 40'000}) {
    rig.at(at_ns(ns), [&rig] { rig.iommu.receive(AtsRequest{}); });
  }
  rig.run();
  const auto& completions = rig.endpoints[0].completions;
  ASSERT_THAT(completions, SizeIs(3));
  EXPECT_LT(completions[0].at, at_ns(5'000)) << "nothing was answered before";
  EXPECT_EQ(completions[1].at - at_ns(20'000),
            completions[2].at - at_ns(40'000) + sim::microseconds(5));
}

}  // namespace
}  // namespace faultpath::models
