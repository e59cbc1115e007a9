// Counting the reads of a walk.
#include "models/iommu/walk/walker.hpp"

#include <algorithm>

namespace faultpath::models {

std::uint32_t Walker::reads(std::uint32_t tag, IovaPage page, const PageTableEntry& entry) {
  return cache_.walk(tag, page, std::min(entry.lowest_level, cache_.root()));
}

}  // namespace faultpath::models
