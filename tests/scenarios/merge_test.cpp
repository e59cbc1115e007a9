// Later texts change earlier ones by the rules of merging.
#include "scenarios/merge.hpp"

#include <gtest/gtest.h>

#include "scenarios/yaml_text.hpp"

namespace faultpath::scenarios {
namespace {

Node parsed(const std::string& text) {
  return parse_yaml(text, std::make_shared<const Source>(Source{"f", {}}), 0);
}

// The tree as flow-style text.
std::string text_of(const Node& node) {
  std::string text;
  for (const auto& item : node.items) text += (text.empty() ? "" : ", ") + text_of(item);
  for (const auto& [key, place, value] : node.entries) {
    text += (text.empty() ? "" : ", ") + key + ": " + text_of(value);
  }
  if (node.is_map()) return "{" + text + "}";
  return node.is_list() ? "[" + text + "]" : node.text;
}

std::string merged(const std::string& base, const std::string& over,
                   Devices devices = Devices::choose) {
  Node tree = parsed(base);
  merge(tree, parsed(over), devices);
  return text_of(tree);
}

std::string error(const std::string& base, const std::string& over) {
  try {
    merged(base, over);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(Merge, MergesMapsDeeply) {
  EXPECT_EQ(merged("{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}"), "{a: {b: 1, c: 3, d: 4}}");
}

TEST(Merge, ReplacesListsAndSingleValues) {
  EXPECT_EQ(merged("{a: [1, 2], b: 1, c: 1}", "{a: [3], b: {x: 1}, c: [2]}"),
            "{a: [3], b: {x: 1}, c: [2]}");
}

TEST(Merge, ChangesElementsOfAListByNameKindOrIndex) {
  EXPECT_EQ(merged("{l: [{name: a, x: 1}, {name: b, x: 2}]}", "{l: {b: {x: 3}}}"),
            "{l: [{name: a, x: 1}, {name: b, x: 3}]}");
  EXPECT_EQ(merged("{l: [{name: a, x: 1}]}", "{l: {0: {x: 3}}}"), "{l: [{name: a, x: 3}]}");
  EXPECT_EQ(merged("{l: [{kind: k, name: a}]}", "{l: {k: {x: 3}}}"),
            "{l: [{kind: k, name: a, x: 3}]}");
}

TEST(Merge, GivesABareWordKeysOfItsOwn) {
  EXPECT_EQ(merged("{strategies: [pin, lru_locked]}", "{strategies: {lru_locked: {limit: 20%}}}"),
            "{strategies: [pin, {kind: lru_locked, limit: 20%}]}");
}

TEST(Merge, RefusesElementsThatAreNotThere) {
  EXPECT_EQ(error("{l: [{name: first}]}", "{l: {frist: {x: 1}}}"),
            "f:1:6: l.frist: there is no element of this name; did you mean 'first'?");
  EXPECT_EQ(error("{l: [{name: a}]}", "{l: {1: {x: 1}}}"),
            "f:1:6: l[1]: there are 1 elements, from 0");
  EXPECT_EQ(error("{l: [{kind: k, name: a}, {kind: k, name: b}]}", "{l: {k: {x: 1}}}"),
            "f:1:6: l.k: 2 elements are called so; use an index");
}

TEST(Merge, LetsDevicesInheritByNameAndChoosesThem) {
  const std::string base = "{devices: [{name: nic, a: {x: 1}}, {name: nvme, a: 2}]}";
  EXPECT_EQ(merged(base, "{devices: [{name: nic, a: {y: 2}}, {name: new}]}"),
            "{devices: [{name: nic, a: {x: 1, y: 2}}, {name: new}]}");
}

TEST(Merge, ADeviceWithoutANameHasTheDefaultName) {
  EXPECT_EQ(merged("{devices: [{count: 2}]}", "{devices: [{contexts: 3}]}"),
            "{devices: [{count: 2, contexts: 3}]}");
  EXPECT_EQ(merged("{devices: [{count: 2}]}", "{devices: [{name: device, contexts: 3}]}"),
            "{devices: [{count: 2, name: device, contexts: 3}]}");
  EXPECT_EQ(merged("{devices: [{count: 2}]}", "{devices: [{name: nic}]}"),
            "{devices: [{name: nic}]}");
}

TEST(Merge, KeepsTheDevicesOfSeveralProfiles) {
  EXPECT_EQ(merged("{devices: [{name: nic}]}", "{devices: [{name: nvme}]}", Devices::add),
            "{devices: [{name: nic}, {name: nvme}]}");
  EXPECT_EQ(
      merged("{devices: [{name: nic, a: 1}]}", "{devices: [{name: nic, b: 2}]}", Devices::add),
      "{devices: [{name: nic, a: 1, b: 2}]}");
}

}  // namespace
}  // namespace faultpath::scenarios
