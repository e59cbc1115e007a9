// Choosing tests as GoogleTest does, and a process for each.
#include "tests/run_tests.hpp"

#include <fnmatch.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace faultpath {
namespace {

// Whether one of the patterns, which colons part, is that of `name`.
bool matches(const std::string& patterns, const std::string& name) {
  std::size_t begin = 0;
  while (begin <= patterns.size()) {
    const std::size_t end = std::min(patterns.find(':', begin), patterns.size());
    const std::string pattern = patterns.substr(begin, end - begin);
    if (fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
    begin = end + 1;
  }
  return false;
}

// GoogleTest's --gtest_filter: patterns, and after a minus sign those that are left out.
std::vector<std::string> chosen(const std::string& filter) {
  const std::size_t minus = std::min(filter.find('-'), filter.size());
  const std::string in = minus == 0 ? "*" : filter.substr(0, minus);
  const std::string out = minus < filter.size() ? filter.substr(minus + 1) : "";
  std::vector<std::string> names;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int k = 0; k < suite.total_test_count(); ++k) {
      const std::string name = std::string(suite.name()) + "." + suite.GetTestInfo(k)->name();
      if (matches(in, name) && !(minus < filter.size() && matches(out, name))) {
        names.push_back(name);
      }
    }
  }
  return names;
}

bool passes(const std::string& name) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == -1) {
    std::perror("fork");
    std::exit(EXIT_FAILURE);
  }
  if (child == 0) {
    GTEST_FLAG_SET(filter, name);
    std::exit(RUN_ALL_TESTS());
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return false;
  if (WIFSIGNALED(status)) std::printf("signal %d ended it\n", WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int run_tests() {
  const std::vector<std::string> names = chosen(GTEST_FLAG_GET(filter));
  if (GTEST_FLAG_GET(list_tests) || names.size() < 2) return RUN_ALL_TESTS();
  std::vector<std::string> failed;
  for (const std::string& name : names) {
    const bool passed = passes(name);
    std::printf("[%s] %s\n", passed ? "  OK  " : "FAILED", name.c_str());
    if (!passed) failed.push_back(name);
  }
  std::printf("%zu tests, %zu failed\n", names.size(), failed.size());
  for (const std::string& name : failed) std::printf("[FAILED] %s\n", name.c_str());
  return failed.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace faultpath
