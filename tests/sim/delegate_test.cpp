// Calling member functions through two words.
#include "sim/delegate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/calendar.hpp"

namespace faultpath::sim {
namespace {

struct Receiver {
  std::string seen;
  void take(const std::string& text, int times) {
    for (int i = 0; i < times; ++i) seen += text;
  }
  int length() const { return static_cast<int>(seen.size()); }
  void finish() { seen += "."; }
};

TEST(Delegate, CallsTheMemberFunctionOfItsObject) {
  Receiver one, other;
  const auto take = Delegate<void(const std::string&, int)>::to<&Receiver::take>(one);
  take("ab", 2);
  EXPECT_EQ(one.seen, "abab");
  EXPECT_EQ(other.seen, "");
}

TEST(Delegate, ReturnsWhatTheMemberFunctionReturns) {
  const Receiver receiver{"abc"};
  const auto length = Delegate<int()>::to<&Receiver::length>(receiver);
  EXPECT_EQ(length(), 3);
}

TEST(Delegate, IsFalseUntilItIsGivenAnObject) {
  Receiver receiver;
  Delegate<void()> finish;
  EXPECT_FALSE(finish);
  finish = Delegate<void()>::to<&Receiver::finish>(receiver);
  EXPECT_TRUE(finish);
}

TEST(Delegate, TakesTwoWords) { static_assert(sizeof(Delegate<void(int)>) == 2 * sizeof(void*)); }

TEST(HandlerOf, CallsTheMemberFunctionWhenTheEventFires) {
  Calendar calendar;
  Receiver receiver;
  calendar.schedule(Time{nanoseconds(5)}, handler_of<&Receiver::finish>(receiver));
  calendar.run_before(kEndOfTime);
  EXPECT_EQ(receiver.seen, ".");
}

}  // namespace
}  // namespace faultpath::sim
