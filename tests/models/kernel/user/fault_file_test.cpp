// Fault files: what read() hands out, whom write() answers, and who answers for user space.
#include "models/kernel/user/fault_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/kernel/user/file_rig.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr LinuxResponse kSuccess = LinuxResponse::success, kInvalid = LinuxResponse::invalid;

std::vector<std::uint32_t> cookies_of(const std::vector<FaultMessage>& messages) {
  std::vector<std::uint32_t> cookies;
  for (const FaultMessage& each : messages) cookies.push_back(each.cookie);
  return cookies;
}
std::vector<std::uint64_t> first_pages_of(const std::vector<FaultMessage>& messages) {
  std::vector<std::uint64_t> pages;
  for (const FaultMessage& each : messages) pages.push_back(each.records.front().page.value);
  return pages;
}

// SVA's work queue has 1024 groups in work in 7.1.
TEST(FaultFile, TakesGroupsWithoutABoundAndHoldsNobodyBack) {
  FileRig rig;
  constexpr std::uint16_t kGroups = 5000;
  for (std::uint16_t index = 0; index < kGroups; ++index) rig.report(0, index, index);
  EXPECT_EQ(rig.file.undelivered(), kGroups);
  EXPECT_THAT(rig.port.answers, IsEmpty()) << "nothing is dropped or answered for lack of room";
  EXPECT_THAT(rig.read(kGroups), SizeIs(kGroups));
}

TEST(FaultFile, HandsGroupsOutInTheOrderOfTheirLastRequests) {
  FileRig rig;
  rig.report(1, 10, 1);
  rig.report(0, 20, 1);
  rig.report(2, 30, 1);
  EXPECT_THAT(first_pages_of(rig.read()), ElementsAre(10, 20, 30));
}

TEST(FaultFile, ReadsWholeGroupsOnly) {
  FileRig rig;
  rig.report(0, 10, 1, 3);
  rig.report(0, 20, 2, 2);
  rig.report(0, 30, 3, 1);
  const auto first = rig.read(4);
  ASSERT_THAT(first_pages_of(first), ElementsAre(10)) << "one record is left, and two are needed";
  EXPECT_THAT(first[0].records, SizeIs(3));
  EXPECT_EQ(first[0].records[1].page, IovaPage{11});
  EXPECT_THAT(first_pages_of(rig.read(3)), ElementsAre(20, 30)) << "both fit exactly";
}

TEST(FaultFile, ReturnsNothingWhileTheFirstGroupIsLargerThanTheBuffer) {
  FileRig rig;
  rig.report(0, 10, 1, 3);
  rig.report(0, 20, 2, 1);
  EXPECT_THAT(rig.read(2), IsEmpty());
  EXPECT_TRUE(rig.file.readable()) << "poll() says so";
  EXPECT_EQ(rig.file.undelivered(), 2U);
  EXPECT_THAT(first_pages_of(rig.read(3)), ElementsAre(10)) << "it has stayed in front";
}

TEST(FaultFile, AnEmptyFileReturnsNothingAndIsNotReadable) {
  FileRig rig;
  EXPECT_FALSE(rig.file.readable());
  EXPECT_THAT(rig.read(), IsEmpty());
}

TEST(FaultFile, CookiesAreTheLowestThatAreFreeFromOneOn) {
  FileRig rig;
  for (std::uint16_t index = 0; index < 4; ++index) rig.report(0, index, index);
  const auto read = rig.read();
  ASSERT_THAT(cookies_of(read), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(rig.write(read[2]));
  EXPECT_TRUE(rig.write(read[1]));
  for (std::uint16_t index = 4; index < 7; ++index) rig.report(0, index, index);
  EXPECT_THAT(cookies_of(rig.read()), ElementsAre(2, 3, 5));
}

TEST(FaultFile, AnswersComeInAnyOrderWithTheirCodes) {
  FileRig rig;
  rig.report(0, 10, 1);
  rig.report(1, 20, 2);
  const auto read = rig.read();
  EXPECT_TRUE(rig.write(read[1], ResponseCode::invalid));
  EXPECT_TRUE(rig.write(read[0]));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(1, 2, kInvalid), std::tuple(0, 1, kSuccess)));
  EXPECT_EQ(rig.core.groups(), 0U) << "answered groups are forgotten";
}

