// Accessed and dirty bits: missed by software rule, or set by the hardware.
#include <gtest/gtest.h>

#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {
namespace {

struct Updates {
  bool first, second;
};

Tables nested(std::uint64_t first_bits, std::uint64_t second_bits, Updates updates) {
  Tables tables(kSv39, kSv39x4);
  tables.map_first(kFrom, kGuest, 0, first_bits);
  tables.map_second(kGuest, kHost, 0, second_bits);
  tables.tables.first_stage_updates = updates.first;
  tables.tables.second.hardware_updates = updates.second;
  return tables;
}

constexpr std::uint64_t kClean = kAll & ~kD;
constexpr std::uint64_t kUntouched = kAll & ~(kA | kD);

TEST(Marking, WithoutHardwareUpdatesAClearBitIsAPageFault) {
  constexpr Updates kNone{false, false};
  EXPECT_EQ(cause_of(nested(kUntouched, kAll, kNone).translate(read_of(kFrom))), 13U);
  EXPECT_EQ(cause_of(nested(kAll, kUntouched, kNone).translate(read_of(kFrom))), 21U);
  EXPECT_EQ(cause_of(nested(kClean, kAll, kNone).translate(write_of(kFrom))), 15U);
  EXPECT_EQ(cause_of(nested(kClean, kAll, kNone).translate(read_of(kFrom))), 0U);
}

TEST(Marking, AnAtsRequestThatWantsToWriteNeedsTheDirtyBitOnlyWherePagesCanBeWritten) {
  constexpr Updates kNone{false, false};
  EXPECT_EQ(cause_of(nested(kClean, kAll, kNone).translate(ats_of(kFrom))), 13U);
  EXPECT_EQ(cause_of(nested(kClean & ~kW, kAll, kNone).translate(ats_of(kFrom))), 0U);
  auto no_write = ats_of(kFrom);
  no_write.no_write = true;
  const auto result = nested(kClean, kAll, kNone).translate(no_write);
  EXPECT_TRUE(result.grant.read);
  EXPECT_FALSE(result.grant.write) << "a clean page cannot be written unnoticed";
}

TEST(Marking, HardwareSetsWhatTheAccessNeedsAndNoMore) {
  auto tables = nested(kUntouched, kUntouched, {true, true});
  const Hpa leaf = tables.first_entry(tables.guest_table(2), kFrom, 0);
  const auto read = tables.translate(read_of(kFrom));
  EXPECT_EQ(read.trace.letters(), "D222122212221a222b");
  EXPECT_EQ(read.trace.writes().size(), 2U);
  EXPECT_EQ(tables.memory.read(leaf).value & (kA | kD), kA);
  EXPECT_EQ(tables.translate(read_of(kFrom)).trace.writes().size(), 0U) << "once";
  tables.translate(write_of(kFrom));
  EXPECT_EQ(tables.memory.read(leaf).value & (kA | kD), kA | kD);
}

TEST(Marking, AnAtsCompletionGrantsWriteToThePageThatItHasMadeDirty) {
  auto tables = nested(kClean, kClean, {true, true});
  EXPECT_TRUE(tables.translate(ats_of(kFrom)).grant.write);
}

// RISC-V IOMMU 4.2, iotval2: bit 1 for an implicit write.
TEST(Marking, AFirstStageTableThatCannotBeWrittenIsAFaultOfTheSecondStage) {
  auto tables = nested(kUntouched, kAll, {true, true});
  const Gpa table = tables.guest_table(2);
  tables.map_second(table, tables.host_of(table), 0, kAll & ~kW);
  const auto result = tables.translate(write_of(kFrom));
  EXPECT_EQ(cause_of(result), 23U);
  EXPECT_EQ(result.fault->iotval2, table.value | 3);
  EXPECT_EQ(result.trace.writes().size(), 0U);
}

// The privileged architecture lets implicit accesses dirty the pages of tables; the reference does.
TEST(Marking, TablesThatHardwareMayWriteAreDirtyBeforeTheyAreRead) {
  const auto with_clean_table = [](Updates updates) {
    auto tables = nested(kAll, kAll, updates);
    const Gpa table = tables.guest_table(1);
    tables.map_second(table, tables.host_of(table), 0, kClean);
    return tables.translate(read_of(kFrom));
  };
  EXPECT_EQ(with_clean_table({true, true}).trace.letters(), "D2221222b12221222");
  EXPECT_EQ(with_clean_table({false, true}).trace.letters(), "D222122212221222");
  EXPECT_EQ(cause_of(with_clean_table({true, false})), 21U);
}

}  // namespace
}  // namespace faultpath::riscv
