// Reads YAML text into a tree of nodes.
#pragma once

#include <memory>
#include <string>

#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// The tree of one YAML document; a null node when the text holds none. Every node gets `layer`.
/// Throws ConfigError on a syntax error, a duplicate key, a second document, too large a tree.
Node parse_yaml(const std::string& text, std::shared_ptr<const Source> source, int layer);

/// As parse_yaml(), for a value without places of its own, as that of --set.
Node parse_yaml_value(const std::string& text, std::shared_ptr<const Source> source, int layer);

}  // namespace faultpath::scenarios
