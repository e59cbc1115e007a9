// Page-table walks of one stage: how many entries they read, given what the caches hold.
#pragma once

#include <cstdint>

#include "models/iommu/walk/walk_cache.hpp"
#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// A walk goes from the lowest table whose pointer is cached, or from the root, down to the entry
/// of the page or to the one that is empty, and reads one entry of each level. Tables that it
/// passes are cached; what does not exist never is (VT-d 6.2.5, CM = 0).
class Walker {
 public:
  /// Where there are two stages: of a second stage that functions use alone.
  explicit Walker(const IommuSpec& spec, PageSize granule = {})
      : cache_(spec.levels.stage2 > 0 ? spec.levels.stage2 : spec.levels.stage1, spec.walk_cache,
               granule) {}

  /// Reads of a walk to `page`, whose entry is `entry`; remembers the tables that it passed.
  std::uint32_t reads(std::uint32_t tag, IovaPage page, const PageTableEntry& entry);
  /// Forgets the tables on the way to `page`.
  void invalidate(std::uint32_t tag, IovaPage page) { cache_.invalidate(tag, page); }

 private:
  WalkCache cache_;
};

}  // namespace faultpath::models
