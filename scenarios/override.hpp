// Overrides from the command line: --set PATH=VALUE.
#pragma once

#include <string>
#include <vector>

#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// One --set: a tree with nothing but the value at its path, to be merged over a scenario.
struct Override {
  std::vector<std::string> steps;  ///< of the path; at least one
  Node tree;
};

/// Reads "PATH=VALUE", where VALUE is YAML; files in VALUE are looked for in `folder`, then in the
/// working directory. Throws ConfigError.
Override parse_override(const std::string& text, const std::string& folder);

/// The keys, names and indices of a path: "devices[0].pri" is devices, 0, pri.
std::vector<std::string> split_path(const std::string& path);

/// The value at `path`, or the nearest one around it that the tree has.
const Node& nearest_node(const Node& root, const std::string& path);
/// The place of the value at `path`, or of the nearest one around it that the tree has.
Place place_of(const Node& root, const std::string& path);

}  // namespace faultpath::scenarios
