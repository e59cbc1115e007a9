// Layout of tables.
#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace faultpath::cli {
namespace {

Table small_table() {
  return {{"pin", "iopf"},
          {{"latency", "p50", {{"1 us"}, {"20 us"}}},
           {"latency", "p99", {{"300 us", Style::bad}, {"-"}}},
           {"faults", "", {{"0"}, {"1 ± 2"}}}}};
}

TEST(Table, AlignsValuesRightAndLabelsLeftAndNamesAGroupOnce) {
  EXPECT_EQ(table_text(small_table(), 100, false),
            "                  pin    iopf\n"
            "latency  p50     1 us   20 us\n"
            "         p99   300 us       -\n"
            "faults              0   1 ± 2\n");
}

TEST(Table, ContinuesBelowWhatDoesNotFit) {
  EXPECT_EQ(table_text(small_table(), 24, false),
            "                  pin\n"
            "latency  p50     1 us\n"
            "         p99   300 us\n"
            "faults              0\n"
            "\n"
            "                iopf\n"
            "latency  p50   20 us\n"
            "         p99       -\n"
            "faults         1 ± 2\n");
}

TEST(Table, GivesGroupsLinesOfTheirOwnWhereLabelsLeaveNoRoom) {
  EXPECT_EQ(table_text(small_table(), 20, false),
            "            pin\n"
            "latency\n"
            "  p50      1 us\n"
            "  p99    300 us\n"
            "faults        0\n"
            "\n"
            "          iopf\n"
            "latency\n"
            "  p50    20 us\n"
            "  p99        -\n"
            "faults   1 ± 2\n");
}

TEST(Table, PutsCellsBelowTheirLabelsWhereEvenThatIsTooWide) {
  EXPECT_EQ(table_text(small_table(), 14, false),
            "      pin\n"
            "latency  p50\n"
            "     1 us\n"
            "         p99\n"
            "   300 us\n"
            "faults\n"
            "        0\n"
            "\n"
            "    iopf\n"
            "latency  p50\n"
            "   20 us\n"
            "         p99\n"
            "       -\n"
            "faults\n"
            "   1 ± 2\n");
}

TEST(Table, ShowsAColumnThatNeverFitsAllTheSame) {
  EXPECT_EQ(table_text({{"x"}, {{"", "a", {{"0123456789"}}}}}, 5, false),
            "             x\na   0123456789\n");
}

TEST(Table, ColoursWithoutDisturbingTheAlignment) {
  const auto text = table_text(small_table(), 100, true);
  EXPECT_NE(text.find("         p99   \033[31m300 us\033[0m       -\n"), std::string::npos) << text;
}

TEST(Wrapped, BreaksBetweenWordsAtTheGivenWidth) {
  EXPECT_EQ(wrapped("aa bb cc", 5), "aa bb\ncc");
  EXPECT_EQ(wrapped("aa bb cc", 4), "aa\nbb\ncc");
  EXPECT_EQ(wrapped("toolong a", 3), "toolong\na");
}

TEST(Width, CountsCharactersNotBytes) { EXPECT_EQ(width_of("± 1"), 3u); }

}  // namespace
}  // namespace faultpath::cli
