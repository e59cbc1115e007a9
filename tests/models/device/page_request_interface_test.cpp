// Credits and group indices: taken for each request, given back with the answer of the group.
#include "models/device/page_request_interface.hpp"

#include <gmock/gmock.h>

#include "tests/models/device/page_request_interface_fixture.hpp"

namespace faultpath::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(PageRequestInterfaceTest, TakesACreditForEachRequestOfAGroup) {
  make(8);
  send("a", 3);
  EXPECT_EQ(pri->credits(), 5U);
  send("b", 5);
  EXPECT_EQ(pri->credits(), 0U);
  EXPECT_EQ(pri->outstanding_groups(), 2U);
}

TEST_F(PageRequestInterfaceTest, CreditsComeBackWithTheAnswerOfTheirGroupOnly) {
  make(8);
  send("a", 3);
  send("b", 5);
  EXPECT_TRUE(answer(indices[1]));
  EXPECT_EQ(pri->credits(), 5U);
  EXPECT_TRUE(answer(indices[0]));
  EXPECT_EQ(pri->credits(), 8U);
  EXPECT_EQ(pri->outstanding_groups(), 0U);
}

TEST_F(PageRequestInterfaceTest, AGroupWaitsUntilAllItsCreditsAreFree) {
  make(4);
  send("a", 2);
  send("b", 2);
  send("c", 3);
  EXPECT_THAT(sent, ElementsAre("a", "b"));
  answer(indices[0]);
  EXPECT_THAT(sent, ElementsAre("a", "b"));  // two credits are one too few
  answer(indices[1]);
  EXPECT_THAT(sent, ElementsAre("a", "b", "c"));
}

TEST_F(PageRequestInterfaceTest, NobodyOvertakesALargeGroupThatWaits) {
  make(4);
  send("a", 2);
  send("large", 3);
  send("small", 1);  // would fit
  EXPECT_THAT(sent, ElementsAre("a"));
  EXPECT_EQ(pri->credits(), 2U);
  answer(indices[0]);
  EXPECT_THAT(sent, ElementsAre("a", "large", "small"));
}

