// Threads of user space: when a group is read, what its way costs, and how answers go wrong.
#include "models/kernel/user/fault_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;
using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr sim::Duration kWakeUp = microseconds(3);
constexpr sim::Duration kCall = nanoseconds(300);
constexpr sim::Duration kWork = microseconds(1);
constexpr sim::Duration kPages = nanoseconds(500);
constexpr sim::Duration kSubmit = nanoseconds(150);
/// From the write of the answer to its status behind VT-d: the default of the ring's wait.
constexpr sim::Duration kHandled = kWork + kPages + kCall + kSubmit;

class FaultReaderTest : public testing::Test {
 protected:
  void make(const IommufdSpec& route, std::uint32_t cores = 4, std::size_t endpoints = 2) {
    RigSpec spec;
    spec.host.cores = cores;
    spec.host.era = Era::v7_1;
    spec.route = RouteSpec(route);
    spec.handling.assign(endpoints, route);
    if (!handling.empty()) spec.handling = handling;
    rig = std::make_unique<HostRig>(spec);
    strategy = std::make_unique<RecordingStrategy>(rig->context());
    strategy->cost = kPages;
    rig->serve_with(*strategy);
    for (std::size_t i = 0; i < endpoints; ++i) rig->add_space(1000);
  }
  void report_at(sim::Duration when, std::uint32_t device, PageRequest request) {
    request.device = DeviceIndex{device};
    rig->at(sim::Time{when}, [this, request] { EXPECT_TRUE(rig->core.report(request)); });
  }
  std::vector<sim::Duration> answered(std::uint32_t device) const {
    std::vector<sim::Duration> times;
    for (const auto& each : rig->endpoints[device].responses) {
      times.push_back(each.at - sim::Time{});
    }
    return times;
  }
  UserReaderStats readers() const { return rig->kernel.user()->stats(); }
  UserAnswerStats answers(std::uint32_t device) const {
    return rig->kernel.user()->stats(DeviceIndex{device});
  }

  std::vector<UserHandlingSpec> handling;
  std::unique_ptr<HostRig> rig;
  std::unique_ptr<RecordingStrategy> strategy;
};

IommufdSpec shared() {
  IommufdSpec spec;
  spec.queues = IommufdSpec::Queues::shared;
  return spec;
}

// No work queue: its wake-up is no part of the way, and its bound does not count.
TEST_F(FaultReaderTest, AGroupCostsWakeUpReadWorkPagesAndWrite) {
  make(IommufdSpec{});
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_THAT(answered(0), ElementsAre(kWakeUp + kCall + kHandled));
  EXPECT_EQ(strategy->handled.at(0).begun, sim::Time{kWakeUp + kCall + kWork});
  EXPECT_EQ(readers().reader_wake_ups, 1U);
}

// A thread that is awake finds the next group by poll(), without a wake-up.
TEST_F(FaultReaderTest, WhatComesWhileTheThreadWorksIsReadNext) {
  make(IommufdSpec{});
  report_at({}, 0, page_request(10, 1));
  report_at(kWakeUp + kCall + nanoseconds(1), 0, page_request(11, 2));
  rig->run();
  const auto times = answered(0);
  ASSERT_THAT(times, SizeIs(2));
  EXPECT_GE(times[1] - times[0], kCall + kCall + kHandled) << "poll(), read(), and its own";
  EXPECT_EQ(readers().reader_wake_ups, 1U);
}

TEST_F(FaultReaderTest, ReadsAsManyWholeGroupsAsItsBufferHolds) {
  IommufdSpec route;
  route.records = 2;
  make(route);
  for (std::uint16_t index = 1; index <= 3; ++index) report_at({}, 0, page_request(index, index));
  rig->run();
  const auto times = answered(0);
  ASSERT_THAT(times, SizeIs(3));
  const sim::Duration within = times[1] - times[0];
  EXPECT_EQ(times[2] - times[1], within + kCall + kCall) << "the third needs poll() and read()";
}

