// The examples for CI: their commands are ones that the program takes, on a scenario that is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <sstream>

#include "cli/commands.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;

const fs::path kTree = FAULTPATH_SOURCE_DIR;

// The words behind each `./faultpath` of a text, up to the end of its line or quote.
std::vector<std::vector<std::string>> commands_of(const std::string& text) {
  const std::string program = "./faultpath ";
  std::vector<std::vector<std::string>> commands;
  for (auto at = text.find(program); at != std::string::npos; at = text.find(program, at)) {
    at += program.size();
    std::istringstream line(text.substr(at, text.find_first_of("'\n", at) - at));
    auto& words = commands.emplace_back();
    for (std::string word; line >> word;) words.push_back(word);
  }
  return commands;
}

class CiExample : public ::testing::TestWithParam<const char*> {
 protected:
  std::string text() const { return read_text(kTree / "docs/ci" / GetParam()); }
};

TEST_P(CiExample, SimulatesAndChecksWithOptionsThatThereAre) {
  std::vector<std::string> names;
  for (auto words : commands_of(text())) {
    names.push_back(words.at(0));
    CLI::App program;
    const auto commands = add_commands(program);  // own what is parsed into
    std::reverse(words.begin(), words.end());     // as CLI11 takes them
    EXPECT_NO_THROW(program.parse(words)) << GetParam() << ": " << names.back();
  }
  EXPECT_THAT(names, testing::ElementsAre("compare", "check"));
}

TEST_P(CiExample, SimulatesAScenarioThatIsThere) {
  EXPECT_TRUE(fs::exists(kTree / commands_of(text()).at(0).at(1)));
}

TEST_P(CiExample, ClosesWhatItOpens) {
  const auto whole = text();
  for (const auto& [open, close] : {std::pair{'{', '}'}, {'(', ')'}, {'[', ']'}})
    EXPECT_EQ(std::ranges::count(whole, open), std::ranges::count(whole, close)) << open;
  EXPECT_EQ(std::ranges::count(whole, '\'') % 2, 0);
  EXPECT_EQ(std::ranges::count(whole, '"') % 2, 0);
}

TEST_P(CiExample, IsNamedOnThePageThatExplainsIt) {
  EXPECT_THAT(read_text(kTree / "docs/ci.md"),
              testing::HasSubstr(std::string{"(ci/"} + GetParam() + ")"));
}

INSTANTIATE_TEST_SUITE_P(Files, CiExample,
                         testing::Values("github.yml", "gitlab-ci.yml", "Jenkinsfile"),
                         [](const auto& file) {
                           std::string name = file.param;
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace faultpath::cli
