// The tests that docs/hardware-rules.md names are there, and every point names one.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "tests/tidy/source_file.hpp"

namespace faultpath::tidy {
namespace {

constexpr const char* kPage = "docs/hardware-rules.md";

const std::vector<SourceFile>& repository() {
  static const auto kFiles = load_tree(FAULTPATH_SOURCE_DIR);
  return kFiles;
}

const SourceFile& page() { return *std::ranges::find(repository(), kPage, &SourceFile::path); }

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.insert((*at)[1].str() + "." + (*at)[2].str());
  }
  return found;
}

// `Suite.Name` in a line of the page.
std::set<std::string> named(const std::string& line) {
  static const std::regex kName("`([A-Z]\\w*)\\.([A-Z]\\w*)`");
  return matches(line, kName);
}

std::set<std::string> declared_tests() {
  static const std::regex kTest("TEST(?:_F|_P)?\\(\\s*(\\w+),\\s*(\\w+)\\)");
  std::set<std::string> all;
  for (const auto& file : repository()) {
    if (!file.path.starts_with("tests/") || !file.is_cpp()) continue;
    std::string code;
    for (const auto& line : file.code) code += line + "\n";
    all.merge(matches(code, kTest));
  }
  return all;
}

// A row of a table, but neither its head nor the line below.
bool is_row(const std::string& line) {
  return line.starts_with("| ") && !line.starts_with("| point |") && !line.starts_with("| rule |");
}

TEST(HardwareRules, NameTestsThatExist) {
  const auto declared = declared_tests();
  ASSERT_TRUE(declared.contains("HardwareRules.NameTestsThatExist"));
  for (const auto& line : page().lines) {
    for (const auto& test : named(line)) EXPECT_TRUE(declared.contains(test)) << test;
  }
}

TEST(HardwareRules, EachNameATest) {
  std::size_t rows = 0;
  for (const auto& line : page().lines) {
    if (!is_row(line)) continue;
    ++rows;
    EXPECT_FALSE(named(line).empty()) << line;
  }
  EXPECT_GT(rows, 40U);
}

// The points that concern hardware, by their numbers on the page.
TEST(HardwareRules, HaveEveryPointThatConcernsHardware) {
  for (const int point : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18}) {
    const std::string begin = "| " + std::to_string(point) + " |";
    EXPECT_EQ(std::ranges::count_if(
                  page().lines, [&](const std::string& line) { return line.starts_with(begin); }),
              1)
        << point;
  }
}

}  // namespace
}  // namespace faultpath::tidy
