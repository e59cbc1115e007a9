// What documents say of the source is there: files, and in docs/architecture.md functions, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source_file.hpp"

namespace faultpath::tidy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kArchitecture = "docs/architecture.md";

const std::vector<SourceFile>& repository() {
  static const auto kFiles = load_tree(FAULTPATH_SOURCE_DIR);
  return kFiles;
}

const SourceFile* file_at(std::string_view path) {
  const auto found = std::ranges::find(repository(), path, &SourceFile::path);
  return found == repository().end() ? nullptr : &*found;
}

/// What stands between backticks in a line.
std::vector<std::string> quoted(const std::string& line) {
  static const std::regex kQuoted("`([^`]+)`");
  std::vector<std::string> all;
  for (std::sregex_iterator at(line.begin(), line.end(), kQuoted), end; at != end; ++at) {
    all.push_back((*at)[1].str());
  }
  return all;
}

/// A path of the source tree, whole: neither a pattern nor a path with a placeholder.
bool is_path(const std::string& word) {
  static const std::regex kPath(
      "(sim|models|scenarios|analysis|cli|bench|tests|docs|notebooks)/[\\w./-]*");
  return std::regex_match(word, kPath);
}

/// `Class::function` or `function()`, with or without parentheses.
bool is_name(const std::string& word) {
  static const std::regex kName("[A-Za-z_]\\w*(::[A-Za-z_]\\w*)*(\\(\\))?");
  return std::regex_match(word, kName);
}

/// Whether the code of a file has every part of a name as a word.
bool has(const SourceFile& file, std::string name) {
  if (name.ends_with("()")) name.resize(name.size() - 2);
  static const std::regex kPart("[A-Za-z_]\\w*");
  for (std::sregex_iterator at(name.begin(), name.end(), kPart), end; at != end; ++at) {
    const std::regex word("\\b" + at->str() + "\\b");
    const bool found = std::ranges::any_of(
        file.code, [&](const std::string& line) { return std::regex_search(line, word); });
    if (!found) return false;
  }
  return true;
}

// A question without a scenario has no table that can be made anew.
TEST(Documents, AnswerEachQuestionWithAScenarioThatExists) {
  const SourceFile* page = file_at("docs/questions.md");
  ASSERT_NE(page, nullptr);
  static const std::regex kFile("scenarios/([\\w-]+)\\.yaml");
  const fs::path root = FAULTPATH_SOURCE_DIR;
  std::string question;
  std::size_t questions = 0, answered = 0;
  bool has_scenario = false;
  for (const std::string& line : page->lines) {
    if (line.starts_with("## ")) {
      EXPECT_TRUE(questions == 0 || has_scenario) << question;
      question = line;
      has_scenario = false;
      ++questions;
    }
    auto names = quoted(line);
    std::smatch file;
    if (std::regex_search(line, file, kFile)) names.push_back(file[1].str());
    for (const std::string& name : names) {
      if (questions == 0 || !fs::exists(root / "scenarios" / (name + ".yaml"))) continue;
      answered += has_scenario ? 0 : 1;
      has_scenario = true;
    }
  }
  EXPECT_EQ(answered, questions);
  EXPECT_GE(questions, 15U);
}

TEST(Documents, NamePathsThatExist) {
  const fs::path root = FAULTPATH_SOURCE_DIR;
  std::size_t paths = 0;
  for (const SourceFile& page : repository()) {
    if (!page.path.ends_with(".md")) continue;
    for (const std::string& line : page.lines) {
      for (const std::string& word : quoted(line)) {
        if (!is_path(word)) continue;
        ++paths;
        EXPECT_TRUE(fs::exists(root / word)) << page.path << " names " << word;
      }
    }
  }
  EXPECT_GT(paths, 50U);
}

// A name stands behind the file that has it: "`models/a.cpp` `A::f`".
TEST(Architecture, NamesFunctionsThatTheirFilesHave) {
  const SourceFile* const page = file_at(kArchitecture);
  ASSERT_NE(page, nullptr);
  std::size_t names = 0;
  for (const std::string& line : page->lines) {
    const SourceFile* file = nullptr;
    for (const std::string& word : quoted(line)) {
      if (is_path(word)) {
        file = file_at(word);
      } else if (file != nullptr && file->is_cpp() && is_name(word)) {
        ++names;
        EXPECT_TRUE(has(*file, word)) << file->path << " has no " << word;
      }
    }
  }
  EXPECT_GT(names, 30U);
}

// A row of the life of a fault begins with its number.
TEST(Architecture, EachHopNamesAFileAndAFunction) {
  const SourceFile* const page = file_at(kArchitecture);
  ASSERT_NE(page, nullptr);
  static const std::regex kHop("\\| [0-9]+ \\|.*");
  std::size_t hops = 0;
  for (const std::string& line : page->lines) {
    if (!std::regex_match(line, kHop)) continue;
    ++hops;
    const auto words = quoted(line);
    EXPECT_TRUE(std::ranges::any_of(words, is_path)) << line;
    EXPECT_TRUE(std::ranges::any_of(words, is_name)) << line;
  }
  EXPECT_GE(hops, 12U);
}

}  // namespace
}  // namespace faultpath::tidy
