// What a scenario says about an area of a process: a mapping made by mmap().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/backing_spec.hpp"

namespace faultpath::models {

/// Source: mmap(2), madvise(2); Linux, struct vm_area_struct.
struct AreaSpec {
  enum class Access { read_write, read_only };
  /// Huge pages on a fault. always: if they are free; madvise: the area asked for them, so that the
  /// fault reclaims to get one (Linux, vma_thp_gfp_mask() with defrag = madvise, the default).
  enum class Huge { never, madvise, always };
  /// How the area will be used (madvise(2)): what a miss of a file reads, and whether uses count
  /// for reclaim, which ignores those of sequential and random areas (Linux, vma_has_recency()).
  enum class Advice { normal, random, sequential };

  std::string name;
  Backing kind = Backing::anonymous;
  std::uint64_t size = 0;           ///< bytes, rounded up to pages
  std::optional<std::uint64_t> at;  ///< its first address; absent: behind the area before it
  /// Writes reach the file, or the other processes (MAP_SHARED). Memory of kind `shared` always is.
  bool shared = false;
  Access access = Access::read_write;
  Huge huge = Huge::never;
  Advice advice = Advice::normal;
  /// Bytes of the folios that a fault may bring, beside single pages (Linux,
  /// hugepages-*kB/enabled).
  std::vector<std::uint64_t> folios;
  /// A page that is missing is brought by a thread of user space (UFFDIO_REGISTER_MODE_MISSING).
  bool userfaultfd = false;
  /// Reclaim leaves a page alone once it is there (mlock2() with MLOCK_ONFAULT).
  bool mlock = false;
  std::optional<std::uint64_t> file_size;  ///< bytes of the file; absent: as long as the area
};

}  // namespace faultpath::models
