// Counting the reads of a walk through two stages.
#include "models/iommu/walk/nested_walker.hpp"

#include <algorithm>

namespace faultpath::models {

NestedWalker::NestedWalker(const IommuSpec& spec) : cache_(spec.levels.stage1, spec.walk_cache) {
  const GuestCacheSpec& cache = spec.second_stage.cache;
  if (cache.entries > 0) guest_pages_.emplace(cache.entries, cache.ways);
  const GuestCacheSpec& tables = spec.second_stage.walk_cache;
  if (tables.entries > 0) {
    second_tables_.emplace(spec.levels.stage2, WalkCacheSpec{tables.entries, tables.ways});
  }
}

NestedWalker::Translation NestedWalker::translate(std::uint32_t tag, const GuestMemory& guest,
                                                  GpaPage page) {
  if (guest_pages_ && guest_pages_->find(tag, page.value)) return {};
  const PageTableEntry entry = guest.peek(page);
  if (guest_pages_ && entry.present) {
    guest_pages_->insert({page.value, tag, entry.order, {true, true}});
  }
  const unsigned root = guest.second_levels() - 1;
  const unsigned stop = std::min(entry.lowest_level, root);
  if (!second_tables_) return {root - stop + 1, entry.present};
  return {second_tables_->walk(tag, GuestMemory::input_of(page), stop), entry.present};
}

NestedWalker::Walk NestedWalker::begin(const IoPageTable& space, IovaPage page) {
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
  if (second_tables_) second_tables_->invalidate_domain(tag);
}

namespace {

bool is_read_only(const GuestMemory& guest, IovaPage page) {
  const PageTableEntry entry = guest.peek(guest.data(page));
  return entry.present && !entry.writable;
}

// A write to a page that the second stage has for reading only is granted reading, and its walk
// leaves the marks of a read.
bool is_granted_reading(const GuestMemory& guest, const WalkMiss& miss, IovaPage page) {
  return miss == WalkMiss{WalkMiss::Stage::second} && is_read_only(guest, page);
}

}  // namespace

WalkResult walk_both(IoPageTable& space, IovaPage page, bool write, unsigned from) {
  GuestMemory& guest = *space.guest;
  WalkResult result;
  result.miss = guest.missing(space, page, from, write);
  const bool to_read = is_granted_reading(guest, result.miss, page);
  if (result.miss.stage != WalkMiss::Stage::unknown && !to_read) return result;
  if (to_read) write = false;
  result.entry = space.walk(page, write);
  if (guest.on_demand() != nullptr) {
    for (unsigned level = from; level-- > result.entry.lowest_level;) {
      guest.walk(guest.table(page, level), space.tracks_use);
    }
  }
  const PageTableEntry second = guest.walk(guest.data(page), write);
  result.entry.writable = result.entry.writable && second.writable;
  result.entry.order = std::min(result.entry.order, second.order);
  return result;
}

std::uint32_t updates_of_both(const IoPageTable& space, IovaPage page, bool write, unsigned from) {
  const GuestMemory& guest = *space.guest;
  const IoPageTable* const second = guest.on_demand();
  if (second == nullptr && !space.tracks_use) return 0;
  const WalkMiss miss = guest.missing(space, page, from, write);
  const bool to_read = is_granted_reading(guest, miss, page);
  if (miss.stage != WalkMiss::Stage::unknown && !to_read) return 0;
  if (to_read) write = false;
  std::uint32_t updates = space.needs_marks(page, write);
  if (second == nullptr) return updates;
  for (unsigned level = from; level-- > space.peek(page).lowest_level;) {
    const IovaPage table = GuestMemory::input_of(guest.table(page, level));
    updates += second->needs_marks(table, space.tracks_use);
  }
  return updates + second->needs_marks(GuestMemory::input_of(guest.data(page)), write);
}

}  // namespace faultpath::models
