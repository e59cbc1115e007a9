// bench/same tells builds apart that differ, and only those.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/invocation.hpp"

namespace faultpath::net {
namespace {

using ::testing::HasSubstr;

struct Answer {
  int status;
  std::string said;
};

class Same : public testing::Test {
 protected:
  // A build folder whose program runs ours with `options` besides, and writes what `filter` leaves.
  std::string build(const std::string& name, const std::string& options,
                    const std::string& filter = "cat") {
    const auto folder_of_programs = folder_.path() / name;
    std::filesystem::create_directories(folder_of_programs / "cli");
    std::filesystem::create_directories(folder_of_programs / "tests");
    const auto program = folder_of_programs / "cli/faultpath";
    std::ofstream(program) << "#!/bin/sh\n'" FAULTPATH_BINARY "' \"$@\" " << options
                           << " > \"$0.$$\"\n"
                           << "status=$?\n"
                           << filter << " \"$0.$$\"\nexit $status\n";
    chmod(program.c_str(), 0755);
    std::filesystem::create_symlink(std::filesystem::canonical("/proc/self/exe"),
                                    folder_of_programs / "tests/test_net");
    return folder_of_programs.string();
  }
  Answer same(const std::string& old, const std::string& now) {
    const auto command = fmt::format(
        "/usr/bin/python3 -B '{}/bench/same' '{}' '{}' --only five-queues --random 3 "
        "> '{}/said' 2>&1",
        FAULTPATH_SOURCE_DIR, old, now, folder_.path().string());
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), cli::read_text(folder_.path() / "said")};
  }

  cli::TemporaryFolder folder_;
};

TEST_F(Same, ABuildIsTheSameAsItself) {
  const auto here = build("here", "");
  const auto [status, said] = same(here, here);
  EXPECT_THAT(said, testing::MatchesRegex("[2-4] scenarios, 0 differ\n"))
      << "one that is shipped, and up to three that are drawn";
  EXPECT_EQ(status, 0);
}

TEST_F(Same, NamesTheFirstDifference) {
  const auto [status, said] = same(build("old", ""), build("new", "--set host.submit=151ns"));
  EXPECT_EQ(status, 1) << said;
  EXPECT_THAT(said, HasSubstr("five-queues: vtd/sva, replication 0: fingerprint: "));
  EXPECT_THAT(said, HasSubstr("; they part between "));
}

// As a counter that has come since the older build.
TEST_F(Same, ACounterThatOnlyOneBuildHasIsNamedAndNotCompared) {
  const auto old = build("old", "", R"(sed -E 's/"pages_mapped": ?[0-9]+,//')");
  const auto [status, said] = same(old, build("new", ""));
  EXPECT_EQ(status, 0) << said;
  EXPECT_THAT(said, HasSubstr("not compared, as only one of the builds counts them: pages_mapped"));
}

TEST_F(Same, SaysWhatIsNotBuilt) {
  const auto [status, said] = same(build("old", ""), "/nowhere");
  EXPECT_EQ(status, 2);
  EXPECT_EQ(said, "bench/same: /nowhere/cli/faultpath is missing; build that folder first\n");
}

}  // namespace
}  // namespace faultpath::net
