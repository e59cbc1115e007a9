// Standard output that is full, closed or no longer read ends every command with status 2; a
// standard error that is closed changes nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

class Output : public testing::TestWithParam<const char*> {
 protected:
  Output() {
    folder_.write("small.yaml", kSmallScenario);
    folder_.write("in.log", " L 1000,8\n");
  }
  // Of the command, with a redirection of the shell.
  int status_with(const std::string& redirection) const {
    const auto command =
        fmt::format("cd '{}' && '{}' {} 2>/dev/null >/dev/null {}; exit $?",
                    folder_.path().string(), FAULTPATH_BINARY, GetParam(), redirection);
    return WEXITSTATUS(std::system(command.c_str()));
  }
  TemporaryFolder folder_;
};

TEST_P(Output, ThatIsFullIsAnError) { EXPECT_EQ(status_with(">/dev/full"), 2); }
TEST_P(Output, ThatIsClosedIsAnError) { EXPECT_EQ(status_with(">&-"), 2); }
TEST_P(Output, MayGoWithoutStandardError) {
  EXPECT_EQ(status_with("2>&-"), 0);
  EXPECT_EQ(status_with("2>/dev/full"), 0);
  EXPECT_EQ(status_with("<&-"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    OfCommands, Output,
    testing::Values("list strategies", "list metrics --json", "show small.yaml",
                    "show small.yaml --json", "lint small.yaml", "graph small.yaml",
                    "run small.yaml --json --replications 1", "run small.yaml --fingerprint",
                    "run small.yaml --replications 1 --out result", "import lackey in.log --out -",
                    "completion bash", "man", "--help", "run --help", "--version"),
    [](const auto& parameter) {
      std::string name;
      for (const char c : std::string(parameter.param)) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
      }
      return name;
    });

TEST(BrokenOutput, IsNotAnErrorOfARunThatFailsForAnotherReason) {
  const TemporaryFolder folder;
  const auto command =
      fmt::format("cd '{}' && '{}' run none.yaml 2>&-", folder.path().string(), FAULTPATH_BINARY);
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
}

// `head` has seen enough: no message, and not the status of a run that broke.
TEST(BrokenOutput, OfAReaderThatHasGoneSaysNothing) {
  const TemporaryFolder folder;
  folder.write("small.yaml", kSmallScenario);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const auto command = fmt::format("cd '{}' && '{}' show small.yaml 2>err >&{}",
                                   folder.path().string(), FAULTPATH_BINARY, ends[1]);
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
  close(ends[1]);
  EXPECT_EQ(read_text(folder.path() / "err"), "");
}

}  // namespace
}  // namespace faultpath::cli
