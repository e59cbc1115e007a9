// What resets, stops and software's control do to a page request interface.
#include <gmock/gmock.h>

#include "models/device/page_request_interface.hpp"
#include "tests/models/device/page_request_interface_fixture.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// VT-d 7.9: credits at once, indices when nothing can be mistaken any more.
TEST_F(PageRequestInterfaceTest, AResetReplenishesCreditsAndReservesIndices) {
  make(4);
  send("a", 3);
  send("waiting", 2);
  pri->forget({});
  simulation.calendar().run_before(sim::kEndOfTime);
  EXPECT_THAT(forgotten, ElementsAre("a"));
  EXPECT_THAT(refused, ElementsAre("waiting"));
  EXPECT_EQ(pri->credits(), 4U);
  EXPECT_EQ(pri->stale({}), 1U);
  send("b", 4);
  EXPECT_NE(indices[1], indices[0]);
  EXPECT_FALSE(answer(indices[0]));
  EXPECT_EQ(receipt, PageRequestInterface::Receipt::stale);
  EXPECT_EQ(pri->credits(), 0U) << "replenished once";
  EXPECT_EQ(pri->stale({}), 0U);
  EXPECT_THAT(answered, IsEmpty());
}

TEST_F(PageRequestInterfaceTest, AResetOfOneFunctionLeavesTheOthersAlone) {
  make(4);
  who.function = {0};
  send("a", 2);
  who.function = {1};
  send("b", 2);
  send("c", 1);
  pri->forget({0});
  simulation.calendar().run_before(sim::kEndOfTime);
  EXPECT_THAT(forgotten, ElementsAre("a"));
  EXPECT_THAT(sent, ElementsAre("a", "b", "c")) << "its credits go to the next";
  EXPECT_TRUE(answer(indices[1]));
}

// PCIe 10.4.1.2: answers to what is stale only return credits and indices.
TEST_F(PageRequestInterfaceTest, GroupsOfAStoppedPasidKeepTheirCreditsUntilAnswered) {
  make(4);
  who.pasid = Pasid{7};
  send("a", 3);
  who.pasid = Pasid{8};
  send("b", 1);
  pri->retire({{}, Pasid{7}});
  EXPECT_THAT(forgotten, ElementsAre("a"));
  EXPECT_EQ(pri->credits(), 0U);
  EXPECT_FALSE(answer(indices[0], ResponseCode::failure));
  EXPECT_EQ(pri->credits(), 3U);
  EXPECT_FALSE(pri->failed());
  EXPECT_TRUE(answer(indices[1]));
}

TEST_F(PageRequestInterfaceTest, AFailedInterfaceWorksAgainAfterAReset) {
  make(4);
  send("a", 1);
  answer(indices[0], ResponseCode::failure);
  pri->disable();
  EXPECT_TRUE(pri->enable(4));
  send("b", 1);
  EXPECT_THAT(sent, ElementsAre("a", "b"));
}

// PCIe 10.5.2: E = 0 lets what has been issued complete, and Stopped says when that is so; while
// E = 1 it says nothing.
TEST_F(PageRequestInterfaceTest, ADisabledInterfaceIsStoppedOnceAllItsRequestsHaveCompleted) {
  make(4);
  EXPECT_EQ(pri->stopped(), std::nullopt);
  send("a", 3);
  send("waits", 2);
  pri->disable();
  simulation.calendar().run_before(sim::kEndOfTime);
  EXPECT_THAT(refused, ElementsAre("waits"));
  send("late", 1);
  EXPECT_THAT(refused, ElementsAre("waits", "late"));
  EXPECT_EQ(pri->stopped(), false);
  EXPECT_FALSE(pri->enable(4)) << "busy";
  EXPECT_TRUE(answer(indices[0]));
  EXPECT_EQ(pri->stopped(), true);
  EXPECT_TRUE(pri->enable(4));
  EXPECT_FALSE(pri->enable(4)) << "it is";
}

// Control.R is legal while E = 0 only; it clears the counters, whatever has been issued.
TEST_F(PageRequestInterfaceTest, TheCountersAreResetWhileItIsDisabledOnly) {
  make(4);
  send("a", 3);
  EXPECT_FALSE(pri->reset_counters());
  EXPECT_EQ(pri->credits(), 1U);
  pri->disable();
  EXPECT_TRUE(pri->reset_counters());
  EXPECT_EQ(pri->stopped(), true);
  EXPECT_THAT(forgotten, ElementsAre("a"));
  EXPECT_FALSE(answer(indices[0])) << "it matches nothing";
  EXPECT_EQ(pri->credits(), 4U);
}

// The allocation is written on enable, and credits are static until the next (PCIe 10.4).
TEST_F(PageRequestInterfaceTest, AnAllocationTakesEffectWhenItIsEnabled) {
  make(4);
  EXPECT_FALSE(pri->enable(2));
  EXPECT_EQ(pri->allocation(), 4U);
  pri->disable();
  EXPECT_TRUE(pri->enable(2));
  EXPECT_EQ(pri->allocation(), 2U);
  send("a", 2);
  send("b", 1);
  EXPECT_THAT(sent, ElementsAre("a"));
}

}  // namespace
}  // namespace faultpath::models
