// Eras: for each rule that differs, what happens with it and without.
#include "models/kernel/eras.hpp"

#include <gtest/gtest.h>

#include "models/kernel/kernel.hpp"
#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {
namespace {

PageRequest unhandled(std::uint64_t page, std::uint16_t index, bool last = true) {
  PageRequest request = page_request(page, index, last);
  request.pasid = Pasid{9};  // of which nobody knows
  return request;
}

TEST(Eras, StandInTheTableInTheirOrder) {
  ASSERT_EQ(eras().size(), 6U);
  for (const EraRules& rules : eras()) EXPECT_EQ(&rules_of(rules.era), &rules);
}

TEST(Eras, AreRoutedByDeviceBefore67AndByPageTableSince) {
  for (const EraRules& rules : eras()) {
    const bool by_device = rules.era < Era::v6_7;
    EXPECT_EQ(rules.route, by_device ? FaultRoute::per_device : FaultRoute::per_page_table)
        << rules.name;
  }
}

TEST(Eras, BoundTheGroupsInWorkUnlessAScenarioDoes) {
  HostSpec host;
  EXPECT_EQ(groups_in_work(host), 256U);
  host.era = Era::v7_1;
  EXPECT_EQ(groups_in_work(host), 1024U);
  host.work_queue.max_active = 3;
  EXPECT_EQ(groups_in_work(host), 3U);
}

// Each node had max_active groups of its own before 6.9; since then it gets its share, at least 8.
TEST(Eras, NodesShareTheGroupsInWorkSince69) {
  HostSpec host;
  host.work_queue.nodes = 3;
  for (const EraRules& rules : eras()) {
    host.era = rules.era;
    const std::uint32_t share = (rules.max_active + 2) / 3;
    EXPECT_EQ(groups_in_work(host), rules.era < Era::v6_9 ? rules.max_active : share) << rules.name;
  }
  host.era = Era::v6_9;
  host.work_queue.nodes = 100;
  EXPECT_EQ(groups_in_work(host), 8U);
  host.work_queue.max_active = 5;
  EXPECT_EQ(groups_in_work(host), 5U) << "but no more than there are";
}

// Linux 6.7 and earlier: the core returns an error, and the driver answers with its own code.
TEST(Eras, TheDriverAnswersForAGroupWithoutAHandlerBefore69) {
  HandlerRig rig(Era::v6_7);
  EXPECT_TRUE(rig.report(unhandled(10, 1, false)));
  EXPECT_FALSE(rig.report(unhandled(11, 1)));
  rig.refuse(unhandled(11, 1), ResponseCode::failure);
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::failure);
  EXPECT_EQ(rig.core.partial_requests(), 0U) << "what came before the last is freed";
}

TEST(Eras, TheCoreAnswersInvalidForAGroupWithoutAHandlerSince69) {
  HandlerRig rig(Era::v6_9);
  EXPECT_TRUE(rig.report(unhandled(10, 1, false)));
  EXPECT_FALSE(rig.report(unhandled(11, 1)));
  rig.refuse(unhandled(11, 1), ResponseCode::failure);
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
  EXPECT_EQ(rig.core.partial_requests(), 0U) << "they are part of the group that is answered";
}

// 7.1: the handler comes first, so that a request that is not the last is answered as well.
TEST(Eras, ARequestThatIsNotTheLastIsAnsweredInvalidWithoutAHandlerSince611) {
  for (const Era era : {Era::v6_11, Era::v7_1}) {
    HandlerRig rig(era);
    EXPECT_FALSE(rig.report(unhandled(10, 1, false)));
    rig.refuse(unhandled(10, 1, false), ResponseCode::failure);
    ASSERT_EQ(rig.port.answers.size(), 1U);
    EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
    EXPECT_EQ(rig.answered(0).index, PrgIndex{1});
    EXPECT_EQ(rig.core.partial_requests(), 0U);
  }
}

// A device uses an index anew after an automatic answer while the first group is still in work.
TEST(Eras, AResponseGoesToTheOldestGroupOfItsIndexBefore69) {
  HandlerRig rig(Era::v6_7);
  IopfGroup& first = rig.report_last(page_request(10, 1));
  IopfGroup& second = rig.report_last(page_request(11, 1));
  rig.respond(second, ResponseCode::success);
  EXPECT_FALSE(first.pending);
  EXPECT_TRUE(second.pending);
  rig.respond(first, ResponseCode::invalid);
  EXPECT_FALSE(second.pending);
  rig.respond(first, ResponseCode::invalid);
  EXPECT_EQ(rig.port.answers.size(), 2U) << "no pending request: the response is dropped";
}

TEST(Eras, AResponseGoesToItsOwnGroupSince69) {
  HandlerRig rig(Era::v6_9);
  IopfGroup& first = rig.report_last(page_request(10, 1));
  IopfGroup& second = rig.report_last(page_request(11, 1));
  rig.respond(second, ResponseCode::success);
  EXPECT_TRUE(first.pending);
  EXPECT_FALSE(second.pending);
}

TEST(Eras, AResponseByIndexComparesThePasidToo) {
  HandlerRig rig(Era::v5_12, FaultRoute::per_device);
  PageRequest other = page_request(10, 1);
  other.pasid = Pasid{5};
  IopfGroup& first = rig.report_last(other);
  IopfGroup& second = rig.report_last(page_request(11, 1));
  rig.respond(second, ResponseCode::success);
  EXPECT_TRUE(first.pending);
  EXPECT_FALSE(second.pending);
}

// IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID is not set: "otherwise only the group ID matches".
TEST(Eras, AResponseByIndexComparesNoPasidThatItDoesNotNeed) {
  HandlerRig rig(Era::v5_12, FaultRoute::per_device);
  rig.port.needs_pasid = false;
  PageRequest other = page_request(10, 1);
  other.pasid = Pasid{5};
  IopfGroup& first = rig.report_last(other);
  IopfGroup& second = rig.report_last(page_request(11, 1));
  rig.respond(second, ResponseCode::success);
  EXPECT_FALSE(first.pending);
  EXPECT_TRUE(second.pending);
}

// iopf_queue_remove_device(): -EBUSY while faults are pending; their handlers answer them.
TEST(Eras, ADeviceThatGoesLeavesItsGroupsToTheirHandlersBefore69) {
  HandlerRig rig(Era::v6_7);
  EXPECT_TRUE(rig.report(page_request(9, 2, false)));
  IopfGroup& group = rig.report_last(page_request(10, 1));
  rig.remove();
  EXPECT_TRUE(rig.port.answers.empty());
  EXPECT_EQ(rig.core.partial_requests(), 0U);
  rig.respond(group, ResponseCode::success);
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::success);
}

TEST(Eras, ADeviceThatGoesHasItsGroupsAnsweredInvalidSince69) {
  HandlerRig rig(Era::v6_9);
  rig.report_last(page_request(10, 1));
  rig.remove();
  ASSERT_EQ(rig.port.answers.size(), 1U);
  EXPECT_EQ(rig.answered(0).code, LinuxResponse::invalid);
}

}  // namespace
}  // namespace faultpath::models
