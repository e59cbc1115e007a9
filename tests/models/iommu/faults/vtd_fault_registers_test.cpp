// VT-d's fault recording registers.
#include "models/iommu/faults/vtd_fault_registers.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

FaultRecord fault(std::uint64_t page) { return {{}, {}, IovaPage{page}}; }

TEST(VtdFaultRegisters, InterruptOnlyWhenNoFaultWasPending) {
  VtdFaultRegisters registers(3);
  EXPECT_TRUE(registers.record(fault(1)).interrupt);
  EXPECT_FALSE(registers.record(fault(2)).interrupt);
  registers.free_oldest();
  registers.free_oldest();
  EXPECT_TRUE(registers.record(fault(3)).interrupt);
}

TEST(VtdFaultRegisters, AreUsedAndReadInTurn) {
  VtdFaultRegisters registers(2);
  registers.record(fault(1));
  registers.record(fault(2));
  EXPECT_EQ(registers.oldest()->page, IovaPage{1});
  registers.free_oldest();
  EXPECT_TRUE(registers.record(fault(3)).stored) << "the first register again";
  EXPECT_EQ(registers.oldest()->page, IovaPage{2});
  registers.free_oldest();
  EXPECT_EQ(registers.oldest()->page, IovaPage{3});
  registers.free_oldest();
  EXPECT_EQ(registers.oldest(), nullptr);
}

TEST(VtdFaultRegisters, LoseEveryFaultFromAnOverflowToTheEndOfTheHandler) {
  VtdFaultRegisters registers(1);
  registers.record(fault(1));
  const Recording lost = registers.record(fault(2));
  EXPECT_FALSE(lost.stored);
  EXPECT_TRUE(lost.overflowed);
  EXPECT_FALSE(lost.interrupt) << "FSTS.PPF is set";
  registers.begin();
  registers.free_oldest();
  const Recording again = registers.record(fault(3));
  EXPECT_FALSE(again.stored) << "a register is free, and FSTS.PFO is set";
  EXPECT_FALSE(again.overflowed);
  registers.end();
  EXPECT_TRUE(registers.record(fault(4)).stored);
}

}  // namespace
}  // namespace faultpath::models
