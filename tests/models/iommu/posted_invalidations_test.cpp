// Tags and time-outs of device TLB invalidations.
#include "models/iommu/posted_invalidations.hpp"

#include "tests/models/iommu/ring_fixture.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;

// VT-d 6.5.2.6.
TEST_F(RingTest, TheThirtyThirdInvalidationOfAFunctionWaitsForATag) {
  make(kVtd, spec_with(64));
  submit_at(0, std::string(33, 'a') + "b");
  answer_at(1'000, 0, 7);
  simulation.run();
  ASSERT_EQ(tags.size(), 34U);
  EXPECT_EQ(tags[32], 7U);
  EXPECT_EQ(seen[32], "1000 device 0");
  EXPECT_EQ(seen[33], "1000 device 1") << "in order, though its function has tags";
}

// VT-d 6.5.2.11: not one moment earlier; the tag is free, every pending wait is aborted, also
// of those who wait for other devices.
TEST_F(RingTest, ATimeOutOfVtdAbortsAllPendingWaits) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(50'000, "bw");
  answer_at(120'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "50000 device 1", "100000 time-out 0",
                                "100000 aborted", "100000 aborted"));
}

TEST_F(RingTest, AfterATimeOutVtdFetchesNothingUntilSoftwareHasClearedTheError) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100'100, "r");
  at(100'200, [this] { EXPECT_TRUE(ring->stopped()); });
  simulation.run();
  EXPECT_EQ(seen.back(), "101000 response 5") << "one microsecond later";
  EXPECT_FALSE(ring->stopped());
}

TEST_F(RingTest, ATimeOutOfSmmuEndsItsOwnSyncOnly) {
  make(kSmmu);
  submit_at(0, "aw");
  submit_at(50'000, "bw");
  answer_at(120'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100000 time-out 0", "100000 status",
                                "100000 device 1", "120000 status"));
}

// The one timer is set for the oldest that has not been answered.
TEST_F(RingTest, EachInvalidationHasItsWholeTime) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(10, 0);
  submit_at(60'000, "bw");
  answer_at(159'999, 1);
  submit_at(160'000, "aw");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "10 status", "60000 device 1", "159999 status",
                                "160000 device 0", "260000 time-out 0", "260000 aborted"));
}

TEST_F(RingTest, AnAnswerAfterTheTimeOutHasNoEffect) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(150'000, 0);
  simulation.run();
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_EQ(ring->size(), 0U);
}

TEST_F(RingTest, AFinishedRunNeedNotWaitForTheTimer) {
  make(kVtd);
  submit_at(0, "aw");
  answer_at(10, 0);
  at(20, [this] { ring->finish(); });
  simulation.run();
  EXPECT_EQ(simulation.now(), at_ns(20));
}

// The time-out of one of many devices, in the order of their deadlines.
TEST_F(RingTest, WhatIsNotAnsweredTimesOutInItsOrder) {
  make(kRiscv, spec_with(2));
  submit_at(0, "aw");
  submit_at(10'000, "ab");
  answer_at(20'000, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "10000 device 0", "10000 device 1",
                                "100000 time-out 0", "100000 status", "110000 time-out 0"));
}

}  // namespace
}  // namespace faultpath::models
