// AMD's event log and RISC-V's fault queue.
#include "models/iommu/faults/stopping_fault_log.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

FaultRecord fault(std::uint64_t page) { return {{}, {}, IovaPage{page}}; }

TEST(StoppingFaultLog, HoldsOneRecordLessThanItHasEntries) {
  StoppingFaultLog log(4);
  for (std::uint64_t page = 1; page <= 3; ++page) EXPECT_TRUE(log.record(fault(page)).stored);
  EXPECT_FALSE(log.record(fault(4)).stored);
}

TEST(StoppingFaultLog, StopsOnOverflowUntilSoftwareHasClearedIt) {
  StoppingFaultLog log(2);
  log.record(fault(1));
  EXPECT_TRUE(log.record(fault(2)).overflowed);
  log.begin();
  log.free_oldest();
  const Recording lost = log.record(fault(3));
  EXPECT_FALSE(lost.stored) << "an entry is free";
  EXPECT_FALSE(lost.overflowed);
  log.end();
  EXPECT_TRUE(log.record(fault(4)).stored);
}

TEST(StoppingFaultLog, InterruptsUnlessAnInterruptIsPending) {
  StoppingFaultLog log(4);
  EXPECT_TRUE(log.record(fault(1)).interrupt);
  log.free_oldest();
  EXPECT_FALSE(log.record(fault(2)).interrupt) << "software has not cleared it";
  log.begin();
  EXPECT_TRUE(log.record(fault(3)).interrupt);
}

}  // namespace
}  // namespace faultpath::models
