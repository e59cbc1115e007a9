// Walks through two stages: what they read, and what is missing on the way.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/translation_cache.hpp"
#include "models/iommu/walk/walk_cache.hpp"
#include "models/memory/guest_memory.hpp"

namespace faultpath::models {

/// Every address that the first stage names is guest-physical: that of its root, those of its
/// tables and that of the page. Each is translated by a walk of the second stage before it is used.
///
/// With g levels of first and h of second stage to read, a cold walk reads
/// h + g (1 + h) = (g + 1)(h + 1) - 1 entries; one that starts behind a nested entry of the walk
/// cache with r guest tables to go reads r (h + 1). A second-stage entry saves levels of its
/// address. A large leaf at either stage saves its stage's level, at the second for each address
/// that it translates.
class NestedWalker {
 public:
  explicit NestedWalker(const IommuSpec& spec);

  struct Walk {
    std::uint32_t reads = 0;  ///< entries of both stages
    unsigned from = 0;  ///< above the highest first-stage table whose address had to be translated
  };
  /// What a walk to `page` reads now, up to its leaf or to what is missing; remembers the tables
  /// and guest pages that it passed. Requires space.guest.
  Walk begin(const IoPageTable& space, IovaPage page);
  /// A walk of the second stage alone.
  struct Translation {
    std::uint32_t reads = 0;
    bool present = true;
  };
  Translation translate(std::uint32_t tag, const GuestMemory& guest, GpaPage page);

  /// Forgets the tables on the way to `page`.
  void invalidate(std::uint32_t tag, IovaPage page) { cache_.invalidate(tag, page); }
  /// Forgets all tables and guest pages of a domain.
  void invalidate_domain(std::uint32_t tag);

 private:
  WalkCache cache_;
  std::optional<TranslationCache> guest_pages_;
  std::optional<WalkCache> second_tables_;
};

/// What a walk through both stages grants at its end, and what it misses. A page that the second
/// stage has for reading only is granted for reading, and missing to who wants to write. `from` as
/// in Walk; 0 for a translation from the IOTLB. When nothing is missing it sets the accessed and
/// dirty bits of both stages: where the first stage has them (A/D updates), its table pages count
/// as written.
struct WalkResult {
  PageTableEntry entry;
  WalkMiss miss;
};
WalkResult walk_both(IoPageTable& space, IovaPage page, bool write, unsigned from);
/// Updates of entries of both stages that its marks take.
std::uint32_t updates_of_both(const IoPageTable& space, IovaPage page, bool write, unsigned from);

}  // namespace faultpath::models