// max_active is of the work queue.
TEST_F(FaultReaderTest, NoWorkQueueBoundsTheGroupsOfSeveralThreads) {
  RigSpec spec;
  IommufdSpec route;
  spec.host.cores = 2;
  spec.host.work_queue.max_active = 1;
  spec.route = RouteSpec(route);
  spec.handling.assign(2, route);
  rig = std::make_unique<HostRig>(spec);
  strategy = std::make_unique<RecordingStrategy>(rig->context());
  strategy->cost = kPages;
  rig->serve_with(*strategy);
  for (int i = 0; i < 2; ++i) rig->add_space(1000);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(10, 1));
  rig->run();
  EXPECT_THAT(answered(0), ElementsAre(kWakeUp + kCall + kHandled));
  EXPECT_EQ(rig->kernel.work_queue().active(), 0U);
}

TEST_F(FaultReaderTest, ASlowHandlerHoldsUpWhoeverIsBehindItInASharedFile) {
  UserHandlingSpec slow, quick;
  slow.fetch = constant(microseconds(100));
  handling = {slow, quick};
  make(shared());
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 1));
  rig->run();
  EXPECT_GT(answered(1).at(0), microseconds(100));
}

TEST_F(FaultReaderTest, AFileOfItsOwnKeepsOthersOutOfTheWay) {
  UserHandlingSpec slow, quick;
  slow.fetch = constant(microseconds(100));
  handling = {slow, quick};
  make(IommufdSpec{});
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 1));
  rig->run();
  EXPECT_LT(answered(1).at(0), microseconds(10));
  EXPECT_GT(answered(0).at(0), microseconds(100));
}

// A file for each table is not enough: one thread reads them all.
TEST_F(FaultReaderTest, ASingleThreadForAllFilesHoldsThemUpAlike) {
  UserHandlingSpec slow, quick;
  slow.fetch = constant(microseconds(100));
  handling = {slow, quick};
  IommufdSpec route;
  route.readers = UserReadersSpec::Readers::single;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 1));
  rig->run();
  EXPECT_GT(answered(1).at(0), microseconds(100));
  EXPECT_EQ(rig->kernel.user()->files().size(), 2U);
}

TEST_F(FaultReaderTest, AThreadThatFetchesGivesItsCpuToOthers) {
  UserHandlingSpec slow, quick;
  slow.fetch = constant(microseconds(100));
  handling = {slow, quick};
  make(IommufdSpec{}, 1);
  report_at({}, 0, page_request(10, 1));
  report_at(microseconds(10), 1, page_request(20, 1));
  rig->run();
  EXPECT_LT(answered(1).at(0), microseconds(20));
}

// All threads of a file wake for each group; one reads it, the others find nothing.
TEST_F(FaultReaderTest, EveryThreadOfAFileIsWokenForAGroup) {
  IommufdSpec route = shared();
  route.threads = 4;
  make(route);
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_EQ(readers().reader_wake_ups, 4U);
  EXPECT_THAT(answered(0), SizeIs(1));
}

// The thread that read a group answers it under the file's mutex, and the others wait for it.
TEST_F(FaultReaderTest, ThreadsOfAFileTakeTurnsInReadAndWrite) {
  IommufdSpec route = shared();
  route.threads = 2;
  route.records = 1;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 1));
  rig->run();
  const sim::Duration first = answered(0).at(0), second = answered(1).at(0);
  EXPECT_NE(first, second);
  EXPECT_LT(second, first + kCall + kHandled) << "but they handle side by side";
}

// QEMU: the main loop turns round, and the device waits.
TEST_F(FaultReaderTest, AGroupLargerThanTheBufferIsNeverReadAndKeepsTheThreadBusy) {
  IommufdSpec route = shared();
  route.records = 1;
  make(route);
  report_at({}, 0, page_request(10, 1, false));
  report_at({}, 0, page_request(11, 1));
  report_at(nanoseconds(1), 1, page_request(20, 1));
  rig->run();
  EXPECT_THAT(answered(0), IsEmpty());
  EXPECT_THAT(answered(1), IsEmpty()) << "it stands in front of everybody";
  EXPECT_EQ(readers().empty_reads, 1U);
  EXPECT_EQ(rig->cores.busy_gauge().value(), 1);
}

