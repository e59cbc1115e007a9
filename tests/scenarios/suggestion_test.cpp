// Suggestions are near, or there are none.
#include "scenarios/suggestion.hpp"

#include <gtest/gtest.h>

namespace faultpath::scenarios {
namespace {

const std::vector<std::string> kKnown{"allocation", "capacity", "group", "retry_delay"};

TEST(Suggestion, FindsAWordOneEditAway) {
  EXPECT_EQ(nearest("alocation", kKnown), "allocation");
  EXPECT_EQ(nearest("groups", kKnown), "group");
  EXPECT_EQ(nearest("capasity", kKnown), "capacity");
}

TEST(Suggestion, CountsASwapOfNeighboursAsOneEdit) { EXPECT_EQ(nearest("gruop", kKnown), "group"); }

TEST(Suggestion, TakesAWrongCaseForASlip) { EXPECT_EQ(nearest("GROUP", kKnown), "group"); }

TEST(Suggestion, PrefersTheNearest) { EXPECT_EQ(nearest("zipp", {"zip", "zipf", "ring"}), "zip"); }

TEST(Suggestion, StaysSilentAboutAnotherWord) {
  EXPECT_EQ(nearest("bandwidth", kKnown), "");
  EXPECT_EQ(nearest("x", {"y"}), "");
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(Suggestion, ListsWordsAsASentenceDoes) {
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace faultpath::scenarios
