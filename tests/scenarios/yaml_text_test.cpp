// YAML becomes a tree with places, strictly.
#include "scenarios/yaml_text.hpp"

#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::shared_ptr<const Source> source() { return std::make_shared<const Source>(Source{"f", {}}); }

Node parsed(const std::string& text) { return parse_yaml(text, source(), 7); }

std::string error(const std::string& text) {
  try {
    parsed(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(YamlText, KeepsThePlacesOfKeysAndValues) {
  const Node tree = parsed("a: 1\nlong_key:\n  - {b: x}\n");
  EXPECT_EQ(to_string(tree.entries[1].place), "f:2:1");
  const Node& item = tree.entries[1].value.items[0];
  EXPECT_EQ(to_string(item.entries[0].place), "f:3:6");
  EXPECT_EQ(to_string(item.entries[0].value.place), "f:3:9");
  EXPECT_EQ(item.layer, 7);
}

TEST(YamlText, RefusesADuplicateKeyWhereItStandsAgain) {
  EXPECT_EQ(error("host:\n  cores: 1\n  cores: 2\n"),
            "f:3:3: host.cores: duplicate key; it stands first in line 2");
  EXPECT_EQ(error("l:\n- {a: 1, a: 2}\n"),
            "f:2:10: l[0].a: duplicate key; it stands first in line 2");
}

TEST(YamlText, ReportsSyntaxErrorsWithTheirPlace) {
  const std::string text = error("a: [1, 2\nb: 3\n");
  EXPECT_TRUE(text.starts_with("f:2:2: not valid YAML: ")) << text;
  const std::string tab = error("a:\n\t- b\n");
  EXPECT_TRUE(tab.starts_with("f:2:2: not valid YAML: ")) << tab;
}

TEST(YamlText, TakesATextWithoutContentForNothing) {
  EXPECT_EQ(parsed("").kind, Node::Kind::null);
  EXPECT_EQ(parsed("# only a comment\n").kind, Node::Kind::null);
}

TEST(YamlText, RefusesASecondDocument) {
  EXPECT_EQ(error("a: 1\n---\nb: 2\n"), "f:3:1: a second YAML document; one file holds one");
}

TEST(YamlText, RefusesKeysThatAreNoWords) {
  EXPECT_EQ(error("? [a, b]\n: 1\n"), "f:1:3: a key must be a word");
}

TEST(YamlText, CopiesAliases) {
  const Node tree = parsed("a: &x {b: 1}\nc: *x\n");
  EXPECT_EQ(tree.find("c")->value.find("b")->value.text, "1");
}

TEST(YamlText, StopsAliasesThatMultiply) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    const auto name = "a" + std::to_string(i);
    text += name + ": &" + name + " [";
    for (int j = 0; j < 10; ++j) text += before + (j < 9 ? ", " : "]\n");
  }
  EXPECT_NE(error(text).find("too large for a scenario"), std::string::npos);
}

TEST(YamlText, RefusesTags) {
  EXPECT_EQ(error("a: !!int 3\n"), "f:1:4: tags such as tag:yaml.org,2002:int mean nothing");
}

TEST(YamlText, GivesAValueOfTheCommandLineNoLines) {
  const Node value = parse_yaml_value("{a: [1]}", source(), 1);
  EXPECT_EQ(to_string(value.find("a")->value.items[0].place), "f");
}

TEST(YamlText, SaysThatATabIsTheReason) {
  const Scratch scratch;
  for (const char* text :
       {"scenario: 1\nhost:\n\tcores: 3\n", "scenario: 1\nduration: 1ms\n\tseed: 1",
        "scenario: 1\nhost:\n  cores: 3\n \tmemory: 1GiB\n"}) {
    const auto error = scratch.error(text);
    EXPECT_NE(error.find("a tab in the indentation, which takes blanks only"), std::string::npos)
        << error;
  }
}

TEST(YamlText, SaysThatNestingIsTheReason) {
  const Scratch scratch;
  const std::string lists = "scenario: 1\nhost: " + std::string(3000, '[') + std::string(3000, ']');
  std::string maps = "scenario: 1\n";
  for (std::size_t i = 0; i < 2000; ++i) maps += std::string(i, ' ') + "a:\n";
  for (const auto& text : {lists, maps}) {
    const auto error = scratch.error(text);
    EXPECT_NE(error.find("nested deeper than 64 levels"), std::string::npos)
        << error.substr(0, 300);
  }
}

TEST(YamlText, MayBeginWithAByteOrderMark) {
  const Scratch scratch;
  EXPECT_EQ(scratch.load("\xEF\xBB\xBF" + minimal()).cases.size(), 1U);
}

}  // namespace
}  // namespace faultpath::scenarios
