// Files that extend others.
#include "scenarios/extends.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

TEST(Extends, MergesProfilesInOrderBelowTheScenario) {
  const Scratch scratch;
  scratch.write("one.yaml", "host: {cores: 1, memory: 1GiB}\niommu: {walkers: 1}\n");
  scratch.write("sub/two.yaml", "host: {cores: 2, memory: 2GiB}\n");
  const auto scenario =
      scratch.load(minimal("extends: [one.yaml, sub/two.yaml]\nhost: {memory: 3GiB}\n"));
  const auto& spec = scenario.cases[0].spec;
  EXPECT_EQ(spec.iommu.walkers, 1U);
  EXPECT_EQ(spec.host.cores, 2U);
  EXPECT_EQ(spec.host.memory, 3ULL << 30);
}

TEST(Extends, FindsFilesRelativeToTheOneThatNamesThem) {
  const Scratch scratch;
  scratch.write("sub/one.yaml", "extends: [two.yaml]\n");
  scratch.write("sub/two.yaml", "host: {cores: 7}\n");
  EXPECT_EQ(scratch.load(minimal("extends: [sub/one.yaml]")).cases[0].spec.host.cores, 7U);
}

TEST(Extends, FallsBackToTheWorkingDirectory) {
  const Scratch scratch;
  scratch.write("elsewhere/one.yaml", "host: {cores: 7}\n");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path("elsewhere"));
  const auto scenario = scratch.load(minimal("extends: [one.yaml]"));
  std::filesystem::current_path(before);
  EXPECT_EQ(scenario.cases[0].spec.host.cores, 7U);
}

TEST(Extends, NamesTheCircleOfACyclicOne) {
  const Scratch scratch;
  scratch.write("a.yaml", "extends: [b.yaml]\n");
  scratch.write("b.yaml", "seed: 2\nextends:\n  - a.yaml\n");
  EXPECT_EQ(scratch.error(minimal("extends: [a.yaml]")),
            "b.yaml:3:5: extends[0]: cyclic: a.yaml -> b.yaml -> a.yaml");
}

TEST(Extends, RefusesAScenarioThatExtendsItself) {
  const Scratch scratch;
  EXPECT_EQ(scratch.error(minimal("extends: [x.yaml]")),
            "x.yaml:5:11: extends[0]: cyclic: x.yaml -> x.yaml");
}

TEST(Extends, MayReachOneFileInTwoWays) {
  const Scratch scratch;
  scratch.write("base.yaml", "host: {cores: 3}\n");
  scratch.write("a.yaml", "extends: [base.yaml]\n");
  EXPECT_EQ(scratch.load(minimal("extends: [base.yaml, a.yaml]")).cases[0].spec.host.cores, 3U);
}

TEST(Extends, SaysWhereAMissingFileIsNamed) {
  const Scratch scratch;
  const auto text = scratch.error(minimal("extends: [none.yaml]"));
  EXPECT_TRUE(text.starts_with("x.yaml:5:11: extends[0]: there is no file 'none.yaml'")) << text;
}

TEST(Extends, PlacesErrorsInTheProfileThatHasThem) {
  const Scratch scratch;
  scratch.write("one.yaml", "host:\n  coers: 1\n");
  EXPECT_EQ(scratch.error(minimal("extends: [one.yaml]")),
            "one.yaml:2:3: host.coers: unknown key; did you mean 'cores'?");
}

TEST(Extends, RefusesAProfileOfAnotherFormat) {
  const Scratch scratch;
  scratch.write("one.yaml", "scenario: 2\n");
  EXPECT_EQ(scratch.error(minimal("extends: [one.yaml]")),
            "one.yaml:1:11: scenario: this program reads format 1 only");
}

TEST(Extends, DoesNotInheritNames) {
  const Scratch scratch;
  scratch.write("one.yaml", "scenario: 1\nname: other\ndescription: Another.\n");
  const auto scenario = scratch.load(minimal("extends: [one.yaml]"));
  EXPECT_EQ(scenario.name, "x");
  EXPECT_EQ(scenario.description, "");
}

TEST(Extends, HashesTheScenarioThenWhatItExtends) {
  const Scratch scratch;
  scratch.write("one.yaml", "host: {}\n");
  const auto path = scratch.write("main.yaml", "extends: [one.yaml]\n");
  // cat main.yaml one.yaml | sha256sum
  EXPECT_EQ(read_with_extended(path).sha256,
            "d3f6c3f21e80b2731d4e1d3a405372017b986afed2044165aee5df421beceff5");
}

// Each file extends the one before twice over: 2^40 ways lead to the first.
TEST(Extends, ReadsEachFileOnceHoweverManyWaysLeadToIt) {
  const Scratch scratch;
  scratch.write("0.yaml", "host: {cores: 3}\n");
  for (int i = 1; i <= 40; ++i) {
    const auto before = std::to_string(i - 1);
    scratch.write(std::to_string(i) + ".yaml",
                  "extends: [" + before + ".yaml, sub/../" + before + ".yaml]\n");
  }
  scratch.write("sub/none.yaml", "");
  const auto merged = read_with_extended(scratch.path("40.yaml"));
  EXPECT_EQ(merged.files, 41U);
  EXPECT_EQ(merged.tree.find("host")->value.find("cores")->value.text, "3");
}

// The later one wins with all that it inherits, also with what came before in another way.
TEST(Extends, MergesAFileAnewWhereItIsReachedAgain) {
  const Scratch scratch;
  scratch.write("base.yaml", "host: {cores: 1, memory: 1GiB}\n");
  scratch.write("left.yaml", "extends: [base.yaml]\nhost: {cores: 2}\n");
  scratch.write("right.yaml", "extends: [base.yaml]\nhost: {memory: 3GiB}\n");
  const auto spec = scratch.load(minimal("extends: [left.yaml, right.yaml]")).cases[0].spec;
  EXPECT_EQ(spec.host.cores, 1U);
  EXPECT_EQ(spec.host.memory, 3ULL << 30);
}

}  // namespace
}  // namespace faultpath::scenarios
