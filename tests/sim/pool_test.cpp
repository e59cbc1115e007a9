// Pools: which record is taken next, what its number is, and where it lies.
#include "sim/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "sim/random.hpp"

namespace faultpath::sim {
namespace {

struct Thing {
  int value = 0;
};

TEST(Pool, TakesTheRecordThatBecameFreeLast) {
  Pool<Thing> pool;
  Thing& a = pool.take();
  Thing& b = pool.take();
  pool.give(a);
  pool.give(b);
  EXPECT_EQ(&pool.take(), &b);
  EXPECT_EQ(&pool.take(), &a);
}

TEST(Pool, NumbersRecordsAsTheyAreMadeAndFindsThemByNumber) {
  Pool<Thing> pool;
  for (std::uint32_t number = 0; number < 5; ++number) {
    Thing& thing = pool.take();
    EXPECT_EQ(pool.number_of(thing), number);
    EXPECT_EQ(&pool[number], &thing);
  }
}

TEST(Pool, ARecordKeepsItsValueAndItsNumberWhileItIsFree) {
  Pool<Thing> pool;
  pool.take();
  Thing& thing = pool.take();
  thing.value = 7;
  pool.give(thing);
  EXPECT_EQ(pool[1].value, 7);
  EXPECT_EQ(pool.take().value, 7);
  EXPECT_EQ(pool.number_of(thing), 1U);
}

TEST(Pool, ShowsEveryRecordToForEachAlsoThoseThatAreMadeMeanwhile) {
  Pool<Thing> pool;
  pool.take();
  pool.give(pool.take());
  std::vector<std::uint32_t> seen;
  pool.for_each([&](const Thing& thing) {
    seen.push_back(pool.number_of(thing));
    if (seen.size() == 1) {
      pool.take();
      pool.take();
    }
  });
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(Pool, NeverMakesMoreThanWereInUseAtATimeNorGivesOneToTwo) {
  RandomStream random{{1, 0, "pool", "script"}};
  Pool<Thing> pool;
  std::vector<Thing*> taken;
  std::size_t most = 0;
  for (int step = 0; step < 5'000; ++step) {
    if (taken.empty() || random.below(100) < 50) {
      taken.push_back(&pool.take());
    } else {
      std::swap(taken[random.below(taken.size())], taken.back());
      pool.give(*taken.back());
      taken.pop_back();
    }
    most = std::max(most, taken.size());
    ASSERT_EQ(pool.in_use(), taken.size());
    ASSERT_EQ(pool.size(), most);
    ASSERT_EQ(std::set<Thing*>(taken.begin(), taken.end()).size(), taken.size());
  }
}

}  // namespace
}  // namespace faultpath::sim
