// Paging-structure caches: where the tables on the way to a page lie, so that walks skip levels.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/translation_cache.hpp"
#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

/// One cache for each level of tables below the root: VT-d's PDE-, PDPE-, PML4- and PML5-caches
/// (6.2.5). Level 0 is the table of entries of a page. With one stage an entry holds a first-stage
/// pointer; with two it is a nested entry and holds the host-physical address of the next guest
/// table, so that neither the levels above nor the second stage of that pointer are read again.
class WalkCache {
 public:
  /// `levels` of the table; without entries in the spec nothing is ever found.
  WalkCache(std::uint32_t levels, const WalkCacheSpec& spec, PageSize granule = {});

  /// The lowest level from `lowest` on whose table on the way to `page` is cached, or the root's.
  unsigned start(std::uint32_t tag, IovaPage page, unsigned lowest);
  /// A walk has passed the pointer to the table of `level`; the root has no entry.
  void insert(std::uint32_t tag, IovaPage page, unsigned level);
  /// A walk of one stage to the entry in the table of `lowest`: reads one entry of each level from
  /// start() on, and passes the pointers between. How many it reads.
  std::uint32_t walk(std::uint32_t tag, IovaPage page, unsigned lowest);
  /// Forgets the tables on the way to `page`.
  void invalidate(std::uint32_t tag, IovaPage page);
  void invalidate_domain(std::uint32_t tag);

  unsigned root() const { return root_; }

 private:
  std::uint64_t region(IovaPage page, unsigned level) const {
    return page.value >> (table_bits_ * (level + 1));
  }

  unsigned root_;
  unsigned table_bits_;
  std::vector<TranslationCache> tables_;  // [k]: pointers to tables of level k
};

}  // namespace faultpath::models
