// Counting the reads of a walk.
#include "models/iommu/walker.hpp"

#include <algorithm>

namespace faultpath::models {

std::uint32_t Walker::reads(std::uint32_t tag, IovaPage page, const PageTableEntry& entry) {
  const unsigned stop = std::min(entry.lowest_level, cache_.root());
  const unsigned start = cache_.start(tag, page, stop);
  for (unsigned level = stop; level < start; ++level) cache_.insert(tag, page, level);
  return start - stop + 1;
}

}  // namespace faultpath::models
