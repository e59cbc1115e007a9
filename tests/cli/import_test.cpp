// `faultpath import` between files and pipes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using testing::HasSubstr;

constexpr auto kTrace = "time_ns,device,pasid,address,bytes,rw\n,0,0,0x1000,8,r\n";

class ImportCommand : public testing::Test {
 protected:
  ImportCommand() { folder_.write("in.log", " L 1000,8\n"); }
  // With the recording on standard input; the program is called as `F`.
  Invocation shell(const std::string& text) {
    const auto command = fmt::format("cd '{}' && F='{}' && ({}) >.out 2>.err",
                                     folder_.path().string(), FAULTPATH_BINARY, text);
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), read_text(folder_.path() / ".out"),
            read_text(folder_.path() / ".err")};
  }
  TemporaryFolder folder_;
};

TEST_F(ImportCommand, ReadsStandardInputAndWritesStandardOutput) {
  const auto piped = shell("\"$F\" import lackey - < in.log");
  EXPECT_EQ(piped.status, 0);
  EXPECT_EQ(piped.out, kTrace);
  EXPECT_THAT(piped.err, HasSubstr("1 accesses (1 reads, 0 writes)"));
  EXPECT_EQ(shell("\"$F\" import lackey in.log --out - --quiet").out, kTrace);
  EXPECT_EQ(shell("gzip -c in.log | \"$F\" import lackey - --out - --quiet").out, kTrace);
}

TEST_F(ImportCommand, WritesNothingToAPipeWhenTheRecordingIsWrong) {
  const auto piped = shell("printf ' L 1000,8\\nrubbish\\n' | \"$F\" import lackey -");
  EXPECT_EQ(piped.status, 2);
  EXPECT_EQ(piped.out, "");
  EXPECT_THAT(piped.err, testing::StartsWith("standard input:2: expected"));
}

TEST_F(ImportCommand, DoesNotMixCountsForMachinesWithTheTrace) {
  EXPECT_EQ(shell("\"$F\" import lackey in.log --out - --json").status, 2);
}

TEST_F(ImportCommand, GivesEachProcessANumberOnRequest) {
  folder_.write("two.log", "==1== a\n L 0,1\n==2== b\n S 0,1\n");
  EXPECT_EQ(faultpath(folder_, "import lackey two.log").status, 2);
  EXPECT_THAT(faultpath(folder_, "import lackey two.log --out - --several device").out,
              HasSubstr(",0,0,0x0,1,r\n,1,0,0x0,1,w\n"));
}

}  // namespace
}  // namespace faultpath::cli
