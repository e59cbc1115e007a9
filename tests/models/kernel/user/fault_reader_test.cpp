// Threads of user space: when a group is read, and what its way costs.
#include "tests/models/kernel/user/fault_reader_rig.hpp"

namespace faultpath::models {
namespace {

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

}  // namespace
}  // namespace faultpath::models
