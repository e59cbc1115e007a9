// The ring of descriptors: their order, and what a wait is for.
#include "models/iommu/command_ring.hpp"

#include "tests/models/iommu/ring_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;

// VT-d 6.5.2.12: the IOTLB before the device, the wait behind both.
TEST_F(RingTest, AWaitCompletesOnceEverythingBeforeItHas) {
  make(kVtd);
  submit_at(0, "iaw");
  answer_at(5'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("700 iotlb 1", "700 device 0", "5000 status"));
  EXPECT_EQ(ring->size(), 0U);
}

TEST_F(RingTest, AWaitAloneCompletesAtOnce) {
  make(kVtd);
  submit_at(10, "w");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("10 status"));
}

// The status of the second thread says that the first one's device has answered, too.
TEST_F(RingTest, AWaitIsAlsoForTheDescriptorsOfOthers) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100, "bw");
  answer_at(200, 1);
  answer_at(900, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 device 1", "900 status", "900 status"));
}

// VT-d 7.8: posted in order with device TLB invalidations, which here wait for the IOTLB.
TEST_F(RingTest, AResponseIsPostedBehindAnEarlierDeviceInvalidation) {
  make(kVtd);
  submit_at(0, "iaw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("700 iotlb 1", "700 device 0", "700 response 5", "9000 status"));
}

// A slow device delays the thread that waits, not what is posted after it.
TEST_F(RingTest, AnUnansweredInvalidationDelaysNoLaterResponseUnlessWaitsBlock) {
  make(kVtd);
  submit_at(0, "aw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 response 5", "9000 status"));
}

TEST_F(RingTest, ACmdSyncHoldsBackWhatIsBehindIt) {
  make(kSmmu);
  submit_at(0, "aw");
  submit_at(100, "r");
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "9000 status", "9000 response 5"));
}

TEST_F(RingTest, AResponseNeedsNoEntryOfAnIdleRing) {
  make(kVtd);
  EXPECT_TRUE(ring->respond_at_once(DeviceIndex{0}, {PrgIndex{5}, {}}));
  EXPECT_THAT(seen, ElementsAre("0 response 5"));
  submit_at(0, "aw");
  at(1, [this] { EXPECT_FALSE(ring->respond_at_once(DeviceIndex{0}, {PrgIndex{5}, {}})); });
  answer_at(10, 0);
  simulation.run();
}

TEST_F(RingTest, FetchingCostsItsTimeForEachDescriptor) {
  InvalidationSpec spec = spec_with();
  spec.fetch = constant(nanoseconds(50));
  make(kVtd, spec);
  EXPECT_FALSE(ring->respond_at_once(DeviceIndex{0}, {PrgIndex{5}, {}}));
  submit_at(0, "rrw");
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("50 response 5", "100 response 5", "150 status"));
}

// It has no entry any more, and is waited for all the same.
TEST_F(RingTest, AWaitIsAlsoForWhatHasLeftTheRing) {
  make(kAmd, spec_with(2));
  submit_at(0, "aw");
  submit_at(100, "rrrr");
  submit_at(200, "bw");
  answer_at(300, 1);
  answer_at(900, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 response 5", "100 response 5", "100 response 5",
                                "100 response 5", "200 device 1", "900 status", "900 status"));
}

// And it is for nothing that comes later.
TEST_F(RingTest, AWaitIsForNothingBehindIt) {
  make(kRiscv, spec_with(2));
  submit_at(0, "aw");
  submit_at(100, "bw");
  answer_at(300, 0);
  answer_at(900, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "100 device 1", "300 status", "900 status"));
}

}  // namespace
}  // namespace faultpath::models
