// Runs of numbers: membership, order and groups, against a set that is counted one by one.
#include "models/base/runs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <set>

#include "sim/random.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Piece = Runs::Run;

TEST(Runs, ThatTouchOrOverlapAreOne) {
  EXPECT_THAT(Runs({{5, 2}, {0, 5}}).list(), ElementsAre(Piece{0, 7}));
  EXPECT_THAT(Runs({{5, 2}, {0, 4}, {6, 3}, {9, 0}}).list(), ElementsAre(Piece{0, 4}, Piece{5, 4}));
  EXPECT_TRUE(Runs({{5, 2}, {0, 5}}).one());
  EXPECT_TRUE(Runs(std::vector<Piece>{}).empty());
}

TEST(Runs, KnowTheirMembersAndTheOrderOfThem) {
  sim::RandomStream stream({1, 0, "test", "runs"});
  for (int round = 0; round < 50; ++round) {
    std::set<std::uint64_t> members;
    RunsBuilder builder;
    for (std::uint64_t i = 0; i <= stream.below(20); ++i) {
      const std::uint64_t first = 1000 + stream.below(200), count = stream.below(9);
      builder.add(first, count);
      for (std::uint64_t n = first; n < first + count; ++n) members.insert(n);
    }
    const Runs runs = builder.take();
    ASSERT_EQ(runs.count(), members.size());
    std::uint64_t below = 0;
    for (std::uint64_t n = 990; n < 1220; ++n) {
      ASSERT_EQ(runs.contains(n), members.contains(n)) << n;
      if (!members.contains(n)) continue;
      EXPECT_EQ(runs.index_of(n), below);
      EXPECT_EQ(runs.at(below), n);
      ++below;
    }
    if (members.empty()) continue;
    EXPECT_EQ(runs.first(), *members.begin());
    EXPECT_EQ(runs.last(), *members.rbegin());
    std::set<std::uint64_t> groups;
    for (const std::uint64_t n : members) groups.insert(n >> 3);
    EXPECT_EQ(runs.groups(3).count(), groups.size());
    for (const std::uint64_t group : groups) EXPECT_TRUE(runs.groups(3).contains(group));
  }
}

TEST(Runs, AreCutByARange) {
  const Runs runs({{0, 4}, {10, 5}, {100, 1}});
  EXPECT_THAT(runs.within(2, 10), ElementsAre(Piece{2, 2}, Piece{10, 2}));
  EXPECT_THAT(runs.within(4, 6), IsEmpty());
  EXPECT_THAT(runs.within(0, 1000), ElementsAre(Piece{0, 4}, Piece{10, 5}, Piece{100, 1}));
}

// The numbers that come are many, those that differ few.
TEST(RunsBuilder, MergesWhatComesAgain) {
  RunsBuilder builder;
  for (std::uint64_t i = 0; i < 300'000; ++i) builder.add(i % 7 * 10, 1 + i % 3);
  const Runs runs = builder.take();
  EXPECT_EQ(runs.count(), 7U * 3U);
  EXPECT_EQ(runs.list().size(), 7U);
}

}  // namespace
}  // namespace faultpath::models
