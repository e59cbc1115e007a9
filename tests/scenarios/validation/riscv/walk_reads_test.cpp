// How many entries a cold walk reads, against the formula.
#include <gtest/gtest.h>

#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {
namespace {

constexpr PageTableFormat kFirst[]{kSv39, kSv48, kSv57};
constexpr PageTableFormat kSecond[]{kSv39x4, kSv48x4, kSv57x4};

std::uint32_t reads_of(const TranslationResult& result) {
  return result.trace.count(WalkRead::first_stage) + result.trace.count(WalkRead::second_stage);
}

// Hennessy and Patterson's two-dimensional walk: (g + 1)(h + 1) - 1 reads.
TEST(WalkReads, ANestedColdWalkReadsTheProductOfItsLevels) {
  for (const auto& first : kFirst) {
    for (const auto& second : kSecond) {
      Tables tables(first, second);
      tables.map_first(kFrom, kGuest);
      tables.map_second(kGuest, kHost);
      const auto result = tables.translate(read_of(kFrom));
      EXPECT_EQ(result.address.value, kHost.value | 0x678);
      EXPECT_EQ(reads_of(result), (first.levels + 1) * (second.levels + 1) - 1);
      EXPECT_EQ(result.trace.count(WalkRead::first_stage), first.levels);
    }
  }
}

TEST(WalkReads, ALargerFirstStageLeafSavesALevelOfBoth) {
  for (unsigned leaf = 0; leaf <= 2; ++leaf) {
    Tables tables(kSv48, kSv39x4);
    tables.map_first(kFrom, kGuest, leaf);
    tables.map_second(Gpa{kGuest.value | (kFrom.value & 0x3ffff000)}, kHost);
    if (leaf == 0) tables.map_second(kGuest, kHost);
    if (leaf == 1) tables.map_second(Gpa{kGuest.value | (kFrom.value & 0x1ff000)}, kHost);
    const unsigned levels = kSv48.levels - leaf;
    EXPECT_EQ(reads_of(tables.translate(read_of(kFrom))), (levels + 1) * (3 + 1) - 1) << leaf;
  }
}

TEST(WalkReads, ALargerSecondStageLeafSavesItsLevelsForThatAddressOnly) {
  for (unsigned leaf = 0; leaf <= 2; ++leaf) {
    Tables tables(kSv39, kSv48x4);
    tables.map_first(kFrom, kGuest);
    tables.map_second(kGuest, Hpa{0x40000000}, leaf);
    EXPECT_EQ(reads_of(tables.translate(read_of(kFrom))), (3 + 1) * (4 + 1) - 1 - leaf) << leaf;
  }
}

TEST(WalkReads, ASingleStageReadsItsLevels) {
  for (const auto& format : kFirst) {
    Tables tables(format, kBare);
    tables.map_first(kFrom, kGuest);
    EXPECT_EQ(reads_of(tables.translate(read_of(kFrom))), format.levels);
  }
  for (const auto& format : kSecond) {
    Tables tables(kBare, format);
    tables.map_second(Gpa{0x12345000}, kHost);
    const auto result = tables.translate(read_of(kFrom));
    EXPECT_EQ(result.address.value, kHost.value | 0x678);
    EXPECT_EQ(reads_of(result), format.levels);
  }
}

TEST(WalkReads, StandInTheTraceInTheirOrder) {
  Tables tables(kSv39, kSv39x4);
  tables.map_first(kFrom, kGuest);
  tables.map_second(kGuest, kHost);
  EXPECT_EQ(tables.translate(read_of(kFrom)).trace.letters(), "D222122212221222");
}

TEST(WalkReads, AnAddressThatNoTableCoversIsNotLookedUp) {
  Tables first(kSv39, kBare);
  const auto result = first.translate(read_of(Iova{1ULL << 38}));
  EXPECT_EQ(cause_of(result), 13U);
  EXPECT_EQ(reads_of(result), 0U);
  Tables second(kBare, kSv39x4);
  const auto beyond = second.translate(write_of(Iova{1ULL << 41}));
  EXPECT_EQ(cause_of(beyond), 23U);
  EXPECT_EQ(beyond.fault->iotval2, 1ULL << 41);
  EXPECT_EQ(reads_of(beyond), 0U);
}

TEST(WalkReads, ATableBeyondPhysicalMemoryIsAnAccessFaultThatReadsNothing) {
  Tables tables(kSv39, kBare);
  tables.write(Hpa{tables.first_entry(tables.guest_table(0), kFrom, 2)}, 1ULL << 46, kV);
  const auto result = tables.translate(read_of(kFrom));
  EXPECT_EQ(cause_of(result), 5U);
  EXPECT_EQ(reads_of(result), 1U) << "the root alone";
}

}  // namespace
}  // namespace faultpath::riscv
