// What the headers of the scenarios tell a reader to try, works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

struct Advice {
  std::string file, setting;
  bool refused = false;  // the header says so
};

// The comment at the beginning of a file, as one line.
std::string header_of(const std::filesystem::path& file) {
  std::istringstream lines(read_text(file));
  std::string header;
  for (std::string line; std::getline(lines, line) && line.starts_with('#');) {
    header += line.substr(1);
  }
  return header;
}

std::vector<Advice> all_advice() {
  static const std::regex kSetting("--set ('[^']*'|[^ ,;)]*[^ ,;).])");
  std::vector<Advice> all;
  const auto folder = std::filesystem::path(FAULTPATH_SOURCE_DIR) / "scenarios";
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".yaml") continue;
    const auto header = header_of(file.path());
    for (std::sregex_iterator at(header.begin(), header.end(), kSetting), end; at != end; ++at) {
      const auto before = header.substr(0, static_cast<std::size_t>(at->position()));
      const auto sentence = before.substr(before.rfind(". ") + 1);
      all.push_back(
          {file.path().string(), (*at)[1].str(), sentence.find("is refused") != std::string::npos});
    }
  }
  return all;
}

TEST(Advice, OfTheShippedScenariosRunsAsItSays) {
  const TemporaryFolder folder;
  const auto advice = all_advice();
  EXPECT_GE(advice.size(), 4U);
  for (const auto& [file, setting, refused] : advice) {
    const auto run =
        faultpath(folder, fmt::format("run '{}' --set {} --replications 1 --json "
                                      "--set warmup=0ns --set stop_after.operations=2000",
                                      file, setting));
    EXPECT_EQ(run.status, refused ? 2 : 0) << file << ": " << setting << "\n" << run.err;
  }
}

}  // namespace
}  // namespace faultpath::cli
