// Translation caches: sets, replacement, sizes, permissions and invalidation.
#include "models/base/translation_cache.hpp"

#include <gtest/gtest.h>

#include <list>
#include <unordered_map>

#include "sim/random.hpp"

namespace faultpath::models {
namespace {

constexpr TranslationCache::Permissions kForBoth{true, true};
constexpr TranslationCache::Permissions kForReading{true, false};

TranslationCache::Entry small(std::uint64_t page, std::uint32_t tag = 0) {
  return {page, tag, 0, kForBoth};
}
bool holds(TranslationCache& cache, std::uint64_t page, std::uint32_t tag = 0) {
  return cache.hit(tag, page, false);
}

TEST(TranslationCache, HitsOnlyWhatWasInserted) {
  TranslationCache cache(16, 4);
  EXPECT_FALSE(holds(cache, 5));
  cache.insert(small(5));
  EXPECT_TRUE(holds(cache, 5));
  EXPECT_FALSE(holds(cache, 4));
  EXPECT_FALSE(holds(cache, 6));
  EXPECT_EQ(cache.valid(), 1U);
  EXPECT_EQ(cache.entries(), 16U);
}

TEST(TranslationCache, TagsDoNotMix) {
  TranslationCache cache(16, 4);
  cache.insert(small(5, 1));
  EXPECT_FALSE(holds(cache, 5, 0));
  EXPECT_FALSE(holds(cache, 5, 2));
  EXPECT_TRUE(holds(cache, 5, 1));
}

TEST(TranslationCache, TagsUpTo17BitsAndPagesUpTo45BitsAreDistinct) {
  TranslationCache cache(16, 16);
  const std::uint32_t tag = (1U << 17) - 1;
  const std::uint64_t page = (1ULL << 45) - 1;
  cache.insert(small(page, tag));
  EXPECT_TRUE(holds(cache, page, tag));
  EXPECT_FALSE(holds(cache, page, 0));
  EXPECT_FALSE(holds(cache, 0, tag));
}

TEST(TranslationCacheDeathTest, RefusesATagThatWouldRunIntoTheNext) {
  TranslationCache cache(4, 4);
  EXPECT_DEATH(cache.insert(small(0, 1U << 17)), "fit");
  EXPECT_DEATH(cache.insert(small(1ULL << 45)), "fit");
}

TEST(TranslationCacheDeathTest, RefusesEntriesThatAreNoMultipleOfTheWays) {
  EXPECT_DEATH(TranslationCache(10, 4), "multiple");
}

TEST(TranslationCache, ReplacesTheLeastRecentlyUsedOfAFullSet) {
  TranslationCache cache(4, 4);  // one set
  for (std::uint64_t page = 0; page < 4; ++page) cache.insert(small(page));
  EXPECT_TRUE(holds(cache, 0));  // now 1 is the oldest
  cache.insert(small(9));
  EXPECT_FALSE(holds(cache, 1));
  for (const std::uint64_t page : {0U, 2U, 3U, 9U}) EXPECT_TRUE(holds(cache, page)) << page;
  EXPECT_EQ(cache.valid(), 4U);
}

TEST(TranslationCache, KeepsEveryEntryUntilTheSetIsFull) {
  TranslationCache cache(8, 4);  // two sets: even and odd pages
  for (const std::uint64_t page : {0U, 2U, 4U, 6U}) cache.insert(small(page));
  for (const std::uint64_t page : {0U, 2U, 4U, 6U}) EXPECT_TRUE(holds(cache, page)) << page;
  cache.insert(small(8));  // a fifth even page
  EXPECT_FALSE(holds(cache, 0));
  cache.insert(small(1));  // the odd set is empty
  for (const std::uint64_t page : {2U, 4U, 6U, 8U, 1U}) EXPECT_TRUE(holds(cache, page)) << page;
}

TEST(TranslationCache, AMissDoesNotCountAsUse) {
  TranslationCache cache(2, 2);
  cache.insert({0, 0, 0, kForReading});
  cache.insert({1, 0, 0, kForReading});
  EXPECT_FALSE(cache.hit(0, 0, true));  // no permission: a miss
  cache.insert(small(2));
  EXPECT_FALSE(holds(cache, 0));
  EXPECT_TRUE(holds(cache, 1));
}

TEST(TranslationCache, InsertingAgainUpdatesInPlaceAndCountsAsUse) {
  TranslationCache cache(2, 2);
  cache.insert({0, 0, 0, kForReading});
  cache.insert(small(1));
  cache.insert(small(0));
  EXPECT_EQ(cache.valid(), 2U);
  EXPECT_TRUE(cache.hit(0, 0, true));
  cache.insert(small(0));
  cache.insert(small(2));
  EXPECT_FALSE(holds(cache, 1));
}

TEST(TranslationCache, GrantsWhatTheEntryGrants) {
  TranslationCache cache(4, 4);
  cache.insert({1, 0, 0, kForReading});
  EXPECT_TRUE(cache.hit(0, 1, false));
  EXPECT_FALSE(cache.hit(0, 1, true));
  ASSERT_TRUE(cache.find(0, 1));
  EXPECT_FALSE(cache.find(0, 1)->write);
  EXPECT_FALSE(cache.find(0, 2));
}

TEST(TranslationCache, ALargeTranslationCoversItsWholeRangeAndNoMore) {
  TranslationCache cache(16, 4);
  cache.insert({3 * kPagesPer2M + 7, 0, 9, kForBoth});  // the low bits are ignored
  EXPECT_TRUE(holds(cache, 3 * kPagesPer2M));
  EXPECT_TRUE(holds(cache, 4 * kPagesPer2M - 1));
  EXPECT_FALSE(holds(cache, 3 * kPagesPer2M - 1));
  EXPECT_FALSE(holds(cache, 4 * kPagesPer2M));
  cache.insert({5 * kPagesPer1G, 0, 18, kForBoth});
  EXPECT_TRUE(holds(cache, 5 * kPagesPer1G));
  EXPECT_TRUE(holds(cache, 6 * kPagesPer1G - 1));
  EXPECT_FALSE(holds(cache, 5 * kPagesPer1G - 1));
  EXPECT_FALSE(holds(cache, 6 * kPagesPer1G));
  EXPECT_EQ(cache.valid(), 2U);
}

TEST(TranslationCacheDeathTest, KnowsThreeSizesOnly) {
  TranslationCache cache(4, 4);
  EXPECT_DEATH(cache.insert({0, 0, 1, kForBoth}), "sizes");
}

TEST(TranslationCache, InvalidatesWhatOverlapsAndNothingElse) {
  TranslationCache cache(64, 64);
  for (std::uint64_t page = 0; page < 10; ++page) cache.insert(small(page));
  cache.insert(small(4, 1));
  cache.invalidate(0, 3, 4);
  for (std::uint64_t page = 0; page < 10; ++page) {
    EXPECT_EQ(holds(cache, page), page < 3 || page >= 7) << page;
  }
  EXPECT_TRUE(holds(cache, 4, 1));
  EXPECT_EQ(cache.valid(), 7U);
}

TEST(TranslationCache, OnePageInvalidatesTheLargeTranslationAroundIt) {
  TranslationCache cache(64, 8);
  cache.insert(small(kPagesPer2M + 3));
  cache.insert({kPagesPer2M, 0, 9, kForBoth});
  cache.insert({0, 0, 18, kForBoth});
  cache.invalidate(0, kPagesPer2M + 3, 1);
  EXPECT_EQ(cache.valid(), 0U);
  EXPECT_FALSE(holds(cache, kPagesPer2M + 3));
}

TEST(TranslationCache, ARangeInvalidatesLargeTranslationsThatItTouchesAtEitherEnd) {
  TranslationCache cache(64, 64);
  for (std::uint64_t region = 0; region < 4; ++region) {
    cache.insert({region * kPagesPer2M, 0, 9, kForBoth});
  }
  cache.invalidate(0, 2 * kPagesPer2M - 1, 2);  // last page of region 1, first page of region 2
  EXPECT_TRUE(holds(cache, 0));
  EXPECT_FALSE(holds(cache, kPagesPer2M));
  EXPECT_FALSE(holds(cache, 2 * kPagesPer2M));
  EXPECT_TRUE(holds(cache, 3 * kPagesPer2M));
}

TEST(TranslationCache, AnInvalidatedWayIsTheNextToBeFilled) {
  TranslationCache cache(4, 4);
  for (std::uint64_t page = 0; page < 4; ++page) cache.insert(small(page));
  cache.invalidate(0, 2, 1);
  cache.insert(small(7));
  for (const std::uint64_t page : {0U, 1U, 3U, 7U}) EXPECT_TRUE(holds(cache, page)) << page;
}

TEST(TranslationCache, InvalidatingATagLeavesTheOthers) {
  TranslationCache cache(16, 4);
  cache.insert(small(1, 1));
  cache.insert(small(1, 2));
  cache.insert({0, 1, 18, kForBoth});
  cache.invalidate_tag(1);
  EXPECT_FALSE(holds(cache, 1, 1));
  EXPECT_TRUE(holds(cache, 1, 2));
  EXPECT_EQ(cache.valid(), 1U);
}

TEST(TranslationCache, ZeroPagesInvalidateNothing) {
  TranslationCache cache(4, 4);
  cache.insert(small(1));
  cache.invalidate(0, 1, 0);
  EXPECT_TRUE(holds(cache, 1));
}

// The reference: a list in order of use for each set.
class ListedCache {
 public:
  ListedCache(std::uint64_t sets, std::size_t ways) : sets_(sets), ways_(ways) {}

