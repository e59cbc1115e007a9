// How addresses are cut into indices.
#include "scenarios/validation/riscv/page_table_format.hpp"

#include <gtest/gtest.h>

namespace faultpath::riscv {
namespace {

// Privileged architecture: Sv39, Sv48 and Sv57 translate as many bits as their name says, the
// second stage two more.
TEST(PageTableFormat, HasAsManyAddressBitsAsItsNameSays) {
  EXPECT_EQ(kSv39.address_bits(), 39U);
  EXPECT_EQ(kSv48.address_bits(), 48U);
  EXPECT_EQ(kSv57.address_bits(), 57U);
  EXPECT_EQ(kSv39x4.address_bits(), 41U);
  EXPECT_EQ(kSv48x4.address_bits(), 50U);
  EXPECT_EQ(kSv57x4.address_bits(), 59U);
}

TEST(PageTableFormat, LeavesGrowByNineBitsALevel) {
  EXPECT_EQ(PageTableFormat::page_bits(0), 12U);
  EXPECT_EQ(PageTableFormat::page_bits(1), 21U);
  EXPECT_EQ(PageTableFormat::page_bits(2), 30U);
}

TEST(PageTableFormat, CutsAnAddressIntoNineBitIndicesAndAWiderRoot) {
  const std::uint64_t address = 0x3ULL << 39 | 0x1FFULL << 30 | 5ULL << 21 | 7ULL << 12 | 0xabc;
  EXPECT_EQ(kSv48.entry_offset(address, 3), 3U * 8);
  EXPECT_EQ(kSv48.entry_offset(address, 2), 511U * 8);
  EXPECT_EQ(kSv48.entry_offset(address, 1), 5U * 8);
  EXPECT_EQ(kSv48.entry_offset(address, 0), 7U * 8);
  EXPECT_EQ(kSv39x4.entry_offset(address, 2), (3U << 9 | 511U) * 8) << "11 bits at the root";
  EXPECT_EQ(kSv39.entry_offset(address, 2), 511U * 8);
}

TEST(PageTableFormat, FirstStageAddressesAreSignExtended) {
  EXPECT_TRUE(kSv39.covers_signed(0x3fffffffff));
  EXPECT_FALSE(kSv39.covers_signed(0x4000000000));
  EXPECT_TRUE(kSv39.covers_signed(0xffffffc000000000));
  EXPECT_FALSE(kSv39.covers_signed(0xffffffbfffffffff));
}

TEST(PageTableFormat, SecondStageAddressesAreZeroExtended) {
  EXPECT_TRUE(kSv39x4.covers_unsigned((1ULL << 41) - 1));
  EXPECT_FALSE(kSv39x4.covers_unsigned(1ULL << 41));
}

}  // namespace
}  // namespace faultpath::riscv
