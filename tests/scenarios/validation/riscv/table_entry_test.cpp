// Which entries are pointers, leaves or neither.
#include "scenarios/validation/riscv/table_entry.hpp"

#include <gtest/gtest.h>

#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {
namespace {

using Shape = TableEntry::Shape;

Shape shape(std::uint64_t raw, unsigned level = 0) { return TableEntry{raw}.shape(level); }

// Steps 3 and 4 of the privileged architecture's translation process.
TEST(TableEntry, IsALeafIfItCanBeReadOrExecutedAndAPointerIfNot) {
  EXPECT_EQ(shape(kV | kR), Shape::leaf);
  EXPECT_EQ(shape(kV | kX), Shape::leaf);
  EXPECT_EQ(shape(kV, 1), Shape::pointer);
  EXPECT_EQ(shape(kV | kG, 1), Shape::pointer);
}

TEST(TableEntry, IsInvalidWithoutTheValidBitOrWithWriteButNotRead) {
  EXPECT_EQ(shape(kAll & ~kV), Shape::invalid);
  EXPECT_EQ(shape(kV | kW), Shape::invalid);
  EXPECT_EQ(shape(kV | kW | kX), Shape::invalid);
}

TEST(TableEntry, IsInvalidWithAnyReservedBit) {
  for (unsigned bit = 54; bit < 64; ++bit) {
    EXPECT_EQ(shape(kAll | 1ULL << bit), Shape::invalid) << bit;
    EXPECT_EQ(shape(kV | 1ULL << bit, 1), Shape::invalid) << bit;
  }
  EXPECT_EQ(shape(kAll | 1ULL << 53), Shape::leaf) << "the highest bit of the page number";
}

TEST(TableEntry, APointerHasNoUserAccessedOrDirtyBit) {
  for (const auto bit : {kU, kA, kD}) EXPECT_EQ(shape(kV | bit, 1), Shape::invalid) << bit;
}

TEST(TableEntry, APointerAtTheLastLevelIsInvalid) { EXPECT_EQ(shape(kV, 0), Shape::invalid); }

TEST(TableEntry, ALargePageIsAligned) {
  const auto page = [](std::uint64_t number) { return kAll | number << 10; };
  EXPECT_EQ(shape(page(512), 1), Shape::leaf);
  EXPECT_EQ(shape(page(513), 1), Shape::invalid);
  EXPECT_EQ(shape(page(512), 2), Shape::invalid);
  EXPECT_EQ(shape(page(512 * 512), 2), Shape::leaf);
}

TEST(TableEntry, PointsToThePageWhoseNumberItHolds) {
  EXPECT_EQ(TableEntry{0x12345ULL << 10 | kAll}.target(), 0x12345000U);
  EXPECT_EQ(TableEntry{~0ULL}.target(), ((1ULL << 44) - 1) << 12);
}

}  // namespace
}  // namespace faultpath::riscv
