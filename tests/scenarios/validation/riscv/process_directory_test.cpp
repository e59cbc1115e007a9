// From a PASID to an address space: widths, faults and privileges.
#include "scenarios/validation/riscv/process_directory.hpp"

#include <gtest/gtest.h>

#include "tests/scenarios/validation/riscv/tables.hpp"

namespace faultpath::riscv {
namespace {

using Outcome = TranslationResult::Outcome;

constexpr Pasid kPasid{0x21};
constexpr std::uint64_t kValid = 1, kEns = 2, kSum = 4;
constexpr std::uint64_t kSv39Mode = 8ULL << 60;

// One address space behind a process directory of this depth; `attributes` is the context's ta.
class Processes : public Tables {
 public:
  explicit Processes(std::uint64_t attributes, unsigned levels = 1, std::uint64_t leaf_bits = kAll)
      : Tables(kSv39, kSv39x4) {
    map_first(kFrom, kGuest, 0, leaf_bits);
    map_second(kGuest, kHost);
    const auto root = std::get<FirstStageSpec>(tables.first).root;
    Gpa table = new_guest_page();
    tables.first = ProcessDirectorySpec{levels, table};
    for (unsigned level = levels; level-- > 1;) {
      const Gpa below = new_guest_page();
      write(host_of(table), below.value, kV);
      table = below;
    }
    context_ = Hpa{host_of(table).value + kPasid.value * 16};
    memory.write(context_, attributes);
    memory.write(Hpa{context_.value + 8}, kSv39Mode | root.value >> kPageBits);
  }

  TranslationResult ask(Pasid pasid, bool privileged = false) {
    auto request = ats_of(kFrom);
    request.pasid = pasid;
    request.privileged = privileged;
    return translate(request);
  }
  Hpa context() const { return context_; }

 private:
  Hpa context_{};
};

TEST(ProcessDirectory, LeadsToTheAddressSpaceOfThePasid) {
  for (unsigned levels = 1; levels <= 3; ++levels) {
    Processes processes(kValid, levels);
    const auto result = processes.ask(kPasid);
    EXPECT_EQ(result.address.value, kHost.value | 0x678);
    EXPECT_EQ(result.trace.count(WalkRead::process_directory), levels);
    EXPECT_EQ(result.trace.count(WalkRead::second_stage), 3 * levels + 3 * 3 + 3) << levels;
  }
}

// RISC-V IOMMU 3.2: directories of one, two and three levels resolve 8, 17 and 20 bits.
TEST(ProcessDirectory, APasidThatIsTooWideIsDisallowedWithoutARead) {
  unsigned levels = 0;
  for (const unsigned bits : {8U, 17U, 20U}) {
    Processes processes(kValid, ++levels);
    EXPECT_EQ(cause_of(processes.ask(Pasid{1U << bits})), 260U);
    EXPECT_EQ(cause_of(processes.ask(Pasid{(1U << bits) - 1})), 266U) << "there, but invalid";
  }
}

TEST(ProcessDirectory, AnInvalidContextIsNoAccessForAtsAndAMisconfiguredOneAborts) {
  Processes processes(kValid | 1ULL << 40);
  EXPECT_EQ(cause_of(processes.ask(kPasid)), 267U);
  EXPECT_EQ(processes.ask(kPasid).outcome, Outcome::completer_abort);
  const auto invalid = processes.ask(Pasid{kPasid.value + 1});
  EXPECT_EQ(cause_of(invalid), 266U);
  EXPECT_EQ(invalid.outcome, Outcome::no_access);
  EXPECT_FALSE(invalid.fault->logged);
}

TEST(ProcessDirectory, AModeThatDoesNotExistIsMisconfigured) {
  Processes processes(kValid);
  processes.memory.write(Hpa{processes.context().value + 8}, 7ULL << 60);
  EXPECT_EQ(cause_of(processes.ask(kPasid)), 267U);
}

TEST(ProcessDirectory, WithoutAPasidTheFirstStageIsBare) {
  Processes processes(kValid);
  auto request = read_of(Iova{kGuest.value});
  EXPECT_EQ(processes.translate(request).address.value, kHost.value);
  EXPECT_EQ(processes.translate(request).trace.letters(), "D222");
}

TEST(ProcessDirectory, ReadsThatFailHaveCausesOfTheirOwn) {
  Processes processes(kValid);
  processes.memory.set_status(processes.context(), MemoryStatus::access_fault);
  EXPECT_EQ(cause_of(processes.ask(kPasid)), 265U);
  processes.memory.set_status(processes.context(), MemoryStatus::poisoned);
  EXPECT_EQ(cause_of(processes.ask(kPasid)), 269U);
  EXPECT_EQ(processes.ask(kPasid).outcome, Outcome::completer_abort);
}

TEST(ProcessDirectory, ADirectoryPageThatTheSecondStageMissesIsAnImplicitFault) {
  Processes processes(kValid);
  const Gpa table = std::get<ProcessDirectorySpec>(processes.tables.first).root;
  processes.map_second(table, {}, 0, 0);
  const auto result = processes.ask(kPasid);
  EXPECT_EQ(cause_of(result), 21U);
  EXPECT_EQ(result.fault->iotval2, table.value | 1);
}

TEST(ProcessDirectory, PrivilegedRequestsNeedEns) {
  EXPECT_EQ(cause_of(Processes(kValid).ask(kPasid, true)), 260U);
  EXPECT_EQ(cause_of(Processes(kValid | kEns, 1, kAll & ~kU).ask(kPasid, true)), 0U);
}

TEST(ProcessDirectory, SupervisorsUseUserPagesOnlyWithSumAndNeverExecuteThem) {
  EXPECT_EQ(cause_of(Processes(kValid | kEns).ask(kPasid, true)), 13U);
  EXPECT_EQ(cause_of(Processes(kValid | kEns | kSum).ask(kPasid, true)), 0U);
  auto request = ats_of(kFrom);
  request.pasid = kPasid;
  request.privileged = request.execute_requested = true;
  EXPECT_EQ(cause_of(Processes(kValid | kEns | kSum).translate(request)), 12U);
  EXPECT_TRUE(Processes(kValid | kEns, 1, kAll & ~kU).translate(request).grant.execute);
}

TEST(ProcessDirectory, GlobalPagesAreSaidToBe) {
  EXPECT_TRUE(Processes(kValid, 1, kAll | kG).ask(kPasid).grant.global);
  EXPECT_FALSE(Processes(kValid).ask(kPasid).grant.global);
}

}  // namespace
}  // namespace faultpath::riscv
