// Entries of an I/O page table and their bits.
#include "models/memory/io_page_table.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr std::uint8_t kOrderOf2M = 9;  // large leaves are of pages of 4 KiB

// Does a walk set the dirty bit of the entry that it has found?
bool sets_dirty(const IoPageTable& table, const PageTableEntry& entry, bool write) {
  return write && entry.writable && !entry.dirty && !table.dirty_by_software;
}

}  // namespace

IoPageTable::IoPageTable(PageStore& store, ProcessMemory& process, std::uint32_t tag, PageSize size)
    : store_(store),
      process_(process),
      tag_(tag),
      base_(store.entries.reserve(process.pages())),
      levels_(process.areas(), size) {}

const IoEntry* IoPageTable::find(IovaPage page) const {
  return std::as_const(store_).entries.find(entry_of(page));
}

void IoPageTable::map(IovaPage page) {
  IoEntry& entry = this->entry(page);
  ENSURE_IN(name(), !extent_ && !entry.has(kMapped), "a page is mapped once");
  entry.set(kMapped);
  ++mapped_pages_;
  levels_.allocate(page);
}

void IoPageTable::unmap(IovaPage page) {
  IoEntry& entry = this->entry(page);
  ENSURE_IN(name(), !extent_ && entry.has(kMapped), "only a mapped page is unmapped");
  if (entry.has(kWritten)) process_.page(page).set(kDirty);
  entry.clear(kMapped | kReadOnly | kUsed | kWritten | kOld);
  --mapped_pages_;
  if (!large_leaves_.empty()) large_leaves_[levels_.leaf_table_of(page)] = false;
}

void IoPageTable::make_read_only(IovaPage page) {
  entry(page).set(kReadOnly);
  if (!large_leaves_.empty()) large_leaves_[levels_.leaf_table_of(page)] = false;
}

void IoPageTable::merge_leaf(IovaPage page) {
  large_leaves_.resize(levels_.leaf_tables());
  large_leaves_[levels_.leaf_table_of(page)] = true;
}

void IoPageTable::map_everything() {
  ENSURE_IN(name(), !extent_ && mapped_pages_ == 0, "an extent covers an empty table");
  extent_ = true;
  mapped_pages_ = pages();
}

bool IoPageTable::is_mapped(IovaPage page) const {
  if (!contains(page)) return false;
  if (extent_) return true;
  const IoEntry* const entry = find(page);
  return entry != nullptr && entry->has(kMapped);
}

std::vector<IovaPage> IoPageTable::mapped_among(IovaPage first, std::uint64_t pages) const {
  std::vector<IovaPage> mapped;
  for (const Runs::Run& run : areas().within(first.value, pages)) {
    const PageId begin = entry_of({run.first});
    store_.entries.for_each_touched(begin, run.count, [&](std::uint64_t index) {
      const IovaPage page{run.first + index};
      if (find(page)->has(kMapped)) mapped.push_back(page);
    });
  }
  return mapped;
}

PageTableEntry IoPageTable::walk(IovaPage page, bool write) {
  PageTableEntry entry = peek(page);
  if (!entry.present || !tracks_use || extent_) return entry;
  mark(page, kUsed, kAccessed);
  if (sets_dirty(*this, entry, write)) set_dirty(page);
  entry.dirty = is_dirty(page);
  // Until the dirty bit is set, a read gets no write permission.
  entry.writable = entry.writable && entry.dirty;
  return entry;
}

std::uint32_t IoPageTable::needs_marks(IovaPage page, bool write) const {
  if (!tracks_use || extent_) return 0;
  const PageTableEntry entry = peek(page);
  if (!entry.present) return 0;
  return !is_marked(page, kUsed, kAccessed) || sets_dirty(*this, entry, write) ? 1 : 0;
}

bool IoPageTable::grant_write(IovaPage page) {
  IoEntry& entry = this->entry(page);
  const bool dirty = !dirty_by_software || is_dirty(page);
  if (dirty && !entry.has(kReadOnly)) return false;
  entry.clear(kReadOnly);
  if (dirty_by_software) set_dirty(page);
  return true;
}

bool IoPageTable::clear_young(IovaPage page) {
  if (extent_ || !is_mapped(page)) return false;
  IoEntry& entry = this->entry(page);
  const bool young = entry.has(kUsed);
  entry.clear(kUsed);
  return young;
}

PageTableEntry IoPageTable::peek(IovaPage page) const {
  if (!contains(page)) return {.lowest_level = levels_.lowest(page)};
  if (extent_) {
    const BackingSpec& backing = process_.backing();
    const unsigned order = backing.huge_pages ? backing.huge_page_bits - kPageBits : 0;
    const bool writable = permits(process_, page, true);
    return {true, writable, true, static_cast<std::uint8_t>(order), order / kOrderOf2M};
  }
  const IoEntry* const entry = find(page);
  if (entry == nullptr || !entry->has(kMapped)) return {.lowest_level = levels_.lowest(page)};
  if (entry->has(kOld)) return {};
  const bool dirty = is_dirty(page), writable = !entry->has(kReadOnly);
  if (in_large_leaf(page)) return {true, writable, dirty, kOrderOf2M, 1};
  return {true, writable, dirty, 0, 0};
}

// Of a page that is mapped.
bool IoPageTable::is_dirty(IovaPage page) const {
  return !tracks_use || is_marked(page, kWritten, kDirty);
}

bool IoPageTable::is_marked(IovaPage page, IoEntryFlag own, PageFlag of_process) const {
  return is_view ? process_.page(page).has(of_process) : find(page)->has(own);
}

void IoPageTable::mark(IovaPage page, IoEntryFlag own, PageFlag of_process) {
  if (is_view) return process_.page(page).set(of_process);
  entry(page).set(own);
}

// A large leaf has one dirty bit.
void IoPageTable::set_dirty(IovaPage page) {
  if (!in_large_leaf(page)) return mark(page, kWritten, kDirty);
  const std::uint64_t begin = page.value / kPagesPer2M * kPagesPer2M;
  for (IovaPage each{begin}; each.value < begin + kPagesPer2M; each = each + 1) {
    if (contains(each)) mark(each, kWritten, kDirty);
  }
}

}  // namespace faultpath::models
