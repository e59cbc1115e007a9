// The page as a whole.
#include "analysis/report/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "analysis/report/files.hpp"
#include "tests/analysis/report/sample.hpp"

namespace faultpath::analysis::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page() {
  return page_html({source_of("small", {{.strategy = "pin"}})}, {"/*</script>*/", "a licence"});
}

TEST(Page, NamesNoAddressOnANetwork) {
  EXPECT_THAT(page(), Not(HasSubstr("https://")));
  EXPECT_THAT(page(), Not(HasSubstr("src=")));
  EXPECT_THAT(page(), HasSubstr("default-src 'none'"));
}

TEST(Page, CarriesLibrariesAndTheirLicences) {
  EXPECT_THAT(page(), HasSubstr("/*<\\/script>*/"));
  EXPECT_THAT(page(), HasSubstr("a licence"));
}

TEST(Page, IsTheSameForTheSameResult) { EXPECT_EQ(page(), page()); }

TEST(Page, LinksEverySection) {
  const auto text = page();
  for (const std::string section : {"comparison", "counters", "parameters", "provenance"}) {
    EXPECT_THAT(text, HasSubstr("href=\"#" + section + "\""));
    EXPECT_THAT(text, HasSubstr("<section id=\"" + section + "\""));
  }
}

std::string error_of(const std::string& folder) {
  try {
    read_libraries(folder);
  } catch (const Missing& error) {
    return error.what();
  }
  return "no error";
}

TEST(Libraries, ThatAreMissingOrOfAnotherVersionAreRefusedWithAWayOn) {
  const auto folder = std::filesystem::temp_directory_path() / "faultpath-no-libraries";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "lock.sha256") << std::string(64, '0') << '\n';
  EXPECT_THAT(error_of(folder.string()), HasSubstr("are not those of this version"));
  std::filesystem::remove_all(folder);
  EXPECT_THAT(error_of(folder.string()), HasSubstr("`./faultpath report`"));
}

}  // namespace
}  // namespace faultpath::analysis::report
