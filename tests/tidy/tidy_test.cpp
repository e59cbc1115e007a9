// The rules of tidiness, applied to this repository.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/rules.hpp"

namespace faultpath::tidy {
namespace {

const std::vector<SourceFile>& repository() {
  static const auto kFiles = load_tree(FAULTPATH_SOURCE_DIR);
  return kFiles;
}

template <class Check>
void expect_clean(Check check) {
  Findings findings;
  for (const auto& file : repository()) check(file, findings);
  for (const auto& [path, line, message] : findings) {
    ADD_FAILURE_AT(path.c_str(), static_cast<int>(line)) << message;
  }
}

TEST(Tidy, FindsTheSources) {
  const auto is_this = [](const SourceFile& file) {
    return file.path == "tests/tidy/tidy_test.cpp";
  };
  EXPECT_EQ(std::ranges::count_if(repository(), is_this), 1);
}

TEST(Tidy, IncludesFollowTheArrows) { expect_clean(check_arrows); }
TEST(Tidy, RoomsOfTheModelsFollowTheArrows) { expect_clean(check_rooms); }
TEST(Tidy, PackagesStayInTheirHomes) { expect_clean(check_homes); }
TEST(Tidy, FoldersUseOnlyWhatIsTheirs) { expect_clean(check_words); }
TEST(Tidy, FilesAndFunctionsAreSmall) { expect_clean(check_sizes); }
TEST(Tidy, ClassesAreSmall) { expect_clean(check_classes); }
TEST(Tidy, NamesTellWhatTheyName) { expect_clean(check_names); }
TEST(Tidy, FilesOpenWithASentenceAndKeepToTheColumns) { expect_clean(check_text); }
TEST(Tidy, NotebooksAreCommittedWithoutOutputs) { expect_clean(check_notebook); }

TEST(Tidy, NoFileNamesAPathOfOneMachine) {
  expect_clean([](const SourceFile& file, Findings& findings) {
    check_machine_paths(file, FAULTPATH_SOURCE_DIR, findings);
  });
}

}  // namespace
}  // namespace faultpath::tidy
