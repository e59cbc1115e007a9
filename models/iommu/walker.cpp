// Counting the reads of a walk.
#include "models/iommu/walker.hpp"

#include <algorithm>

namespace faultpath::models {

Walker::Walker(const IommuSpec& spec)
    : levels_(spec.levels.stage1), second_levels_(spec.levels.stage2) {
  for (unsigned level = 0; level + 1 < levels_; ++level) {
    tables_.emplace_back(spec.walk_cache.entries, spec.walk_cache.ways);
  }
}

std::uint32_t Walker::reads(std::uint32_t tag, IovaPage page, const PageTableEntry& entry) {
  const unsigned root = levels_ - 1;
  const unsigned stop = std::min(entry.lowest_level, root);
  unsigned start = stop;
  while (start < root && !tables_[start].find(tag, region(page, start))) ++start;
  for (unsigned level = stop; level < start; ++level) {
    tables_[level].insert({region(page, level), tag, kPageBits, {true, true}});
  }
  const std::uint32_t first_stage = start - stop + 1;
  const std::uint32_t behind_root = start == root ? second_levels_ : 0;
  const std::uint32_t data = entry.present ? 0 : second_levels_;  // not translated when absent
  return first_stage * (second_levels_ + 1) + behind_root - data;
}

void Walker::invalidate(std::uint32_t tag, IovaPage page) {
  for (unsigned level = 0; level < tables_.size(); ++level) {
    tables_[level].invalidate(tag, region(page, level), 1);
  }
}

}  // namespace faultpath::models
