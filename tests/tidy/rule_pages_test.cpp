// The tests that docs/hardware-rules.md, docs/host-rules.md and docs/guest-rules.md name are there,
// and every point has one.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/tidy/source_file.hpp"

namespace faultpath::tidy {
namespace {

struct RulePage {
  const char* path;
  std::vector<int> points;  ///< their numbers on the page
};

const RulePage& hardware() {
  static const RulePage kPage{"docs/hardware-rules.md",
                              {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18}};
  return kPage;
}
const RulePage& host() {
  static const RulePage kPage{"docs/host-rules.md",
                              {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  return kPage;
}
const RulePage& guests() {
  static const RulePage kPage{"docs/guest-rules.md",
                              {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}};
  return kPage;
}

const std::vector<SourceFile>& repository() {
  static const auto kFiles = load_tree(FAULTPATH_SOURCE_DIR);
  return kFiles;
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.insert((*at)[1].str() + "." + (*at)[2].str());
  }
  return found;
}

// `Suite.Name` in a line of a page.
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

bool says_that_it_has_no_test(const std::string& line) {
  return line.ends_with("| not modelled yet |");
}

class RulePages : public testing::TestWithParam<const RulePage*> {
 protected:
  static const std::vector<std::string>& lines() {
    return std::ranges::find(repository(), GetParam()->path, &SourceFile::path)->lines;
  }
};

TEST_P(RulePages, NameTestsThatExist) {
  const auto declared = declared_tests();
  ASSERT_TRUE(declared.contains("RulePages.NameTestsThatExist"));
  for (const auto& line : lines()) {
    for (const auto& test : named(line)) EXPECT_TRUE(declared.contains(test)) << test;
  }
}

TEST_P(RulePages, NameATestOrSayThatThereIsNone) {
  std::size_t rows = 0;
  for (const auto& line : lines()) {
    if (!is_row(line)) continue;
    ++rows;
    EXPECT_EQ(named(line).empty(), says_that_it_has_no_test(line)) << line;
  }
  EXPECT_GE(rows, GetParam()->points.size());
}

TEST_P(RulePages, HaveEveryPoint) {
  for (const int point : GetParam()->points) {
    const std::string begin = "| " + std::to_string(point) + " |";
    EXPECT_EQ(std::ranges::count_if(
                  lines(), [&](const std::string& line) { return line.starts_with(begin); }),
              1)
        << point;
  }
}

INSTANTIATE_TEST_SUITE_P(Hardware, RulePages, testing::Values(&hardware()));
INSTANTIATE_TEST_SUITE_P(Host, RulePages, testing::Values(&host()));
INSTANTIATE_TEST_SUITE_P(Guests, RulePages, testing::Values(&guests()));

}  // namespace
}  // namespace faultpath::tidy
