// The memory of a process: ranges, places of pages, residence, and who is asked about a page.
#include "models/memory/process_memory.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

class ProcessMemoryTest : public testing::Test {
 protected:
  PageStore store;
};

TEST_F(ProcessMemoryTest, ContainsItsRangeAndNoMore) {
  const ProcessMemory process(store, "process", Runs(100, 50), {});
  EXPECT_FALSE(process.contains({99}));
  EXPECT_TRUE(process.contains({100}));
  EXPECT_TRUE(process.contains({149}));
  EXPECT_FALSE(process.contains({150}));
  EXPECT_FALSE(process.contains({0}));
}

TEST_F(ProcessMemoryTest, PagesAndTheirIdsTranslateBothWays) {
  const ProcessMemory before(store, "process", Runs(0, 70), {});
  const ProcessMemory process(store, "process", Runs(100, 50), {});
  for (const std::uint64_t page : {100U, 120U, 149U}) {
    const PageId id = process.id_of({page});
    EXPECT_EQ(process.page_of_id(id), IovaPage{page});
    EXPECT_TRUE(process.owns(id));
    EXPECT_FALSE(before.owns(id));
  }
}

// Four pages over 32 GiB.
TEST_F(ProcessMemoryTest, BetweenItsAreasThereIsNothing) {
  const std::uint64_t top = 0x7fefe0;
  ProcessMemory process(store, "process", Runs({{0x600, 2}, {top, 2}}), {});
  EXPECT_EQ(process.pages(), 4U);
  EXPECT_EQ(process.span(), top + 2 - 0x600);
  EXPECT_LE(store.pages.reserved(), 64U);
  for (const std::uint64_t hole : {0x5ffULL, 0x602ULL, 0x10000ULL, 0x7fefdfULL, 0x7fefe2ULL}) {
    EXPECT_FALSE(process.contains({hole}));
  }
  std::uint64_t index = 0;
  for (const std::uint64_t page : {std::uint64_t{0x600}, std::uint64_t{0x601}, top, top + 1}) {
    EXPECT_TRUE(process.contains({page}));
    EXPECT_EQ(process.id_of({page}), process.id_at(index++));
    EXPECT_EQ(process.page_of_id(process.id_of({page})), IovaPage{page});
  }
  EXPECT_FALSE(process.owns(process.id_at(4)));
}

TEST_F(ProcessMemoryTest, APopulatedProcessIsResidentBeforeAnybodyTouchesIt) {
  const ProcessMemory empty(store, "empty", Runs(0, 10), {});
  const ProcessMemory populated(store, "populated", Runs(0, 10), {.populated = true});
  EXPECT_FALSE(empty.is_resident({3}));
  EXPECT_TRUE(populated.is_resident({3}));
}

// What filled memory before the run has no copy in swap yet; a file has one.
TEST_F(ProcessMemoryTest, APopulatedPageIsDirtyUnlessItIsOfAFile) {
  ProcessMemory memory(store, "memory", Runs(0, 10), {.populated = true});
  ProcessMemory file(store, "file", Runs(0, 10), {.kind = Backing::file, .populated = true});
  EXPECT_TRUE(memory.page({3}).has(kDirty));
  EXPECT_FALSE(file.page({3}).has(kDirty));
}

class Reacher final : public MmuNotifier {
 public:
  bool maps(IovaPage page) const override { return page == reached; }
  bool clear_young(IovaPage) override { return std::exchange(young, false); }
  sim::Task<> invalidate_range(IovaPage, std::uint64_t, Worker&) override { co_return; }

  IovaPage reached;
  bool young = false;
};

TEST_F(ProcessMemoryTest, APageIsMappedIfAnyNotifierReachesIt) {
  ProcessMemory process(store, "process", Runs(0, 10), {});
  Reacher first, second;
  process.add(first);
  process.add(second);
  second.reached = {7};
  EXPECT_TRUE(process.is_mapped({7}));
  EXPECT_TRUE(process.is_mapped({0}));
  EXPECT_FALSE(process.is_mapped({5}));
}

TEST_F(ProcessMemoryTest, AUseCountsOnceWhoeverSawIt) {
  ProcessMemory process(store, "process", Runs(0, 10), {});
  Reacher first, second;
  process.add(first);
  process.add(second);
  EXPECT_FALSE(process.clear_young({7}));
  process.page({7}).set(kAccessed);
  EXPECT_TRUE(process.clear_young({7}));
  first.young = second.young = true;
  EXPECT_TRUE(process.clear_young({7}));
  EXPECT_FALSE(process.clear_young({7}));
}

}  // namespace
}  // namespace faultpath::models
