// What translations grant and how they fail.
#include "scenarios/validation/riscv/translator.hpp"

#include <gtest/gtest.h>

#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {
namespace {

using Outcome = TranslationResult::Outcome;

// Both stages with pages of 4 KiB and these bits.
Tables nested(std::uint64_t first_bits = kAll, std::uint64_t second_bits = kAll) {
  Tables tables(kSv39, kSv39x4);
  tables.map_first(kFrom, kGuest, 0, first_bits);
  tables.map_second(kGuest, kHost, 0, second_bits);
  return tables;
}

TranslationRequest of_type(TranslationRequest::Type type) {
  return {.device = Tables::kDevice, .address = kFrom, .type = type};
}

struct Causes {
  TranslationRequest::Type type;
  unsigned first, second;
};

// RISC-V IOMMU 4.2: 12, 13, 15 and 20, 21, 23 by the access; an ATS request counts as a read.
TEST(Translator, NamesTheStageThatMissedAndTheAccess) {
  using Type = TranslationRequest::Type;
  for (const auto& [type, first, second] : {Causes{Type::execute, 12, 20},
                                            {Type::read, 13, 21},
                                            {Type::write, 15, 23},
                                            {Type::ats, 13, 21}}) {
    const auto request = of_type(type);
    const auto in_first = nested(0, kAll).translate(request);
    EXPECT_EQ(cause_of(in_first), first);
    EXPECT_EQ(in_first.fault->stage, 1U);
    const auto in_second = nested(kAll, 0).translate(request);
    EXPECT_EQ(cause_of(in_second), second);
    EXPECT_EQ(in_second.fault->stage, 2U);
  }
}

TEST(Translator, ReportsTheGuestAddressThatTheSecondStageMisses) {
  const auto result = nested(kAll, 0).translate(read_of(kFrom));
  EXPECT_EQ(result.fault->iotval2, kGuest.value | 0x678) << "bits 63 to 2 of it";
  EXPECT_FALSE(result.fault->implicit());
}

TEST(Translator, AMissingTablePageIsAnImplicitFaultOfTheSecondStage) {
  auto tables = nested();
  const Gpa table = tables.guest_table(1);
  tables.map_second(table, {}, 0, 0);
  const auto result = tables.translate(write_of(kFrom));
  EXPECT_EQ(cause_of(result), 23U) << "the cause follows the transaction, not the read of a table";
  EXPECT_EQ(result.fault->iotval2, table.value | 1);
  EXPECT_TRUE(result.fault->implicit());
}

// RISC-V IOMMU 3.6: a miss is a successful completion without permissions, and is not logged.
TEST(Translator, AnswersAMissWithoutPermissionToAtsAndRefusesTheUntranslated) {
  auto tables = nested(0, kAll);
  const auto asked = tables.translate(ats_of(kFrom));
  EXPECT_EQ(asked.outcome, Outcome::no_access);
  EXPECT_FALSE(asked.fault->logged);
  const auto direct = tables.translate(read_of(kFrom));
  EXPECT_EQ(direct.outcome, Outcome::unsupported_request);
  EXPECT_TRUE(direct.fault->logged);
}

TEST(Translator, GrantsAtsWhatBothStagesGrant) {
  const auto grant = [](std::uint64_t first, std::uint64_t second) {
    return nested(first, second).translate(ats_of(kFrom)).grant;
  };
  EXPECT_TRUE(grant(kAll, kAll).read && grant(kAll, kAll).write);
  EXPECT_FALSE(grant(kAll & ~kW, kAll).write);
  EXPECT_FALSE(grant(kAll, kAll & ~kW).write);
  EXPECT_TRUE(grant(kAll, kAll & ~kW).read);
  EXPECT_FALSE(grant(kAll & ~(kR | kW), kAll).read) << "execute only is no permission for ATS";
  EXPECT_FALSE(grant(kAll, kAll).execute) << "nobody asked for it";
}

TEST(Translator, ChecksPermissionsOfUntranslatedAccesses) {
  EXPECT_EQ(cause_of(nested(kAll & ~kW, kAll).translate(write_of(kFrom))), 15U);
  EXPECT_EQ(cause_of(nested(kAll, kAll & ~kW).translate(write_of(kFrom))), 23U);
  EXPECT_EQ(cause_of(nested(kAll & ~kW, kAll & ~kW).translate(read_of(kFrom))), 0U);
}

TEST(Translator, BothStagesNeedTheUserBitWithoutSupervisorPrivilege) {
  EXPECT_EQ(cause_of(nested(kAll & ~kU, kAll).translate(read_of(kFrom))), 13U);
  EXPECT_EQ(cause_of(nested(kAll, kAll & ~kU).translate(read_of(kFrom))), 21U);
}

TEST(Translator, ReportsTheSmallerPageOfBothStages) {
  Tables tables(kSv39, kSv39x4);
  tables.map_first(kFrom, Gpa{0x80000000}, 2);
  tables.map_second(Gpa{0x80000000 | (kFrom.value & 0x3fe00000)}, Hpa{0x40000000}, 1);
  const auto result = tables.translate(read_of(kFrom));
  EXPECT_EQ(result.page_bits, 21U);
  EXPECT_EQ(result.address.value, 0x40000000 | (kFrom.value & 0x1fffff));
}

// A leaf or a pointer above it can be global; without a PASID the completion does not say so.
TEST(Translator, TellsGlobalMappingsOnlyToRequestsWithAPasid) {
  EXPECT_FALSE(nested(kAll | kG, kAll).translate(ats_of(kFrom)).grant.global);
}

TEST(Translator, APasidWithoutAProcessDirectoryIsDisallowed) {
  auto tables = nested();
  auto request = ats_of(kFrom);
  request.pasid = Pasid{1};
  const auto result = tables.translate(request);
  EXPECT_EQ(cause_of(result), 260U);
  EXPECT_EQ(result.outcome, Outcome::unsupported_request);
}

TEST(Translator, RefusesAtsOfADeviceThatMayNotAskButTranslatesItsAccesses) {
  auto tables = nested();
  tables.directory.write(Tables::kDevice,
                         {.ats = false, .page_requests = false, .response_pasid = false});
  EXPECT_EQ(cause_of(tables.translate(ats_of(kFrom))), 260U);
  EXPECT_EQ(cause_of(tables.translate(read_of(kFrom))), 0U);
}

TEST(Translator, LogsNothingForADeviceWhoseFaultsAreHidden) {
  auto tables = nested(0, kAll);
  tables.directory.write(Tables::kDevice, {.faults_hidden = true});
  EXPECT_FALSE(tables.translate(read_of(kFrom)).fault->logged);
}

TEST(Translator, PassesAddressesWhenTheDirectoryIsBare) {
  auto tables = nested();
  tables.directory.set_mode(RiscvDeviceDirectory::Mode::bare);
  const auto result = tables.translate(write_of(kFrom));
  EXPECT_EQ(result.address.value, kFrom.value);
  EXPECT_EQ(result.page_bits, 12U);
  EXPECT_EQ(result.trace.letters(), "");
  EXPECT_EQ(cause_of(tables.translate(ats_of(kFrom))), 260U);
}

// Access fault: 1, 5, 7 by the access; poisoned data: 274. Both abort an ATS request.
TEST(Translator, ReadsOfTablesThatFailHaveCausesOfTheirOwn) {
  const auto cold = nested().translate(read_of(kFrom)).trace;
  auto probe = nested();
  const Hpa root = probe.tables.second.root;
  const Hpa leaf = probe.first_entry(probe.guest_table(2), kFrom, 0);
  for (const Hpa broken : {Hpa{root.value + kSv39x4.entry_offset(kGuest.value, 2)}, leaf}) {
    auto tables = nested();
    tables.memory.set_status(broken, MemoryStatus::access_fault);
    EXPECT_EQ(cause_of(tables.translate(write_of(kFrom))), 7U);
    EXPECT_EQ(tables.translate(ats_of(kFrom)).outcome, Outcome::completer_abort);
    tables.memory.set_status(broken, MemoryStatus::poisoned);
    const auto result = tables.translate(read_of(kFrom));
    EXPECT_EQ(cause_of(result), 274U);
    EXPECT_LT(result.trace.letters().size(), cold.letters().size());
  }
}

}  // namespace
}  // namespace faultpath::riscv
