// Page-table walks: how many entries they read, given what the paging-structure caches hold.
#pragma once

#include <cstdint>
#include <vector>

#include "models/iommu/iommu_spec.hpp"
#include "models/memory/address_space.hpp"
#include "models/translation_cache.hpp"

namespace faultpath::models {

/// Lookup order from the table nearest to the leaf upwards, as VT-d's PDE-, PDPE-, PML4- and
/// PML5-caches (6.2.5); the first hit wins. Only tables that exist are cached.
///
/// With a second stage of h levels that is fully mapped, a walk that starts at the root reads
/// (n + 1)(h + 1) - 1 entries, n being those of the first stage; one that starts behind a cached,
/// nested entry reads n (h + 1).
class Walker {
 public:
  explicit Walker(const IommuSpec& spec);

  /// Reads of a walk to `page`, whose entry is `entry`; remembers the tables that it passed.
  std::uint32_t reads(std::uint32_t tag, IovaPage page, const PageTableEntry& entry);
  /// Forgets the tables on the way to `page`.
  void invalidate(std::uint32_t tag, IovaPage page);

 private:
  static constexpr unsigned kTableBits = 9;
  static std::uint64_t region(IovaPage page, unsigned level) {
    return page.value >> (kTableBits * (level + 1));
  }

  unsigned levels_;
  unsigned second_levels_;
  std::vector<TranslationCache> tables_;  // [k]: pointers to tables of level k
};

}  // namespace faultpath::models
