// The schema and the reference say what the parser does, and the committed files say the same.
#include "scenarios/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scenarios/file_lookup.hpp"
#include "tests/scenarios/schema_check.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string in_repository(const std::string& path) {
  return (std::filesystem::path(FAULTPATH_SOURCE_DIR) / path).string();
}

// With FAULTPATH_UPDATE set in the environment, the committed file is written instead.
void expect_committed(const std::string& path, const std::string& text) {
  if (std::getenv("FAULTPATH_UPDATE") != nullptr) {
    std::ofstream(in_repository(path), std::ios::binary) << text;
  }
  EXPECT_TRUE(read_file(in_repository(path)) == text)
      << path << " is not what the declarations say; FAULTPATH_UPDATE=1 ctest -R Schema writes it";
}

std::string problem(const std::string& yaml) {
  static const auto kSchema = json_schema();
  return schema_problem(kSchema, kSchema, yaml_as_json(yaml));
}

TEST(Schema, IsCommittedAsTheDeclarationsSayIt) {
  expect_committed("scenarios/schema.json", json_schema().dump(1) + "\n");
}

TEST(Schema, HasAReferenceCommittedAsTheDeclarationsSayIt) {
  expect_committed("docs/scenario-reference.md", reference_markdown());
}

TEST(Schema, AcceptsWhatTheLoaderAccepts) {
  EXPECT_EQ(problem(minimal()), "");
  EXPECT_EQ(problem(minimal("host: {submit: {dist: gamma, mean: 2us, shape: 3}}")), "");
  EXPECT_EQ(problem(minimal("variants: {a: {devices: {nic: {count: 2}}}, b: {}}")), "");
  EXPECT_EQ(problem(minimal("warmup: auto")), "");
  EXPECT_EQ(problem("scenario: 1\nextends: [other.yaml]\n"), "");
}

TEST(Schema, RefusesWhatTheLoaderRefuses) {
  EXPECT_EQ(problem("duration: 1ms"), ": needs \"scenario\"");
  EXPECT_EQ(problem(minimal("hosts: {}")), ".hosts: is no key");
  EXPECT_EQ(problem(minimal("seed: first")), ".seed: \"first\" is not type \"integer\"");
  EXPECT_EQ(problem(minimal("host: {cores: 0}")), ".host.cores: 0 is not minimum 1");
  EXPECT_NE(problem(minimal("host: {memory: 4096}")), "");
  EXPECT_NE(problem(minimal("host: {memory: 4kib}")), "");
  EXPECT_NE(problem(minimal("host: {submit: {dist: gama, mean: 2us, shape: 3}}")), "");
  EXPECT_NE(problem(minimal("route: per_pasd")), "");
}

// To a reader of YAML a version is a number.
TEST(Schema, AcceptsAnEraWithAndWithoutQuotes) {
  for (const char* era : {"6.11", "\"6.11\""}) {
    EXPECT_EQ(problem(minimal(std::string("host: {era: ") + era + "}")), "") << era;
  }
  EXPECT_NE(problem(minimal("host: {era: 6.10}")), "");
}

TEST(Schema, AcceptsWhatShowPrints) {
  const Scratch scratch;
  const auto path = scratch.write("x.yaml", minimal("variants: {a: {iommu: {walkers: 2}}}"));
  EXPECT_EQ(problem(show_scenario(path)), "");
}

TEST(Lists, NameTheWordsOfAKeyWithTheirMeaning) {
  const auto strategies = listed_words("strategies");
  ASSERT_EQ(strategies.size(), 10U);
  EXPECT_EQ(strategies[0].name, "pin");
  EXPECT_EQ(listed_words("iommus")[0].name, "vtd");
  EXPECT_EQ(listed_words("routes")[0].name, "per_page_table");
  EXPECT_EQ(listed_words("devices")[0].name, "wait");
  EXPECT_EQ(listed_words("viommus")[0].name, "emulated_vtd");
  EXPECT_EQ(listed_words("workloads").size(), 8U);
  EXPECT_TRUE(listed_words("nonsense").empty());
  for (const char* what : {"strategies", "iommus", "routes", "eras", "viommus", "behaviours",
                           "devices", "workloads"}) {
    EXPECT_FALSE(listed_words(what).empty()) << what;
    for (const auto& word : listed_words(what)) EXPECT_NE(word.doc, "") << word.name;
  }
}

TEST(Lists, NameTheKindsOfAMap) {
  const auto viommus = listed_words("viommus");
  ASSERT_EQ(viommus.size(), 6U);
  EXPECT_EQ(viommus.front().name, "emulated_vtd");
  EXPECT_EQ(viommus.back().name, "none");
  EXPECT_EQ(listed_words("behaviours").front().name, "well_behaved");
}

TEST(Reference, HasATableOfAMapThatMayBeANumberInstead) {
  const auto text = reference_markdown();
  for (const char* table : {"guests[].vcpus", "guests[].vcpus.steal", "guests[].vcpus.overcommit"})
    EXPECT_THAT(text, testing::HasSubstr(std::string("\n## `") + table + "`\n"));
}

TEST(Lists, NameTheProfilesWithTheirDescriptions) {
  const auto profiles = profiles_below(in_repository("scenarios/profiles"));
  ASSERT_EQ(profiles.size(), 5U);
  EXPECT_TRUE(profiles[3].name.ends_with("profiles/host/server.yaml"));
  for (const auto& profile : profiles) EXPECT_NE(profile.doc, "") << profile.name;
}

}  // namespace
}  // namespace faultpath::scenarios