TEST_F(FaultReaderTest, AThreadThatTurnsRoundStillReadsItsOtherFiles) {
  IommufdSpec route;
  route.readers = UserReadersSpec::Readers::single;
  route.records = 1;
  make(route);
  report_at({}, 0, page_request(10, 1, false));
  report_at({}, 0, page_request(11, 1));
  report_at(microseconds(50), 1, page_request(20, 1));
  rig->run();
  EXPECT_THAT(answered(0), IsEmpty());
  EXPECT_THAT(answered(1), ElementsAre(microseconds(50) + kCall + kHandled))
      << "it need not be woken";
}

TEST_F(FaultReaderTest, AnAnswerThatIsNeverWrittenIsCountedAndTheGroupStays) {
  IommufdSpec route;
  route.answers = UserAnswers::never;
  make(route);
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_THAT(strategy->handled, SizeIs(1)) << "its page is there all the same";
  EXPECT_THAT(answered(0), IsEmpty());
  EXPECT_EQ(answers(0).responses_withheld, 1U);
  EXPECT_EQ(rig->kernel.user()->unanswered(), 1U);
}

TEST_F(FaultReaderTest, TheSecondAnswerOfASingleThreadIsRefused) {
  IommufdSpec route;
  route.answers = UserAnswers::twice;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 0, page_request(11, 2));
  rig->run();
  EXPECT_THAT(answered(0), SizeIs(2));
  EXPECT_EQ(answers(0).responses_refused, 2U);
  EXPECT_EQ(answers(0).responses_misrouted, 0U);
}

// The other thread waits in read() for the mutex, and gets the cookie that has just become free.
TEST_F(FaultReaderTest, TheSecondAnswerMayReachAGroupThatAnotherThreadHasJustRead) {
  IommufdSpec route = shared();
  route.answers = UserAnswers::twice;
  route.threads = 2;
  route.records = 1;
  route.work = sim::UniformSpec{nanoseconds(500), microseconds(2)};
  make(route);
  constexpr std::uint16_t kGroups = 256;
  for (std::uint16_t i = 0; i < kGroups; ++i) {
    report_at(nanoseconds(700 * i), i % 2, page_request(i, i));
  }
  rig->run();
  EXPECT_GT(answers(0).responses_misrouted + answers(1).responses_misrouted, 0U);
  EXPECT_EQ(answered(0).size() + answered(1).size(), kGroups) << "each group is answered once";
}

TEST_F(FaultReaderTest, AnAnswerToNobodyIsRefusedAndTheRightOneFollows) {
  IommufdSpec route;
  route.answers = UserAnswers::unknown_first;
  make(route);
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_EQ(answers(0).responses_refused, 1U);
  EXPECT_THAT(answered(0), ElementsAre(kWakeUp + kCall + kCall + kHandled));
}

// Three groups of one read(): the first two get each other's answers, the third its own.
TEST_F(FaultReaderTest, SwappedAnswersReachTheOtherGroupOfTheirPair) {
  IommufdSpec route = shared();
  route.answers = UserAnswers::swapped;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 2));
  report_at({}, 1, page_request(30, 3));
  rig->run();
  EXPECT_EQ(answers(0).responses_misrouted, 1U);
  EXPECT_EQ(answers(1).responses_misrouted, 1U);
  EXPECT_LT(answered(1).at(0), answered(0).at(0)) << "the second group is answered first";
  EXPECT_THAT(answered(1), SizeIs(2));
}

TEST_F(FaultReaderTest, AShareOfTheGroupsIsAnsweredOtherwise) {
  IommufdSpec route;
  route.answers = UserAnswers::unknown_first;
  route.share = 0.25;
  make(route);
  constexpr std::uint16_t kGroups = 400;
  for (std::uint16_t i = 0; i < kGroups; ++i) report_at(microseconds(i), 0, page_request(i, i));
  rig->run();
  // Six standard deviations of a binomial with n = 400, p = 1/4: sqrt(75) = 8.7.
  EXPECT_NEAR(static_cast<double>(answers(0).responses_refused), 100.0, 52.0);
}

}  // namespace
}  // namespace faultpath::models
