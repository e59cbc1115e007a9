// When the entry of a descriptor takes the next one, by kind.
#include "tests/models/iommu/ring_fixture.hpp"

namespace faultpath::models {
namespace {

using sim::nanoseconds;
using testing::ElementsAre;

// Two entries: the invalidation that nobody answers keeps one, so the third descriptor waits for
// the second, and the one behind a wait for its status.
TEST_F(RingTest, WhoFindsNoEntryWaits) {
  make(kVtd, spec_with(2));
  submit_at(0, "aa");
  submit_at(100, "r");
  answer_at(1'000, 0, 0);
  answer_at(2'000, 0, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 0", "1000 response 5"));
  EXPECT_THAT(tags, ElementsAre(0, 1));
}

// Entries are freed in order: the answer to the second does not free the first.
TEST_F(RingTest, EntriesAreFreedInOrder) {
  make(kVtd, spec_with(2));
  submit_at(0, "ab");
  submit_at(100, "r");
  answer_at(1'000, 1);
  answer_at(2'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 1", "2000 response 5"));
}

// RISC-V cqh and AMD CmdHeadPtr: the head passes what has been fetched. Two entries serve as many
// responses as one likes while a device owes two answers.
TEST_F(RingTest, AnEntryThatHasBeenFetchedTakesTheNextDescriptorUnderRiscvAndAmd) {
  EXPECT_EQ(kAmd.entry_free, kRiscv.entry_free);
  make(kRiscv, spec_with(2));
  submit_at(0, "aa");
  submit_at(100, "rrr");
  at(100, [this] { EXPECT_EQ(ring->size(), 0U); });
  answer_at(1'000, 0, 0);
  answer_at(2'000, 0, 1);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "0 device 0", "100 response 5", "100 response 5",
                                "100 response 5"));
}

// What is being carried out has been fetched: an IOTLB invalidation holds no entry for its 700 ns.
TEST_F(RingTest, AnEntryIsFreeOnceItsDescriptorHasBeenFetchedAndNotBefore) {
  InvalidationSpec spec = spec_with(2);
  spec.fetch = constant(nanoseconds(50));
  make(kRiscv, spec);
  submit_at(0, "ii");
  at(49, [this] { EXPECT_EQ(ring->size(), 2U); });
  at(51, [this] { EXPECT_EQ(ring->size(), 1U); });
  at(749, [this] { EXPECT_EQ(ring->size(), 1U) << "one after the other"; });
  at(801, [this] { EXPECT_EQ(ring->size(), 0U); });
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("750 iotlb 1", "1500 iotlb 1"));
}

// CMDQ_CONS passes a command when it is consumed, and a CMD_SYNC when it has completed.
TEST_F(RingTest, ACmdSyncKeepsItsEntryUntilItCompletes) {
  make(kSmmu, spec_with(2));
  submit_at(0, "aw");
  at(50, [this] { EXPECT_EQ(ring->size(), 1U) << "the invalidation has been consumed"; });
  submit_at(100, "rr");
  at(200, [this] { EXPECT_EQ(ring->size(), 2U) << "the second response waits for an entry"; });
  answer_at(9'000, 0);
  simulation.run();
  EXPECT_THAT(seen, ElementsAre("0 device 0", "9000 status", "9000 response 5", "9000 response 5"));
}

}  // namespace
}  // namespace faultpath::models
