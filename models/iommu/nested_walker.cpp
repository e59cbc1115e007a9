// Counting the reads of a walk through two stages.
#include "models/iommu/nested_walker.hpp"

#include <algorithm>

namespace faultpath::models {

NestedWalker::NestedWalker(const IommuSpec& spec) : cache_(spec.levels.stage1, spec.walk_cache) {
  const GuestCacheSpec& cache = spec.second_stage.cache;
  if (cache.entries > 0) guest_pages_.emplace(cache.entries, cache.ways);
}

std::uint32_t NestedWalker::translate(std::uint32_t tag, const GuestMemory& guest, GpaPage page) {
  if (guest_pages_ && guest_pages_->find(tag, page.value)) return 0;
  const PageTableEntry entry = guest.peek(page);
  if (guest_pages_) {
    guest_pages_->insert({page.value, tag, entry.page_bits, {true, entry.writable}});
  }
  return guest.second_levels() - entry.lowest_level;
}

NestedWalker::Walk NestedWalker::begin(const AddressSpace& space, IovaPage page) {
  const GuestMemory& guest = *space.guest;
  const std::uint32_t tag = space.tag();
  const PageTableEntry entry = space.peek(page);
  const unsigned root = cache_.root();
  const unsigned stop = std::min(entry.lowest_level, root);
  const unsigned start = cache_.start(tag, page, stop);
  Walk walk;
  walk.tables = start - stop + 1;
  walk.reads = walk.tables;
  if (start == root) walk.reads += translate(tag, guest, guest.table(page, root));
  for (unsigned level = start; level-- > stop;) {
    walk.reads += translate(tag, guest, guest.table(page, level));
    cache_.insert(tag, page, level);
  }
  if (entry.present) walk.reads += translate(tag, guest, guest.data(page));
  return walk;
}

void NestedWalker::invalidate_domain(std::uint32_t tag) {
  cache_.invalidate_domain(tag);
  if (guest_pages_) guest_pages_->invalidate_tag(tag);
}

PageTableEntry walk_both(AddressSpace& space, IovaPage page, bool write) {
  PageTableEntry entry = space.walk(page, write);
  if (!entry.present) return entry;
  const PageTableEntry second = space.guest->peek(space.guest->data(page));
  entry.present = second.present;
  entry.writable = entry.writable && second.writable;
  entry.page_bits = std::min(entry.page_bits, second.page_bits);
  return entry;
}

}  // namespace faultpath::models
