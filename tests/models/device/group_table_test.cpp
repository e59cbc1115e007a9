// The table of groups: which groups a reset, a stop and a drain concern, and what they give back.
#include "models/device/group_table.hpp"

#include <gtest/gtest.h>

namespace faultpath::models {
namespace {

constexpr FunctionNumber kOne{1}, kTwo{2};
constexpr Requester kA{kOne, Pasid{1}}, kB{kOne, Pasid{2}}, kC{kTwo, Pasid{1}};

PrgIndex send(GroupTable& groups, std::uint32_t requests, Requester who) {
  const PrgIndex index = groups.take(requests);
  groups[index].who = who;
  groups[index].sent = true;
  return index;
}

TEST(Requesters, AreAllOrThoseOfAFunctionOrOne) {
  EXPECT_TRUE(Requesters::all().contain(kC));
  EXPECT_TRUE(Requesters::of(kOne).contain(kA));
  EXPECT_TRUE(Requesters::of(kOne).contain(kB));
  EXPECT_FALSE(Requesters::of(kOne).contain(kC));
  EXPECT_TRUE(Requesters::only(kA).contain(kA));
  EXPECT_FALSE(Requesters::only(kA).contain(kB));
  EXPECT_FALSE(Requesters::only(kA).contain(kC));
}

TEST(GroupTable, FindsAGroupOnlyAfterItsLastRequestHasBeenSent) {
  GroupTable groups(4);
  const PrgIndex index = groups.take(2);
  EXPECT_EQ(groups.find_sent(index), nullptr);
  groups[index].sent = true;
  EXPECT_EQ(groups.find_sent(index), &groups[index]);
  EXPECT_EQ(groups.find_sent(PrgIndex{7}), nullptr);
}

// VT-d 7.9: the credits at once, the index when its answer has come or nobody will give it.
TEST(GroupTable, ForgettingGivesCreditsBackAndAbandoningTheIndex) {
  GroupTable groups(8);
  send(groups, 2, kA);
  send(groups, 3, kC);
  groups.forget(Requesters::of(kOne));
  EXPECT_EQ(groups.credits(), 5U);
  EXPECT_EQ(groups.outstanding(), 2U);
  EXPECT_EQ(groups.stale(kOne), 1U);
  groups.abandon(Requesters::all());
  EXPECT_EQ(groups.outstanding(), 1U);
  EXPECT_EQ(groups.credits(), 5U);
  EXPECT_EQ(groups.stale(kOne), 0U);
}

// PCIe 10.4.1.2: a stop marker makes groups stale, but their credits stay in use.
TEST(GroupTable, CuttingOffKeepsCreditsUntilTheGroupIsAbandoned) {
  GroupTable groups(8);
  const PrgIndex stopped = send(groups, 2, kA);
  const PrgIndex other = send(groups, 1, kB);
  groups.cut_off(Requesters::only(kA));
  EXPECT_TRUE(groups[stopped].stale);
  EXPECT_FALSE(groups[other].stale);
  EXPECT_EQ(groups.credits(), 5U);
  groups.abandon(Requesters::only(kA));
  EXPECT_EQ(groups.credits(), 7U);
}

TEST(GroupTableDeathTest, AnAllocationDoesNotChangeWhileCreditsAreInUse) {
  GroupTable groups(8);
  send(groups, 1, kA);
  EXPECT_DEATH(groups.allocate(16), "nothing is outstanding");
}

}  // namespace
}  // namespace faultpath::models
