// What messages show of foreign text.
#include "scenarios/excerpt.hpp"

#include <gtest/gtest.h>

#include "scenarios/config_error.hpp"

namespace faultpath::scenarios {
namespace {

TEST(Excerpt, LeavesShortTextAsItIs) { EXPECT_EQ(excerpt("short"), "short"); }

TEST(Excerpt, CutsLongTextAndSaysSo) { EXPECT_EQ(excerpt("abcdef", 3), "abc..."); }

TEST(Excerpt, CutsNoCharacterInTwo) {
  EXPECT_EQ(excerpt("a\u00b5s", 2), "a...");  // two bytes
  EXPECT_EQ(excerpt("a\u00b5s", 3), "a\u00b5...");
}

TEST(Excerpt, ShowsControlCharactersAsQuestionMarks) {
  EXPECT_EQ(excerpt(std::string_view("a\0b\x1b[1m", 7)), "a?b?[1m");
}

TEST(ConfigErrors, StayShortWhateverTheyQuote) {
  const std::string junk(100'000, 'x');
  const ConfigError error({}, junk, junk, junk);
  EXPECT_LT(std::string(error.what()).size(), 700U);
}

}  // namespace
}  // namespace faultpath::scenarios
