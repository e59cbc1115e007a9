// Fetching memory ahead of its use, where it has left the caches since the last.
#pragma once

#include <cstddef>

namespace faultpath::sim {

/// Begins to fetch `bytes` from `at` on; takes an instruction for each cache line and changes
/// nothing. Worth it only a microsecond ahead, and for what is not in the caches: see
/// bench/README.md.
inline void prefetch(const void* at, std::size_t bytes) {
  constexpr std::size_t kCacheLine = 64;
  const char* const first = static_cast<const char*>(at);
  for (std::size_t offset = 0; offset < bytes; offset += kCacheLine) {
    __builtin_prefetch(first + offset);
  }
}
template <class T>
void prefetch(const T& object) {
  prefetch(&object, sizeof(T));
}

}  // namespace faultpath::sim
