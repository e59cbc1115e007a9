// The text and the directory of a result.
#include "cli/experiment/result.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/interrupt.hpp"
#include "cli/usage_error.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace faultpath::cli {
namespace {

namespace fs = std::filesystem;
using analysis::Json;

std::string error_of(const std::string& directory) {
  try {
    check_replaceable(directory);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ResultText, HasOneRunOnEachLineAndIsTheSameJson) {
  const Json result{
      {"schema", "s"}, {"runs", {{{"a", 1}}, {{"a", 2}}}}, {"paired", Json::object()}};
  const auto text = result_text(result);
  EXPECT_EQ(text,
            "{\n\"schema\": \"s\",\n\"runs\": [\n{\"a\":1},\n{\"a\":2}\n],\n\"paired\": {}\n}\n");
  EXPECT_EQ(Json::parse(text), result);
}

TEST(ResultDirectory, IsMadeWithItsParents) {
  const TemporaryFolder folder;
  const auto directory = folder.path() / "a" / "b";
  write_result(directory.string(), "{}\n", "table\n");
  EXPECT_EQ(read_text(directory / "result.json"), "{}\n");
  EXPECT_EQ(read_text(directory / "summary.txt"), "table\n");
}

TEST(ResultDirectory, ReplacesAnEarlierResultAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  const auto directory = folder.path() / "r";
  write_result(directory.string(), "1", "1");
  write_result(directory.string() + "/", "2", "2");
  EXPECT_EQ(read_text(directory / "result.json"), "2");
  EXPECT_EQ(std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}), 1);
}

TEST(ResultDirectory, IsNotReplacedWhenItHoldsSomethingElse) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "notes.txt") << "mine";
  EXPECT_EQ(error_of(folder.path().string()),
            folder.path().string() +
                " exists and holds notes.txt, which is no part of a result; "
                "name another directory with --out");
  EXPECT_THROW(write_result(folder.path().string(), "", ""), UsageError);
  EXPECT_EQ(read_text(folder.path() / "notes.txt"), "mine");
}

TEST(ResultDirectory, CannotBeOrLieBelowAFile) {
  const TemporaryFolder folder;
  const auto file = (folder.path() / "file").string();
  std::ofstream(file) << "x";
  EXPECT_EQ(error_of(file), file + " exists and is not a directory");
  EXPECT_EQ(error_of(file + "/below"), file + " exists and is not a directory");
}

TEST(ResultDirectory, IsLeftAsItWasWhenASignalCameBefore) {
  const TemporaryFolder folder;
  const auto directory = folder.path() / "r";
  write_result(directory.string(), "old", "old");
  const InterruptGuard guard;
  raise(SIGINT);
  EXPECT_THROW(write_result(directory.string(), "new", "new"), Interrupted);
  EXPECT_EQ(read_text(directory / "result.json"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}), 1);
}

TEST(ResultDirectory, IsNeitherTheWorkingDirectoryNorAMountPoint) {
  const TemporaryFolder folder;
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  EXPECT_EQ(
      error_of("."),
      ". is the working directory, and cannot be replaced by a result; name a directory in it");
  EXPECT_EQ(error_of("sub"), "no error");
  fs::current_path(before);
  EXPECT_EQ(error_of("/proc"),
            "/proc is a mount point, and cannot be replaced by a result; name a directory in it");
}

// Nobody can make a directory in /proc, not even root.
TEST(ResultDirectory, IsTriedBeforeTheSimulation) {
  EXPECT_EQ(error_of("/proc/result"), "cannot write into /proc: No such file or directory");
  EXPECT_EQ(error_of("/proc/a/b/result"), "cannot write into /proc: No such file or directory");
}

}  // namespace
}  // namespace faultpath::cli
