// The event queue of an SMMU with a PRI queue.
#include "models/iommu/faults/smmu_fault_queue.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

FaultRecord fault(std::uint64_t page) { return {{}, {}, IovaPage{page}}; }

TEST(SmmuFaultQueue, HoldsAsManyRecordsAsItHasEntriesAndInterruptsForTheFirst) {
  SmmuFaultQueue queue(2);
  EXPECT_TRUE(queue.record(fault(1)).interrupt);
  const Recording second = queue.record(fault(2));
  EXPECT_TRUE(second.stored);
  EXPECT_FALSE(second.interrupt);
  EXPECT_TRUE(queue.record(fault(3)).overflowed);
}

// IHI 0070, 7.4: unlike in the PRI queue.
TEST(SmmuFaultQueue, AnOverflowThatIsNotAcknowledgedDoesNotStopRecording) {
  SmmuFaultQueue queue(2);
  for (std::uint64_t page = 1; page <= 3; ++page) queue.record(fault(page));
  EXPECT_TRUE(queue.overflow());
  queue.free_oldest();
  EXPECT_TRUE(queue.record(fault(4)).stored);
  EXPECT_FALSE(queue.record(fault(5)).overflowed) << "it is active already";
  queue.end();
  EXPECT_FALSE(queue.overflow());
  EXPECT_EQ(queue.oldest()->page, IovaPage{2});
}

}  // namespace
}  // namespace faultpath::models
