// The table of outstanding misses.
#include "models/device/miss_table.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sim/random.hpp"

namespace faultpath::models {
namespace {

TEST(MissTable, FindsWhatWasAddedByContextAndPage) {
  MissTable table(4);
  Miss& miss = table.add(1, {7});
  EXPECT_EQ(table.find(1, {7}), &miss);
  EXPECT_EQ(table.find(0, {7}), nullptr);
  EXPECT_EQ(table.find(1, {8}), nullptr);
  EXPECT_EQ(&table.at(miss.tag), &miss);
  table.remove(miss);
  EXPECT_EQ(table.find(1, {7}), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(MissTable, ARecordIsReusedWithNothingOfItsPast) {
  MissTable table(4);
  Miss& first = table.add(0, {1});
  first.granted = true;
  first.next = &first;
  const std::uint32_t tag = first.tag;
  table.remove(first);
  const Miss& second = table.add(3, {2});
  EXPECT_EQ(second.tag, tag);
  EXPECT_FALSE(second.granted);
  EXPECT_EQ(second.next, nullptr);
  EXPECT_EQ(second.context, 3U);
  EXPECT_EQ(second.page, IovaPage{2});
}

// With units of 16 KiB: pages 4 to 7 are one.
TEST(MissTable, FindsAndRevokesByTranslationUnit) {
  MissTable table(4, 2);
  Miss& miss = table.add(0, {6});
  EXPECT_EQ(table.find(0, {4}), &miss);
  EXPECT_EQ(table.find(0, {7}), &miss);
  EXPECT_EQ(table.find(0, {3}), nullptr);
  EXPECT_EQ(table.find(0, {8}), nullptr);
  for (const std::uint64_t pages : {std::uint64_t{1}, std::uint64_t{1'000'000}}) {
    miss.revoked = false;
    table.revoke(0, {8}, pages);
    EXPECT_FALSE(miss.revoked);
    table.revoke(0, {7}, pages);
    EXPECT_TRUE(miss.revoked) << pages;
  }
}

TEST(MissTable, HoldsMoreThanExpected) {
  MissTable table(1);
  for (std::uint64_t page = 0; page < 1000; ++page) table.add(0, {page});
  EXPECT_EQ(table.size(), 1000U);
  for (std::uint64_t page = 0; page < 1000; ++page) {
    ASSERT_NE(table.find(0, {page}), nullptr);
    EXPECT_EQ(table.find(0, {page})->page.value, page);
  }
}

// So that looking for one does not take longer the more there are.
TEST(MissTable, HasABucketForEachMissWhateverWasExpected) {
  MissTable table(1);
  for (std::uint64_t page = 0; page < 100'000; ++page) {
    table.add(static_cast<std::uint32_t>(page % 3), {page});
    ASSERT_GE(table.buckets(), table.size());
  }
  EXPECT_LE(table.buckets(), 2U * 131'072U) << "and not many more";
  table.revoke(1, {99'997}, 2);
  EXPECT_TRUE(table.find(1, {99'997})->revoked);
  EXPECT_FALSE(table.find(2, {99'998})->revoked);
  for (std::uint64_t page = 0; page < 100'000; ++page) {
    Miss* const miss = table.find(static_cast<std::uint32_t>(page % 3), {page});
    ASSERT_NE(miss, nullptr);
    table.remove(*miss);
  }
  EXPECT_EQ(table.size(), 0U);
}

TEST(MissTable, AgreesWithAMap) {
  MissTable table(16);
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> reference;
  sim::RandomStream stream({1, 0, "misses", "steps"});
  for (int step = 0; step < 20'000; ++step) {
    const auto context = static_cast<std::uint32_t>(stream.below(3));
    const std::uint64_t page = stream.below(60);
    Miss* const miss = table.find(context, {page});
    const auto at = reference.find({context, page});
    ASSERT_EQ(miss != nullptr, at != reference.end()) << "step " << step;
    if (miss == nullptr) {
      reference[{context, page}] = table.add(context, {page}).tag;
    } else {
      ASSERT_EQ(miss->tag, at->second);
      table.remove(*miss);
      reference.erase(at);
    }
    ASSERT_EQ(table.size(), reference.size());
  }
}

}  // namespace
}  // namespace faultpath::models