TEST(FaultFile, RefusesACookieThatNoGroupHas) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto read = rig.read();
  EXPECT_FALSE(rig.write(read[0], nullptr));
  FaultMessage other = read[0];
  other.cookie = 2;
  EXPECT_FALSE(rig.write(read[0], &other));
  EXPECT_EQ(rig.stats(0).responses_refused, 2U);
  EXPECT_THAT(rig.port.answers, IsEmpty());
  EXPECT_TRUE(rig.write(read[0])) << "the group still waits for its own";
}

TEST(FaultFile, RefusesASecondAnswer) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto read = rig.read();
  EXPECT_TRUE(rig.write(read[0]));
  EXPECT_FALSE(rig.write(read[0], ResponseCode::invalid));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 1, kSuccess)));
  EXPECT_EQ(rig.stats(0).responses_refused, 1U);
  EXPECT_EQ(rig.stats(0).responses_misrouted, 0U);
}

// The number of an answered group is given to the next one at once.
TEST(FaultFile, ALateSecondAnswerAnswersWhoeverHasTheCookieNow) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto first = rig.read();
  EXPECT_TRUE(rig.write(first[0]));
  rig.report(1, 20, 7);
  const auto second = rig.read();
  ASSERT_EQ(second[0].cookie, first[0].cookie);
  EXPECT_TRUE(rig.write(first[0]));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 1, kSuccess), std::tuple(1, 7, kSuccess)));
  EXPECT_EQ(rig.stats(0).responses_misrouted, 1U) << "counted for the device that was handled";
  EXPECT_FALSE(rig.write(second[0])) << "which finds nothing left to answer";
}

TEST(FaultFile, RefusesFailure) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto read = rig.read();
  EXPECT_FALSE(rig.write(read[0], ResponseCode::failure));
  EXPECT_EQ(rig.stats(0).responses_refused, 1U);
  EXPECT_TRUE(rig.write(read[0], ResponseCode::invalid));
}

// Two devices of one table, the same index: only the device tells them apart.
TEST(FaultFile, PasidAndIndexAloneAnswerAnotherDevice) {
  FileRig rig(UserMatch::pasid_and_index);
  rig.report(1, 20, 5);
  rig.report(0, 10, 5);
  const auto read = rig.read();
  EXPECT_TRUE(rig.write(read[0], ResponseCode::invalid));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 5, kInvalid)));
  EXPECT_EQ(rig.stats(1).responses_misrouted, 1U);
  EXPECT_TRUE(rig.write(read[1]));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 5, kInvalid), std::tuple(1, 5, kSuccess)));
  EXPECT_EQ(rig.stats(0).responses_misrouted, 1U);
}

TEST(FaultFile, PasidAndIndexAreEnoughWhereTheyDiffer) {
  FileRig rig(UserMatch::pasid_and_index);
  rig.report(1, 20, 5);
  rig.report(0, 10, 6);
  const auto read = rig.read();
  EXPECT_TRUE(rig.write(read[0]));
  EXPECT_TRUE(rig.write(read[1]));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(1, 5, kSuccess), std::tuple(0, 6, kSuccess)));
  EXPECT_EQ(rig.stats(0).responses_misrouted + rig.stats(1).responses_misrouted, 0U);
}

TEST(FaultFile, TheLabelOfTheDeviceFindsItsGroup) {
  FileRig rig(UserMatch::device);
  rig.report(1, 20, 5);
  rig.report(0, 10, 5);
  const auto read = rig.read();
  EXPECT_TRUE(rig.write(read[0], ResponseCode::invalid));
  EXPECT_TRUE(rig.write(read[1]));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(1, 5, kInvalid), std::tuple(0, 5, kSuccess)));
  EXPECT_EQ(rig.stats(0).responses_misrouted + rig.stats(1).responses_misrouted, 0U);
}

TEST(FaultFile, ANumberOrALabelFindsOnlyWhatHasBeenRead) {
  for (const UserMatch match : {UserMatch::cookie, UserMatch::device, UserMatch::pasid_and_index}) {
    FileRig rig(match);
    rig.report(0, 10, 5);
    FaultMessage guess;
    guess.cookie = 1;
    guess.index = PrgIndex{5};
    guess.records = {page_request(10, 5)};
    EXPECT_FALSE(rig.write(guess)) << static_cast<int>(match);
    EXPECT_EQ(rig.file.undelivered(), 1U);
  }
}