TEST_F(PageRequestInterfaceTest, OneAnswerCanLetSeveralGroupsGo) {
  make(4);
  send("a", 4);
  for (const char* name : {"b", "c", "d"}) send(name, 1);
  answer(indices[0]);
  EXPECT_THAT(sent, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(pri->credits(), 1U);
}

TEST_F(PageRequestInterfaceTest, TheAnswerReachesTheGroupThatItNames) {
  make(8);
  send("a", 1);
  send("b", 1);
  answer(indices[1], ResponseCode::invalid);
  EXPECT_THAT(answered, ElementsAre(std::pair{"b", ResponseCode::invalid}));
  answer(indices[0]);
  EXPECT_THAT(answered, ElementsAre(std::pair{"b", ResponseCode::invalid},
                                    std::pair{"a", ResponseCode::success}));
}

TEST_F(PageRequestInterfaceTest, AnUnknownIndexChangesNothing) {
  make(4);
  send("a", 2);
  EXPECT_FALSE(answer(static_cast<std::uint16_t>(indices[0] + 1)));
  EXPECT_EQ(pri->credits(), 2U);
  EXPECT_THAT(answered, IsEmpty());
  EXPECT_TRUE(answer(indices[0]));
  EXPECT_FALSE(answer(indices[0]));  // a second answer to a group that is not outstanding any more
  EXPECT_EQ(pri->credits(), 4U);
}

TEST_F(PageRequestInterfaceTest, OutstandingGroupsHaveDistinctIndices) {
  make(kPrgIndices);
  for (std::uint32_t i = 0; i < kPrgIndices; ++i) send("group", 1);
  std::vector<bool> taken(kPrgIndices);
  for (const std::uint16_t index : indices) {
    ASSERT_LT(index, kPrgIndices);
    EXPECT_FALSE(taken[index]);
    taken[index] = true;
  }
}

TEST_F(PageRequestInterfaceTest, NineBitsOfIndexLimitTheGroupsWhateverTheCredits) {
  make(1000);
  for (std::uint32_t i = 0; i < kPrgIndices; ++i) send("group", 1);
  EXPECT_EQ(sent.size(), kPrgIndices);
  EXPECT_EQ(pri->credits(), 1000 - kPrgIndices);
  send("one too many", 1);
  EXPECT_EQ(sent.size(), kPrgIndices);
  answer(7);
  EXPECT_EQ(sent.back(), "one too many");
  EXPECT_EQ(indices.back(), 7);  // the only index that is free
}

TEST_F(PageRequestInterfaceTest, TheIndexThatBecameFreeLastIsUsedNext) {
  make(4);
  for (const char* name : {"a", "b", "c"}) send(name, 1);
  answer(indices[2]);
  answer(indices[0]);
  send("d", 1);
  EXPECT_EQ(indices[3], indices[0]);
  send("e", 1);
  EXPECT_EQ(indices[4], indices[2]);
}

// The answer frees the very index that the next group takes: each hears its own answer.
TEST_F(PageRequestInterfaceTest, AnIndexPassedOnInTheSameMomentDoesNotMixAnswers) {
  make(1);
  send("a", 1);
  send("b", 1);
  answer(indices[0], ResponseCode::invalid);
  EXPECT_EQ(indices[1], indices[0]);
  answer(indices[1]);
  EXPECT_THAT(answered, ElementsAre(std::pair{"a", ResponseCode::invalid},
                                    std::pair{"b", ResponseCode::success}));
}

// PCIe 10.4.2, case 4: terminal; what waits is refused, what is outstanding still comes back.
TEST_F(PageRequestInterfaceTest, OpensNoGroupAfterAResponseFailure) {
  make(2);
  send("a", 1);
  send("b", 1);
  send("waiting", 1);
  EXPECT_TRUE(answer(indices[0], ResponseCode::failure));
  EXPECT_TRUE(pri->failed());
  EXPECT_THAT(refused, ElementsAre("waiting"));
  send("later", 1);
  EXPECT_THAT(refused, ElementsAre("waiting", "later"));
  EXPECT_TRUE(answer(indices[1]));
  EXPECT_EQ(pri->credits(), 2U);
  EXPECT_EQ(answered.back(), (std::pair<std::string, ResponseCode>{"b", ResponseCode::success}));
}

TEST_F(PageRequestInterfaceTest, EveryReservedCodeIsAFailure) {
  for (std::uint8_t code = 0x2; code <= 0xf; ++code) {
    indices.clear();
    make(1);
    send("a", 1);
    answer(indices[0], ResponseCode{code});
    EXPECT_TRUE(pri->failed()) << int{code};
  }
}

// PRG Response PASID Required (PCIe 10.4.2.2): an index alone names no group.
TEST_F(PageRequestInterfaceTest, WithPasidRequiredAnAnswerMatchesPasidAndIndex) {
  PriSpec spec = allocation(4);
  spec.response_pasid_required = true;
  pri = std::make_unique<PageRequestInterface>(spec);
  who.pasid = Pasid{7};
  send("a", 1);
  EXPECT_FALSE(answer(indices[0]));
  EXPECT_FALSE(answer(indices[0], ResponseCode::success, Pasid{8}));
  EXPECT_EQ(pri->credits(), 3U);
  EXPECT_TRUE(answer(indices[0], ResponseCode::success, Pasid{7}));
}

TEST_F(PageRequestInterfaceTest, WithoutItTheIndexIsEnough) {
  make(4);
  who.pasid = Pasid{7};
  send("a", 1);
  EXPECT_TRUE(answer(indices[0], ResponseCode::success, Pasid{8}));
}

TEST_F(PageRequestInterfaceTest, ACancelledWaiterMakesWayForTheNext) {
  make(2);
  send("a", 1);
  const sim::ProcessId large = simulation.start(group("large", 2), "large");
  send("small", 1);
  EXPECT_THAT(sent, ElementsAre("a"));
  simulation.cancel(large);
  answer(indices[0]);
  EXPECT_THAT(sent, ElementsAre("a", "small"));
  EXPECT_EQ(pri->credits(), 1U);
}

}  // namespace
}  // namespace faultpath::models
