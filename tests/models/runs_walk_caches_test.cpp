// What each walk cache saves, level by level and kind by kind, in whole runs (semantics 3.2, VT-d
// 6.2.5): a hit that leaves r tables takes r reads with one stage, r (h + 1) with two.
#include <gtest/gtest.h>

#include "tests/models/forked_run.hpp"
#include "tests/models/invariants.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint32_t kFirst = 5;  // levels: all four caches are in use
constexpr std::uint64_t kPageOfTable = 1, kTable = kPagesPer2M, kGiBPages = kPagesPer1G,
                        kHalfTiB = 512 * kPagesPer1G;

SystemSpec accesses(std::uint32_t second, std::initializer_list<std::uint64_t> pages) {
  SystemSpec spec = small_system();
  spec.strategy = {"pin", PinSpec{}};
  spec.host.memory = 1024 * kGiB;
  spec.iommu.levels = {kFirst, second};
  replay(spec, trace_of_pages(pages));
  return spec;
}

std::uint64_t reads(const SystemSpec& spec) { return checked_run(spec).counters.walk_reads; }

// Of five levels and h: one stage for h = 0.
constexpr std::uint64_t cold(std::uint64_t h) { return (kFirst + 1) * (h + 1) - 1; }

// Of the second access, to a page at this distance from the first.
std::uint64_t reads_of_second(std::uint32_t h, std::uint64_t distance) {
  return reads(accesses(h, {0, distance})) - cold(h);
}

TEST(FirstStageEntries, APdeCacheHitLeavesOneRead) {
  EXPECT_EQ(reads_of_second(0, kPageOfTable), 1U);
}
TEST(FirstStageEntries, APdpeCacheHitLeavesTwo) { EXPECT_EQ(reads_of_second(0, kTable), 2U); }
TEST(FirstStageEntries, APml4CacheHitLeavesThree) { EXPECT_EQ(reads_of_second(0, kGiBPages), 3U); }
TEST(FirstStageEntries, APml5CacheHitLeavesFour) { EXPECT_EQ(reads_of_second(0, kHalfTiB), 4U); }

TEST(NestedEntries, APdeCacheHitLeavesOneGuestTable) {
  EXPECT_EQ(reads_of_second(4, kPageOfTable), 1U * 5U);
  EXPECT_EQ(reads_of_second(5, kPageOfTable), 1U * 6U);
}
TEST(NestedEntries, APdpeCacheHitLeavesTwo) { EXPECT_EQ(reads_of_second(5, kTable), 2U * 6U); }
TEST(NestedEntries, APml4CacheHitLeavesThree) { EXPECT_EQ(reads_of_second(5, kGiBPages), 3U * 6U); }
TEST(NestedEntries, APml5CacheHitLeavesFour) { EXPECT_EQ(reads_of_second(5, kHalfTiB), 4U * 6U); }

// The lookup order: IOTLB, then the cache that is nearest to the leaf, then the next, and so on.
// Caches of one entry each, so that the access in between takes what lies below the one that hits.
class LookupOrder : public testing::TestWithParam<std::uint32_t> {
 protected:
  // Of the third access, to `page`.
  static std::uint64_t last(std::uint64_t between, std::uint64_t page, CacheSpec iotlb = {8, 8}) {
    SystemSpec spec = accesses(GetParam(), {0, between, page});
    spec.devices[0].ats.entries = spec.devices[0].ats.ways = 1;
    spec.iommu.iotlb = iotlb;
    spec.iommu.walk_cache = {1, 1};
    SystemSpec before = spec;
    replay(before, trace_of_pages({0, between}));
    return reads(spec) - reads(before);
  }
  static std::uint64_t each() { return GetParam() > 0 ? GetParam() + 1 : 1; }
};
TEST_P(LookupOrder, FirstTheIotlb) { EXPECT_EQ(last(kPageOfTable, 0), 0U); }
TEST_P(LookupOrder, ThenThePdeCache) { EXPECT_EQ(last(kPageOfTable, 0, {1, 1}), 1 * each()); }
TEST_P(LookupOrder, ThenThePdpeCache) { EXPECT_EQ(last(kTable, 1), 2 * each()); }
TEST_P(LookupOrder, ThenThePml4Cache) { EXPECT_EQ(last(kGiBPages, 1), 3 * each()); }
TEST_P(LookupOrder, ThenThePml5Cache) { EXPECT_EQ(last(kHalfTiB, 1), 4 * each()); }
INSTANTIATE_TEST_SUITE_P(Stages, LookupOrder, testing::Values(0U, 4U, 5U));

TEST(LookupOrderEnd, WithoutWalkCachesEveryWalkBeginsAtTheRoot) {
  for (const std::uint32_t h : {0U, 4U, 5U}) {
    SystemSpec spec = accesses(h, {0, kPageOfTable});
    spec.iommu.walk_cache.entries = 0;
    EXPECT_EQ(reads(spec), 2 * cold(h));
  }
}

// Data and tables of one page lie in one 2 MiB of guest memory: behind the first guest address each
// takes the read of its leaf: h for the first, g entries, and g - 1 tables and the page.
TEST(SecondStageEntries, LeaveOneReadForANeighbour) {
  for (const std::uint32_t h : {3U, 4U, 5U}) {
    SystemSpec spec = accesses(h, {0});
    spec.iommu.second_stage.walk_cache.entries = 64;
    EXPECT_EQ(reads(spec), h + 2 * kFirst);
  }
}

// The tables of the first access are kept for the second, which translates the new page only.
TEST(SecondStageEntries, AGuestPageThatIsKeptTakesNoRead) {
  SystemSpec spec = accesses(4, {0, kPageOfTable});
  spec.iommu.walk_cache.entries = 0;
  spec.iommu.second_stage.cache.entries = 64;
  EXPECT_EQ(reads(spec), cold(4) + kFirst + 4);
}

// Behind a nested entry an entry of the first stage remains, and the leaf of its page.
TEST(SecondStageEntries, ShortenWhatNestedEntriesLeave) {
  SystemSpec spec = accesses(4, {0, kPageOfTable});
  spec.iommu.second_stage.walk_cache.entries = 64;
  EXPECT_EQ(reads(spec), 4 + 2 * kFirst + 2);
}

}  // namespace
}  // namespace faultpath::models
