// Looking device contexts up: widths, order of failures, what is misconfigured.
#include "models/iommu/queues/riscv_device_directory.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

using Directory = RiscvDeviceDirectory;
using Mode = Directory::Mode;
using Format = Directory::ContextFormat;

// Every device in `devices` has a good context.
Directory directory(Format format, Mode mode, std::initializer_list<std::uint32_t> devices) {
  Directory result(format);
  result.set_mode(mode);
  for (const auto device : devices) result.write(StreamId{device}, {});
  return result;
}

DirectoryEnd end_of(const Directory& directory, std::uint32_t device) {
  return directory.find(StreamId{device}).end;
}

struct Width {
  Format format;
  Mode mode;
  unsigned bits;
};

// RISC-V IOMMU 3.1.2: a page of 4096 bytes holds 2^7 contexts of 32 or 2^6 of 64 bytes, and 2^9
// pointers of 8; device ids have 24 bits.
TEST(RiscvDeviceDirectory, ResolvesAsManyBitsAsItsLevelsHave) {
  for (const auto& [format, mode, bits] : {Width{Format::base, Mode::one_level, 7},
                                           {Format::extended, Mode::one_level, 6},
                                           {Format::base, Mode::two_levels, 7 + 9},
                                           {Format::extended, Mode::two_levels, 6 + 9},
                                           {Format::base, Mode::three_levels, 24},
                                           {Format::extended, Mode::three_levels, 24}}) {
    const std::uint32_t widest = (1U << bits) - 1;
    const auto tables = directory(format, mode, {widest, widest + 1});
    EXPECT_EQ(end_of(tables, widest), DirectoryEnd::found) << bits;
    EXPECT_EQ(end_of(tables, widest + 1), DirectoryEnd::too_wide) << bits;
  }
}

TEST(RiscvDeviceDirectory, ReadsOneEntryALevel) {
  unsigned levels = 0;
  for (const Mode mode : {Mode::one_level, Mode::two_levels, Mode::three_levels}) {
    EXPECT_EQ(directory(Format::base, mode, {5}).find(StreamId{5}).reads, ++levels);
  }
  EXPECT_EQ(directory(Format::base, Mode::bare, {5}).find(StreamId{5}).reads, 0U);
}

TEST(RiscvDeviceDirectory, AsksForWidthBeforeItReadsAndForValidityBeforeConfiguration) {
  auto tables = directory(Format::base, Mode::one_level, {1});
  tables.write(StreamId{2}, {.valid = false, .reserved_bits = true});
  tables.write(StreamId{3}, {.reserved_bits = true});
  EXPECT_EQ(end_of(tables, 2), DirectoryEnd::invalid);
  EXPECT_EQ(end_of(tables, 3), DirectoryEnd::misconfigured);
  EXPECT_EQ(end_of(tables, 4), DirectoryEnd::invalid) << "was never written";
  tables.set_reads(Directory::Reads::fail);
  EXPECT_EQ(end_of(tables, 1), DirectoryEnd::access_fault);
  EXPECT_EQ(end_of(tables, 1000), DirectoryEnd::too_wide);
  tables.set_reads(Directory::Reads::poisoned);
  EXPECT_EQ(end_of(tables, 1), DirectoryEnd::corrupted);
  tables.set_mode(Mode::off);
  EXPECT_EQ(end_of(tables, 1), DirectoryEnd::off);
}

TEST(RiscvDeviceDirectory, AFeatureWithoutTheOneItNeedsIsMisconfigured) {
  EXPECT_FALSE(RiscvDeviceContext{}.misconfigured());
  EXPECT_TRUE((RiscvDeviceContext{.ats = false}.misconfigured())) << "EN_PRI without EN_ATS";
  EXPECT_TRUE((RiscvDeviceContext{.page_requests = false}.misconfigured()))
      << "PRPR without EN_PRI";
  EXPECT_FALSE(
      (RiscvDeviceContext{.page_requests = false, .response_pasid = false}.misconfigured()));
}

TEST(RiscvDeviceDirectory, IgnoresAStepFromOneDepthOfTableToAnother) {
  auto tables = directory(Format::base, Mode::one_level, {});
  EXPECT_FALSE(tables.set_mode(Mode::two_levels));
  EXPECT_EQ(tables.mode(), Mode::one_level);
  EXPECT_TRUE(tables.set_mode(Mode::bare));
  EXPECT_TRUE(tables.set_mode(Mode::two_levels));
}

TEST(RiscvDeviceDirectory, GivesEveryDeviceTheCommonContextUntilItHasItsOwn) {
  auto tables = Directory::with_all_devices({.response_pasid = false});
  EXPECT_FALSE(tables.find(StreamId{0xffffff}).context.response_pasid);
  tables.write(StreamId{7}, {});
  EXPECT_TRUE(tables.find(StreamId{7}).context.response_pasid);
}

// RISC-V IOMMU 4.2, causes 256 to 260 and 268.
TEST(RiscvDeviceDirectory, NamesTheCauseOfEachEnd) {
  const auto number = [](DirectoryEnd end) { return static_cast<unsigned>(*cause_of(end)); };
  EXPECT_EQ(number(DirectoryEnd::off), 256U);
  EXPECT_EQ(number(DirectoryEnd::access_fault), 257U);
  EXPECT_EQ(number(DirectoryEnd::invalid), 258U);
  EXPECT_EQ(number(DirectoryEnd::misconfigured), 259U);
  EXPECT_EQ(number(DirectoryEnd::bare), 260U);
  EXPECT_EQ(number(DirectoryEnd::too_wide), 260U);
  EXPECT_EQ(number(DirectoryEnd::corrupted), 268U);
  EXPECT_FALSE(cause_of(DirectoryEnd::found).has_value());
}

}  // namespace
}  // namespace faultpath::models
