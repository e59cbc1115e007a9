// The I/O page table of an address space.
#include "models/memory/address_space.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// What filled memory before the run is in no swap yet; a file has it.
std::uint16_t first_flags(const BackingSpec& backing) {
  if (!backing.populated) return 0;
  return backing.kind == Backing::file ? kResident : kResident | kDirty;
}

}  // namespace

AddressSpace::AddressSpace(PageStore& store, std::string name, std::uint32_t tag, Runs areas,
                           const BackingSpec& backing)
    : mmap_lock("mmap_lock"),
      store_(store),
      name_(std::move(name)),
      tag_(tag),
      areas_(std::move(areas)),
      backing_(backing),
      base_(store.reserve(pages(), first_flags(backing))) {
  ENSURE_IN(name_, !areas_.empty(), "a space has a page");
  if (!areas_.one()) sparse_tables_ = std::make_unique<std::array<Runs, kTableLevels>>();
  for (unsigned level = 0; level < kTableLevels; ++level) {
    const Runs regions = areas_.groups(kTableBits * (level + 1));
    tables_from_[level + 1] = tables_from_[level] + regions.count();
    if (sparse_tables_) (*sparse_tables_)[level] = regions;
  }
}

void AddressSpace::map(IovaPage page) {
  PageState& state = store_.at(id_of(page));
  ENSURE_IN(name_, !extent_ && !state.has(kMapped), "a page is mapped once");
  state.set(kMapped);
  ++mapped_pages_;
  allocate_tables(page);
}

void AddressSpace::unmap(IovaPage page) {
  PageState& state = store_.at(id_of(page));
  ENSURE_IN(name_, !extent_ && state.has(kMapped), "only a mapped page is unmapped");
  state.clear(kMapped | kReadOnly);
  ++state.unmaps;
  --mapped_pages_;
  if (!large_leaves_.empty()) large_leaves_[table_of(page, 0)] = false;
}

void AddressSpace::merge_leaf(IovaPage page) {
  large_leaves_.resize(tables_from_[1]);
  large_leaves_[table_of(page, 0)] = true;
}

void AddressSpace::map_everything() {
  ENSURE_IN(name_, !extent_ && mapped_pages_ == 0, "an extent covers an empty table");
  extent_ = true;
  mapped_pages_ = pages();
}

bool AddressSpace::is_mapped(IovaPage page) const {
  if (!contains(page)) return false;
  if (extent_) return true;
  const PageState* const state = store_.find(id_of(page));
  return state != nullptr && state->has(kMapped);
}

PageTableEntry AddressSpace::walk(IovaPage page, bool write) {
  PageTableEntry entry = peek(page);
  if (!entry.present || !tracks_use || extent_) return entry;
  PageState& state = store_.at(id_of(page));
  state.set(kAccessed);
  if (sets_dirty(entry, write)) set_dirty(page);
  entry.dirty = state.has(kDirty);
  // Until the dirty bit is set, a read gets no write permission.
  entry.writable = entry.writable && entry.dirty;
  return entry;
}

std::uint32_t AddressSpace::needs_marks(IovaPage page, bool write) const {
  if (!tracks_use || extent_) return 0;
  const PageTableEntry entry = peek(page);
  if (!entry.present) return 0;
  return !store_.find(id_of(page))->has(kAccessed) || sets_dirty(entry, write) ? 1 : 0;
}

bool AddressSpace::grant_write(IovaPage page) {
  PageState& state = store_.at(id_of(page));
  const bool dirty = !dirty_by_software || state.has(kDirty);
  if (dirty && !state.has(kReadOnly)) return false;
  state.clear(kReadOnly);
  if (dirty_by_software) set_dirty(page);
  return true;
}

PageTableEntry AddressSpace::peek(IovaPage page) const {
  if (!contains(page)) return {.lowest_level = lowest_level(page)};
  if (extent_) {
    const std::uint8_t bits = backing_.huge_pages ? backing_.huge_page_bits : kPageBits;
    return {true, true, true, bits, (bits - kPageBits) / kTableBits};
  }
  const PageState* const state = store_.find(id_of(page));
  if (state == nullptr || !state->has(kMapped)) return {.lowest_level = lowest_level(page)};
  if (in_large_leaf(page)) return {true, true, state->has(kDirty), 21, 1};
  return {true, !state->has(kReadOnly), state->has(kDirty), kPageBits, 0};
}

// A large leaf has one dirty bit.
void AddressSpace::set_dirty(IovaPage page) {
  if (!in_large_leaf(page)) return store_.at(id_of(page)).set(kDirty);
  const std::uint64_t begin = page.value / kPagesPer2M * kPagesPer2M;
  for (IovaPage each{begin}; each.value < begin + kPagesPer2M; each = each + 1) {
    if (contains(each)) store_.at(id_of(each)).set(kDirty);
  }
}

void AddressSpace::allocate_tables(IovaPage page) {
  if (region_of(page, 0) == recent_table_) return;
  recent_table_ = region_of(page, 0);
  if (tables_.empty()) tables_.resize(tables_from_.back());
  for (unsigned level = 0; level < kTableLevels; ++level) {
    const std::uint64_t table = tables_from_[level] + table_of(page, level);
    if (tables_[table]) return;  // what is above exists too
    tables_[table] = true;
  }
}

unsigned AddressSpace::lowest_level(IovaPage page) const {
  if (tables_.empty()) return kTableLevels;
  if (region_of(page, 0) == recent_table_) return 0;
  for (unsigned level = 0; level < kTableLevels; ++level) {
    if (!may_have_table(page, level)) continue;
    if (tables_[tables_from_[level] + table_of(page, level)]) return level;
  }
  return kTableLevels;
}

}  // namespace faultpath::models
