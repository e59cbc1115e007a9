// Paths through a tree.
#include "scenarios/override.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "scenarios/excerpt.hpp"
#include "scenarios/extends.hpp"
#include "scenarios/merge.hpp"
#include "scenarios/yaml_text.hpp"

namespace faultpath::scenarios {
namespace {

constexpr std::size_t kShownText = 100;

// A map with one entry, at the place of its value.
Node map_of(const std::string& key, Node value) {
  Node map;
  map.kind = Node::Kind::map;
  map.place = value.place;
  map.layer = value.layer;
  map.entries.push_back({key, value.place, std::move(value)});
  return map;
}

const Node* below(const Node& node, const std::string& step) {
  if (!node.is_list()) {
    const Entry* entry = node.find(step);
    return entry == nullptr ? nullptr : &entry->value;
  }
  try {
    return &element(const_cast<Node&>(node), step, {}, {});
  } catch (const ConfigError&) {
    return nullptr;
  }
}

}  // namespace

Override parse_override(const std::string& text, const std::string& folder) {
  const auto source =
      std::make_shared<const Source>(Source{"--set " + excerpt(text, kShownText), folder});
  const auto equals = text.find('=');
  const auto steps = split_path(text.substr(0, equals));
  if (equals == std::string::npos || steps.empty()) {
    throw ConfigError({source, 0, 0}, {}, "expected PATH=VALUE, as iommu.queue_entries=64");
  }
  if (steps[0] == "extends") {
    throw ConfigError({source, 0, 0}, "extends", "cannot be set: it is settled before");
  }
  Node tree = parse_yaml_value(text.substr(equals + 1), source, kSetLayer);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    tree = map_of(*step, std::move(tree));
  }
  return {steps, std::move(tree)};
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> steps(1);
  for (const char c : path) {
    if (c == '.' || c == '[') {
      steps.emplace_back();
    } else if (c != ']') {
      steps.back() += c;
    }
  }
  std::erase(steps, "");
  return steps;
}

const Node& nearest_node(const Node& root, const std::string& path) {
  const Node* node = &root;
  for (const auto& step : split_path(path)) {
    const Node* next = below(*node, step);
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

Place place_of(const Node& root, const std::string& path) { return nearest_node(root, path).place; }

}  // namespace faultpath::scenarios
