// What counts as locked memory under each engine, and when there is too much of it.
#include "models/memory/locked_accounts.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace faultpath::models {
namespace {

class LockedAccountsTest : public testing::Test {
 protected:
  ProcessMemory& process(std::uint32_t user) {
    ProcessMemory& made = processes.emplace_back(store, "process", Runs(0, 10), BackingSpec{});
    made.locked.user = user;
    return made;
  }
  static MappingSpec rules(MappingEngine engine, RlimitMode mode, std::uint64_t pages) {
    MappingSpec spec;
    spec.engine = engine;
    spec.rlimit_mode = mode;
    spec.memlock = pages * kPageBytes;
    return spec;
  }

  PageStore store;
  std::deque<ProcessMemory> processes;
};

TEST_F(LockedAccountsTest, Type1ChargesAPageOnceForEachTable) {
  LockedAccounts accounts(rules(MappingEngine::type1, RlimitMode::user, 10));
  ProcessMemory& one = process(0);
  EXPECT_EQ(accounts.pin(one, 0), 1U);
  EXPECT_EQ(accounts.pin(one, 1), 1U);
  EXPECT_EQ(accounts.charged(one), 2U);
  EXPECT_EQ(accounts.unpin(one, 1), 1U);
  EXPECT_EQ(accounts.charged(one), 1U);
}

TEST_F(LockedAccountsTest, IommufdChargesAPageOnceHoweverManyTablesHaveIt) {
  LockedAccounts accounts(rules(MappingEngine::iommufd, RlimitMode::user, 10));
  ProcessMemory& one = process(0);
  EXPECT_EQ(accounts.pin(one, 0), 1U);
  EXPECT_EQ(accounts.pin(one, 1), 0U);
  EXPECT_EQ(accounts.charged(one), 1U);
  EXPECT_EQ(accounts.unpin(one, 1), 0U);
  EXPECT_EQ(accounts.unpin(one, 0), 1U);
  EXPECT_EQ(accounts.charged(one), 0U);
}

TEST_F(LockedAccountsTest, IommufdAddsTheRestOfAProcessThatIsPinnedAsAWhole) {
  LockedAccounts accounts(rules(MappingEngine::iommufd, RlimitMode::user, 10));
  ProcessMemory& one = process(0);
  accounts.pin(one, 0);
  EXPECT_EQ(accounts.pin_whole(one), 9U);
  EXPECT_EQ(accounts.pin_whole(one), 0U);
  EXPECT_EQ(accounts.pin(one, 0), 0U);
  EXPECT_EQ(accounts.charged(one), 10U);
}

TEST_F(LockedAccountsTest, Type1ComparesTheProcessAndIommufdTheUser) {
  for (const auto& [engine, mode, sum] : {std::tuple{MappingEngine::type1, RlimitMode::user, 1U},
                                          {MappingEngine::iommufd, RlimitMode::mm, 1U},
                                          {MappingEngine::iommufd, RlimitMode::user, 2U}}) {
    LockedAccounts accounts(rules(engine, mode, 10));
    ProcessMemory &one = process(7), &like = process(7), &other = process(8);
    accounts.pin(one, 0);
    accounts.pin(like, 0);
    accounts.pin(other, 0);
    EXPECT_EQ(accounts.charged(one), sum);
    EXPECT_EQ(accounts.charged(other), 1U);
  }
}

TEST_F(LockedAccountsTest, Type1RefusesThePageThatWouldBeTooMany) {
  LockedAccounts accounts(rules(MappingEngine::type1, RlimitMode::user, 2));
  ProcessMemory& one = process(0);
  accounts.pin(one, 0);
  EXPECT_FALSE(accounts.refuses(one));
  accounts.pin(one, 0);
  EXPECT_TRUE(accounts.refuses(one));
  EXPECT_FALSE(accounts.exceeded(one));
}

TEST_F(LockedAccountsTest, IommufdFindsOutWhenThePageTooManyIsPinned) {
  LockedAccounts accounts(rules(MappingEngine::iommufd, RlimitMode::user, 2));
  ProcessMemory& one = process(0);
  accounts.pin(one, 0);
  accounts.pin(one, 0);
  EXPECT_FALSE(accounts.refuses(one));
  EXPECT_FALSE(accounts.exceeded(one));
  accounts.pin(one, 0);
  EXPECT_FALSE(accounts.refuses(one));
  EXPECT_TRUE(accounts.exceeded(one));
}

TEST_F(LockedAccountsTest, WithoutALimitNothingIsRefused) {
  for (const MappingEngine engine : {MappingEngine::type1, MappingEngine::iommufd}) {
    MappingSpec spec;
    spec.engine = engine;
    LockedAccounts accounts(spec);
    ProcessMemory& one = process(0);
    accounts.pin_whole(one);
    EXPECT_FALSE(accounts.refuses(one));
    EXPECT_FALSE(accounts.exceeded(one));
    EXPECT_FALSE(accounts.looks_at_end());
  }
}

}  // namespace
}  // namespace faultpath::models
