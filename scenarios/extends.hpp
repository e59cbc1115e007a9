// A scenario file together with what it extends, merged into one tree.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// Layers of what comes after the files.
inline constexpr int kVariantLayer = 1'000'000;
inline constexpr int kSetLayer = 2'000'000;

struct MergedFile {
  Node tree;           ///< a map, without the key `extends`
  std::string sha256;  ///< of the file's bytes and those of the extended files, one after the other
  std::size_t files = 0;  ///< that were read: each once, however often it is extended
};

/// Reads `path` and, first, what it extends. `scenario`, `name`, `description` are not inherited.
/// Throws ConfigError.
MergedFile read_with_extended(const std::string& path);

}  // namespace faultpath::scenarios
