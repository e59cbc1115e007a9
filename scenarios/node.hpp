// A YAML document as a tree in which every key and value knows its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/config_error.hpp"

namespace faultpath::scenarios {

struct Entry;

/// A value. Its layer says who wins where texts are merged: a later file, a variant, --set.
struct Node {
  enum class Kind { null, scalar, map, list };

  Kind kind = Kind::null;
  std::string text;            // of a scalar
  std::vector<Entry> entries;  // of a map, in the order of the text
  std::vector<Node> items;     // of a list
  Place place;
  int layer = 0;

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }

  /// The entry of a map with this key; null when there is none.
  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
  /// Removes the entry with this key, if any.
  void erase(std::string_view key);
};

/// A key of a map and its value.
struct Entry {
  std::string key;
  Place place;
  Node value;
};

/// The highest layer that has set anything in a node.
int newest_layer(const Node& node);

/// What a node is, for errors: "a map", "'text'", "nothing".
std::string described(const Node& node);

/// How an element of a list is called: its `name`, else its `kind`, else its own text.
std::string name_of(const Node& element);

/// A bare word as the map {kind: word}; anything else as it is.
Node as_map(const Node& element);

/// A value and the path of keys that leads to it, as "devices[0].pri".
struct Cursor {
  const Node& node;
  std::string path;

  Cursor child(const Entry& entry) const;
  Cursor item(std::size_t index) const { return {node.items[index], indexed(index)}; }
  std::string indexed(std::size_t index) const { return path + "[" + std::to_string(index) + "]"; }
};

/// Throws the ConfigError of a value.
[[noreturn]] void fail(const Cursor& at, std::string message, std::string suggestion = {});
/// Throws the ConfigError of a key of the map `at`.
[[noreturn]] void fail_key(const Cursor& at, const Entry& entry, std::string message,
                           std::string suggestion = {});
/// Fails unless `at` is a map, a list.
void expect_map(const Cursor& at);
void expect_list(const Cursor& at);

}  // namespace faultpath::scenarios
