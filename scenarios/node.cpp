// Looking around in a tree of nodes.
#include "scenarios/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/excerpt.hpp"

namespace faultpath::scenarios {

const Entry* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

Entry* Node::find(std::string_view key) {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

void Node::erase(std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

int newest_layer(const Node& node) {
  int newest = node.layer;
  for (const Entry& entry : node.entries) newest = std::max(newest, newest_layer(entry.value));
  for (const Node& item : node.items) newest = std::max(newest, newest_layer(item));
  return newest;
}

std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return fmt::format("'{}'", excerpt(node.text));
    case Node::Kind::map:
      return "a map";
    case Node::Kind::list:
      return "a list";
  }
  return {};
}

std::string name_of(const Node& element) {
  if (element.is_scalar()) return element.text;
  for (const char* key : {"name", "kind"}) {
    const Entry* entry = element.find(key);
    if (entry != nullptr && entry->value.is_scalar()) return entry->value.text;
  }
  return {};
}

Node as_map(const Node& element) {
  if (!element.is_scalar()) return element;
  Node map;
  map.kind = Node::Kind::map;
  map.place = element.place;
  map.layer = element.layer;
  map.entries.push_back({"kind", element.place, element});
  return map;
}

Cursor Cursor::child(const Entry& entry) const {
  return {entry.value, path.empty() ? entry.key : path + "." + entry.key};
}

void fail(const Cursor& at, std::string message, std::string suggestion) {
  throw ConfigError(at.node.place, at.path, std::move(message), std::move(suggestion));
}

void fail_key(const Cursor& at, const Entry& entry, std::string message, std::string suggestion) {
  throw ConfigError(entry.place, at.child(entry).path, std::move(message), std::move(suggestion));
}

void expect_map(const Cursor& at) {
  if (!at.node.is_map()) fail(at, "expected a map of keys, found " + described(at.node));
}

void expect_list(const Cursor& at) {
  if (!at.node.is_list()) fail(at, "expected a list, found " + described(at.node));
}

}  // namespace faultpath::scenarios
