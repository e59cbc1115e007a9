// Counting the reads of a walk through two stages.
#include "models/iommu/nested_walker.hpp"

#include <algorithm>

namespace faultpath::models {

NestedWalker::NestedWalker(const IommuSpec& spec) : cache_(spec.levels.stage1, spec.walk_cache) {
  const GuestCacheSpec& cache = spec.second_stage.cache;
  if (cache.entries > 0) guest_pages_.emplace(cache.entries, cache.ways);
}

NestedWalker::Translation NestedWalker::translate(std::uint32_t tag, const GuestMemory& guest,
                                                  GpaPage page) {
  if (guest_pages_ && guest_pages_->find(tag, page.value)) return {};
  const PageTableEntry entry = guest.peek(page);
  if (guest_pages_ && entry.present) {
    guest_pages_->insert({page.value, tag, entry.page_bits, {true, true}});
  }
  const unsigned root = guest.second_levels() - 1;
  return {root - std::min(entry.lowest_level, root) + 1, entry.present};
}

NestedWalker::Walk NestedWalker::begin(const AddressSpace& space, IovaPage page) {
  const GuestMemory& guest = *space.guest;
  const std::uint32_t tag = space.tag();
  const PageTableEntry entry = space.peek(page);
  const unsigned root = cache_.root();
  const unsigned stop = std::min(entry.lowest_level, root);
  const unsigned start = cache_.start(tag, page, stop);
  const bool cached = start < root;
  Walk walk;
  walk.from = cached ? start : root + 1;
  walk.reads = cached ? 1 : 0;  // the entry in the table that is known
  for (unsigned level = walk.from; level-- > stop;) {
    const Translation table = translate(tag, guest, guest.table(page, level));
    walk.reads += table.reads;
    if (!table.present) return walk;
    ++walk.reads;
    cache_.insert(tag, page, level);
  }
  if (entry.present) walk.reads += translate(tag, guest, guest.data(page)).reads;
  return walk;
}

void NestedWalker::invalidate_domain(std::uint32_t tag) {
  cache_.invalidate_domain(tag);
  if (guest_pages_) guest_pages_->invalidate_tag(tag);
}

WalkResult walk_both(AddressSpace& space, IovaPage page, bool write, unsigned from) {
  GuestMemory& guest = *space.guest;
  WalkResult result;
  result.miss = guest.missing(space, page, from);
  if (result.miss.stage != WalkMiss::Stage::unknown) return result;
  result.entry = space.walk(page, write);
  if (guest.on_demand() != nullptr) {
    for (unsigned level = from; level-- > result.entry.lowest_level;) {
      guest.walk(guest.table(page, level), space.tracks_use);
    }
  }
  const PageTableEntry second = guest.walk(guest.data(page), write);
  result.entry.writable = result.entry.writable && second.writable;
  result.entry.page_bits = std::min(result.entry.page_bits, second.page_bits);
  return result;
}

}  // namespace faultpath::models
