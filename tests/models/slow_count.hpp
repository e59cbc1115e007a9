// How many random systems a slow test runs.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// All `count` of them, and a quarter under the sanitizers, where each takes eight times as long:
/// the sanitizers look at every line, the count at every combination.
constexpr std::uint64_t slow_count(std::uint64_t count) {
#ifdef FAULTPATH_SANITIZE
  return count / 4;
#else
  return count;
#endif
}

}  // namespace faultpath::models
