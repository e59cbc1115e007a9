// What a scenario says about an area of a process: a mapping made by mmap().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/base/backing_spec.hpp"

namespace faultpath::models {

/// Source: mmap(2), madvise(2); Linux, struct vm_area_struct.
struct AreaSpec {
  enum class Access { read_write, read_only };
  /// Huge pages on a fault. always: if they are free; madvise: the area asked for them, so that the
  /// fault reclaims to get one (Linux, vma_thp_gfp_mask() with defrag = madvise, the default).
  enum class Huge { never, madvise, always };

  std::string name;
  Backing kind = Backing::anonymous;
  std::uint64_t size = 0;           ///< bytes, rounded up to pages
  std::optional<std::uint64_t> at;  ///< its first address; absent: behind the area before it
  /// Writes reach the file, or the other processes (MAP_SHARED). Memory of kind `shared` always is.
  bool shared = false;
  Access access = Access::read_write;
  Huge huge = Huge::never;
  std::optional<std::uint64_t> file_size;  ///< bytes of the file; absent: as long as the area
};

}  // namespace faultpath::models