  bool hit(std::uint64_t page) {
    auto& set = lists_[page % sets_];
    const auto at = std::find(set.begin(), set.end(), page);
    if (at == set.end()) return false;
    set.splice(set.begin(), set, at);
    return true;
  }
  void insert(std::uint64_t page) {
    auto& set = lists_[page % sets_];
    set.remove(page);
    set.push_front(page);
    if (set.size() > ways_) set.pop_back();
  }
  void invalidate(std::uint64_t first, std::uint64_t pages) {
    for (auto& [number, set] : lists_) {
      set.remove_if([&](std::uint64_t page) { return page >= first && page < first + pages; });
    }
  }

 private:
  std::uint64_t sets_;
  std::size_t ways_;
  std::unordered_map<std::uint64_t, std::list<std::uint64_t>> lists_;
};

void compare_with_lists(std::uint64_t sets, std::uint32_t ways, std::uint64_t seed) {
  TranslationCache cache(static_cast<std::uint32_t>(sets) * ways, ways);
  ListedCache reference(sets, ways);
  sim::RandomStream stream({seed, 0, "cache", "accesses"});
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t page = stream.below(3 * sets * ways);
    if (stream.below(50) == 0) {
      const std::uint64_t pages = 1 + stream.below(4);
      cache.invalidate(0, page, pages);
      reference.invalidate(page, pages);
      continue;
    }
    const bool hit = cache.hit(0, page, false);
    ASSERT_EQ(hit, reference.hit(page)) << "step " << step << ", seed " << seed;
    if (hit) continue;
    cache.insert(small(page));
    reference.insert(page);
  }
}

TEST(TranslationCache, AgreesWithAListInOrderOfUse) {
  compare_with_lists(1, 1, 1);
  compare_with_lists(1, 8, 2);
  compare_with_lists(16, 4, 3);
  compare_with_lists(3, 5, 4);  // sets that are no power of two
  compare_with_lists(100, 2, 5);
}

}  // namespace
}  // namespace faultpath::models
