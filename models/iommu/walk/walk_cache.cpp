// Lookup from the table nearest to the leaf upwards.
#include "models/iommu/walk/walk_cache.hpp"

namespace faultpath::models {

WalkCache::WalkCache(std::uint32_t levels, const WalkCacheSpec& spec, PageSize granule)
    : root_(levels - 1), table_bits_(granule.table_bits()) {
  if (spec.entries == 0) return;
  for (unsigned level = 0; level < root_; ++level) tables_.emplace_back(spec.entries, spec.ways);
}

unsigned WalkCache::start(std::uint32_t tag, IovaPage page, unsigned lowest) {
  for (unsigned level = lowest; level < tables_.size(); ++level) {
    if (tables_[level].find(tag, region(page, level))) return level;
  }
  return root_;
}

void WalkCache::insert(std::uint32_t tag, IovaPage page, unsigned level) {
  if (level >= tables_.size()) return;
  tables_[level].insert({region(page, level), tag, 0, {true, true}});
}

std::uint32_t WalkCache::walk(std::uint32_t tag, IovaPage page, unsigned lowest) {
  const unsigned first = start(tag, page, lowest);
  for (unsigned level = lowest; level < first; ++level) insert(tag, page, level);
  return first - lowest + 1;
}

void WalkCache::invalidate(std::uint32_t tag, IovaPage page) {
  for (unsigned level = 0; level < tables_.size(); ++level) {
    tables_[level].invalidate(tag, region(page, level), 1);
  }
}

void WalkCache::invalidate_domain(std::uint32_t tag) {
  for (TranslationCache& table : tables_) table.invalidate_tag(tag);
}

}  // namespace faultpath::models