TEST(FaultFile, DetachingAnswersInvalidToTheGroupsOfItsAttachmentReadOrNot) {
  FileRig rig;
  rig.report(0, 10, 1);
  rig.report(1, 20, 2);
  const auto read = rig.read();
  rig.report(0, 11, 3);
  rig.report(1, 21, 4);
  rig.answer_invalid(rig.handle(0));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 3, kInvalid), std::tuple(0, 1, kInvalid)));
  EXPECT_FALSE(rig.write(read[0])) << "user space learns by EINVAL";
  EXPECT_TRUE(rig.write(read[1])) << "another attachment keeps its groups";
  EXPECT_THAT(first_pages_of(rig.read()), ElementsAre(21));
}

// The attachment counts, not its device: a second attachment of it is another one.
TEST(FaultFile, GroupsOfAFormerAttachmentOfTheDeviceStay) {
  FileRig rig;
  rig.report(0, 10, 1);
  const AttachHandle former = rig.handle(0);
  rig.attachments.detach({DeviceIndex{0}});
  rig.attach(0);
  rig.report(0, 11, 2);
  rig.answer_invalid(rig.handle(0));
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 2, kInvalid)));
  rig.answer_invalid(former);
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 2, kInvalid), std::tuple(0, 1, kInvalid)));
}

TEST(FaultFile, DestroyingAnswersInvalidToEveryGroup) {
  FileRig rig;
  rig.report(0, 10, 1);
  rig.read();
  rig.report(1, 20, 2);
  rig.answer_invalid(std::nullopt);
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(1, 2, kInvalid), std::tuple(0, 1, kInvalid)));
  EXPECT_EQ(rig.core.groups(), 0U);
  EXPECT_EQ(rig.file.undelivered() + rig.file.unanswered(), 0U);
}

TEST(FaultFile, ClosingAnswersNothing) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto read = rig.read();
  rig.report(0, 11, 2);
  rig.file.close();
  EXPECT_THAT(rig.port.answers, IsEmpty());
  EXPECT_FALSE(rig.file.readable());
  EXPECT_FALSE(rig.write(read[0])) << "there is no file any more to write to";
  rig.report(0, 12, 3);
  EXPECT_EQ(rig.file.undelivered(), 2U) << "faults are still delivered";
  rig.answer_invalid(std::nullopt);
  EXPECT_EQ(rig.port.answers.size(), 3U) << "the object's destruction answers them";
}

TEST(FaultFile, AnAnswerForADeviceThatHasGoneDoesNothing) {
  FileRig rig;
  rig.report(0, 10, 1);
  const auto read = rig.read();
  rig.remove(0);
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 1, kInvalid)));
  EXPECT_TRUE(rig.write(read[0])) << "the file still knows the cookie";
  EXPECT_THAT(rig.answers(), ElementsAre(std::tuple(0, 1, kInvalid)));
  EXPECT_EQ(rig.core.groups(), 0U);
}

TEST(FaultFile, NothingTimesOut) {
  FileRig rig;
  rig.report(0, 10, 1);
  rig.read();
  rig.simulation.run();
  EXPECT_THAT(rig.port.answers, IsEmpty());
  EXPECT_EQ(rig.file.unanswered(), 1U);
}

// One answer for both parts, when the second has come; one bad part spoils the group.
TEST(FaultFile, AGroupInTwoFilesIsAnsweredOnceAfterBoth) {
  FileRig rig;
  FaultFile other(rig.groups, rig.counts, UserMatch::cookie, "host/fault file/other");
  for (const bool spoiled : {false, true}) {
    PageRequest request = page_request(10, 1);
    IopfGroup& group = rig.pending_group(request);
    HeldGroup& held = rig.groups.hold(group, 2);
    rig.file.deliver(held, {request}, false);
    other.deliver(held, {request}, true);
    std::vector<FaultMessage> second;
    other.read(1, second);
    EXPECT_TRUE(second[0].second_stage);
    const std::size_t before = rig.port.answers.size();
    const auto first = rig.read();
    EXPECT_TRUE(rig.write(first[0], spoiled ? ResponseCode::invalid : ResponseCode::success));
    EXPECT_EQ(rig.port.answers.size(), before);
    EXPECT_TRUE(rig.write_to(other, second[0]));
    ASSERT_EQ(rig.port.answers.size(), before + 1);
    EXPECT_EQ(rig.port.answers.back().response.code, spoiled ? kInvalid : kSuccess);
  }
}

}  // namespace
}  // namespace faultpath::models
