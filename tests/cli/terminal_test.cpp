// What terminals, pipes and the environment make of the tables.
#include "cli/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/table.hpp"
#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kRun = "run small.yaml --tail --no-progress --out result";

class Terminal : public ::testing::Test {
 protected:
  Terminal() { folder_.write("small.yaml", kSmallScenario); }

  // What the program prints into a pipe, or on a terminal of so many columns.
  std::string piped(const std::string& environment) const { return printed(environment, kRun); }
  std::string shown(const std::string& environment, unsigned columns) const {
    return printed("", fmt::format("script -qec \"stty cols {}; env {} '{}' {}\" /dev/null",
                                   columns, environment, FAULTPATH_BINARY, kRun));
  }

  TemporaryFolder folder_;

 private:
  std::string printed(const std::string& environment, const std::string& what) const {
    const auto program =
        what == kRun ? fmt::format("env {} '{}' {}", environment, FAULTPATH_BINARY, what) : what;
    const auto command = fmt::format(
        "cd '{}' && env -u COLUMNS -u NO_COLOR TERM=xterm {} </dev/null"
        " 2>&1 | cat >.out",
        folder_.path().string(), program);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return read_text(folder_.path() / ".out");
  }
};

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    while (line.ends_with('\r')) line.pop_back();
    most = std::max(most, width_of(line));
  }
  return most;
}

TEST_F(Terminal, WrapsToItsWidth) {
  EXPECT_GT(widest(shown("NO_COLOR=1", 200)), 80u);
  EXPECT_LE(widest(shown("NO_COLOR=1", 200)), 100u);
  for (const unsigned columns : {40u, 60u, 80u}) {
    const auto text = shown("NO_COLOR=1", columns);
    EXPECT_LE(widest(text), columns);
    EXPECT_THAT(text, HasSubstr("iopf"));
  }
}

TEST_F(Terminal, HasColourUnlessSomebodyObjects) {
  EXPECT_THAT(shown("", 80), HasSubstr("\033[1m"));
  EXPECT_THAT(shown("NO_COLOR=", 80), HasSubstr("\033[1m"));
  EXPECT_THAT(shown("NO_COLOR=1", 80), Not(HasSubstr("\033")));
  EXPECT_THAT(shown("TERM=dumb", 80), Not(HasSubstr("\033")));
}

TEST_F(Terminal, IsNotNeeded) {
  const auto text = piped("LC_ALL=C.UTF-8");
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_GT(widest(text), 80u);
  EXPECT_LE(widest(text), 100u);
  EXPECT_LE(widest(piped("COLUMNS=40")), 40u);
  EXPECT_EQ(piped("LC_ALL=C.UTF-8 COLUMNS=many"), text);
  EXPECT_EQ(piped("LC_ALL=C.UTF-8 COLUMNS=500"), text);
}

TEST_F(Terminal, ChartsFollowTheLocale) {
  const std::string clean = "-u LC_ALL -u LC_CTYPE -u LANG ";
  EXPECT_THAT(piped(clean), Not(HasSubstr("▁")));
  EXPECT_THAT(piped(clean + "LANG=en_US.utf8"), HasSubstr("▁"));
  EXPECT_THAT(piped(clean + "LC_ALL=C LANG=en_US.UTF-8"), Not(HasSubstr("▁")));
  EXPECT_THAT(piped(clean + "LC_ALL= LC_CTYPE=C.UTF-8 LANG=C"), HasSubstr("▁"));
}

TEST_F(Terminal, FilesAreFullWidthAndUtf8Always) {
  const auto summary = folder_.path() / "result/summary.txt";
  piped("LC_ALL=C.UTF-8");
  const auto full = read_text(summary);
  piped("LC_ALL=C COLUMNS=40");
  EXPECT_EQ(read_text(summary), full);
  EXPECT_THAT(full, HasSubstr("▁"));
}

TEST_F(Terminal, TailsHaveNoEffectWithoutATable) {
  for (const std::string option : {"--json", "--quiet", "--fingerprint"}) {
    const auto [status, out, err] = faultpath(folder_, "run small.yaml --tail " + option);
    EXPECT_EQ(status, 2);
    EXPECT_EQ(out, "");
    EXPECT_EQ(err, "faultpath: --tail has no effect with " + option + "\n");
  }
}

}  // namespace
}  // namespace faultpath::cli
