// Threads of user space whose answers go wrong.
#include "tests/models/kernel/user/fault_reader_rig.hpp"

namespace faultpath::models {
namespace {

TEST_F(FaultReaderTest, AnAnswerThatIsNeverWrittenIsCountedAndTheGroupStays) {
  IommufdSpec route;
  route.answers = UserAnswers::never;
  make(route);
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_THAT(strategy->handled, SizeIs(1)) << "its page is there all the same";
  EXPECT_THAT(answered(0), IsEmpty());
  EXPECT_EQ(answers(0).responses_withheld, 1U);
  EXPECT_EQ(rig->kernel.user()->unanswered(), 1U);
}

TEST_F(FaultReaderTest, TheSecondAnswerOfASingleThreadIsRefused) {
  IommufdSpec route;
  route.answers = UserAnswers::twice;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 0, page_request(11, 2));
  rig->run();
  EXPECT_THAT(answered(0), SizeIs(2));
  EXPECT_EQ(answers(0).responses_refused, 2U);
  EXPECT_EQ(answers(0).responses_misrouted, 0U);
}

// The other thread waits in read() for the mutex, and gets the cookie that has just become free.
TEST_F(FaultReaderTest, TheSecondAnswerMayReachAGroupThatAnotherThreadHasJustRead) {
  IommufdSpec route = shared();
  route.answers = UserAnswers::twice;
  route.threads = 2;
  route.records = 1;
  route.work = sim::UniformSpec{nanoseconds(500), microseconds(2)};
  make(route);
  constexpr std::uint16_t kGroups = 256;
  for (std::uint16_t i = 0; i < kGroups; ++i) {
    report_at(nanoseconds(700 * i), i % 2, page_request(i, i));
  }
  rig->run();
  EXPECT_GT(answers(0).responses_misrouted + answers(1).responses_misrouted, 0U);
  EXPECT_EQ(answered(0).size() + answered(1).size(), kGroups) << "each group is answered once";
}

TEST_F(FaultReaderTest, AnAnswerToNobodyIsRefusedAndTheRightOneFollows) {
  IommufdSpec route;
  route.answers = UserAnswers::unknown_first;
  make(route);
  report_at({}, 0, page_request(10, 1));
  rig->run();
  EXPECT_EQ(answers(0).responses_refused, 1U);
  EXPECT_THAT(answered(0), ElementsAre(kWakeUp + kCall + kCall + kHandled));
}

// Three groups of one read(): the first two get each other's answers, the third its own.
TEST_F(FaultReaderTest, SwappedAnswersReachTheOtherGroupOfTheirPair) {
  IommufdSpec route = shared();
  route.answers = UserAnswers::swapped;
  make(route);
  report_at({}, 0, page_request(10, 1));
  report_at({}, 1, page_request(20, 2));
  report_at({}, 1, page_request(30, 3));
  rig->run();
  EXPECT_EQ(answers(0).responses_misrouted, 1U);
  EXPECT_EQ(answers(1).responses_misrouted, 1U);
  EXPECT_LT(answered(1).at(0), answered(0).at(0)) << "the second group is answered first";
  EXPECT_THAT(answered(1), SizeIs(2));
}

TEST_F(FaultReaderTest, AShareOfTheGroupsIsAnsweredOtherwise) {
  IommufdSpec route;
  route.answers = UserAnswers::unknown_first;
  route.share = 0.25;
  make(route);
  constexpr std::uint16_t kGroups = 400;
  for (std::uint16_t i = 0; i < kGroups; ++i) report_at(microseconds(i), 0, page_request(i, i));
  rig->run();
  // Six standard deviations of a binomial with n = 400, p = 1/4: sqrt(75) = 8.7.
  EXPECT_NEAR(static_cast<double>(answers(0).responses_refused), 100.0, 52.0);
}

}  // namespace
}  // namespace faultpath::models
