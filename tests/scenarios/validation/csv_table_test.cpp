// Strict CSV and the errors that name its lines.
#include "scenarios/validation/csv_table.hpp"

#include <gtest/gtest.h>

#include "scenarios/config_error.hpp"

namespace faultpath::scenarios {
namespace {

template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CsvTable, GivesCellsByColumnWhateverEndsTheLines) {
  for (const std::string end : {"\n", "\r\n"}) {
    const CsvTable table("t.csv", "a,b" + end + "1,x" + end + ",ff" + end);
    ASSERT_EQ(table.rows(), 2U);
    EXPECT_EQ(table.row(0).decimal("a"), 1U);
    EXPECT_TRUE(table.row(0).flag("a"));
    EXPECT_EQ(table.row(0).text("b"), "x");
    EXPECT_TRUE(table.row(1).empty("a"));
    EXPECT_EQ(table.row(1).hex("b"), 255U);
    EXPECT_EQ(table.row(1).line(), 3U);
  }
}

TEST(CsvTable, ReadsOverAByteOrderMark) {
  EXPECT_EQ(CsvTable("t.csv",
                     "\xEF\xBB\xBF"
                     "a,b\n1,2\n")
                .row(0)
                .text("a"),
            "1");
}

TEST(CsvTable, ALastLineNeedsNoEnd) { EXPECT_EQ(CsvTable("t.csv", "a\n1").rows(), 1U); }

TEST(CsvTable, ACellInQuotesMayHoldCommasAndQuotes) {
  const CsvTable table("t.csv", "a,\"b\"\n\"x, y\",\"say \"\"z\"\"\"\n\"\",5\" disk\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.row(0).text("a"), "x, y");
  EXPECT_EQ(table.row(0).text("b"), "say \"z\"");
  EXPECT_TRUE(table.row(1).empty("a"));
  EXPECT_EQ(table.row(1).text("b"), "5\" disk");
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,b\n\"1,2\n"); }),
            "t.csv:2: a quote without its end");
}

TEST(CsvTable, EmptyLinesMayFollowTheLast) {
  EXPECT_EQ(CsvTable("t.csv", "a,b\n1,2\n\n\r\n").rows(), 1U);
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,b\n\n1,2\n"); }),
            "t.csv:2: expected 2 cells, found 1");
}

TEST(CsvTable, EveryLineHasAsManyCellsAsTheHeader) {
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,b\n1,2\n1\n"); }),
            "t.csv:3: expected 2 cells, found 1");
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,b\n1,2,3\n"); }),
            "t.csv:2: expected 2 cells, found 3");
}

TEST(CsvTable, AHeaderHasDistinctNames) {
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,b,a\n"); }), "t.csv:1: two columns 'a'");
  EXPECT_EQ(error_of([] { CsvTable("t.csv", "a,,b\n"); }), "t.csv:1: a column without a name");
  EXPECT_EQ(error_of([] { CsvTable("t.csv", ""); }),
            "t.csv: expected a header line, found an empty file");
}

TEST(CsvTable, AWrongCellIsNamedByFileLineAndColumn) {
  const CsvTable table("t.csv", "a\n12x\n2\n99999999999999999999\n-1\n");
  EXPECT_EQ(error_of([&] { table.row(0).decimal("a"); }),
            "t.csv:2: a: expected a number, found '12x'");
  EXPECT_EQ(error_of([&] { table.row(1).flag("a"); }), "t.csv:3: a: expected 0 or 1, found '2'");
  EXPECT_EQ(error_of([&] { table.row(2).decimal("a"); }),
            "t.csv:4: a: expected a number, found '99999999999999999999'");
  EXPECT_EQ(error_of([&] { table.row(3).hex("a"); }),
            "t.csv:5: a: expected a hexadecimal number, found '-1'");
  EXPECT_EQ(error_of([&] { table.row(0).text("b"); }), "t.csv:1: expected a column 'b'");
}

TEST(CsvTable, AMissingFileIsAnError) {
  EXPECT_EQ(error_of([] { CsvTable::read("no/such.csv"); }), "no/such.csv: cannot be read");
}

TEST(CsvTable, SaysWhichColumnIsUnknownOrMissing) {
  constexpr std::string_view kRequired[] = {"threads", "seconds"};
  constexpr std::string_view kOptional[] = {"source"};
  const auto check = [&](const std::string& header) {
    return error_of([&] { CsvTable("t.csv", header).expect_columns(kRequired, kOptional); });
  };
  EXPECT_EQ(check("seconds,threads\n"), "no error");
  EXPECT_EQ(check("seconds,source,threads\n"), "no error");
  EXPECT_EQ(check("seconds,thread,x,threads\n"),
            "t.csv:1: unknown column 'thread'; did you mean 'threads'?");
  EXPECT_EQ(check("seconds,source\n"), "t.csv:1: expected a column 'threads'");
}

TEST(CsvTable, HasNumbersThatAreFiniteAndNotNegative) {
  const auto real = [](const std::string& cell) {
    return CsvTable("t.csv", "a,b\n" + cell + ",\n").row(0).real("a");
  };
  EXPECT_EQ(real("12"), 12.0);
  EXPECT_EQ(real("0.5"), 0.5);
  EXPECT_EQ(real("3e4"), 3e4);
  for (const std::string bad : {"", "-1", "1e999", "inf", "nan", "1 ", " 1", "0x10"}) {
    EXPECT_EQ(error_of([&] { real(bad); }),
              "t.csv:2: a: expected a number that is not negative, found '" + bad + "'");
  }
}

}  // namespace
}  // namespace faultpath::scenarios
