// I/O page table: what devices see of the memory of one process (an iommu_domain).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/messages.hpp"
#include "models/base/runs.hpp"
#include "models/memory/page_store.hpp"
#include "models/memory/process_memory.hpp"
#include "models/memory/table_levels.hpp"

namespace faultpath::models {

class GuestMemory;

/// What a walk of the I/O page table finds for a page.
struct PageTableEntry {
  bool present = false;
  bool writable = false;
  bool dirty = false;
  std::uint8_t order = 0;  ///< log2 of the pages of its leaf: 0, 9 or 18
  /// The lowest level whose table exists on the way to the page: 0 is the table of entries of a
  /// page, 1 that of entries of such a table, and so on. A walk reads down to it; the root always
  /// exists.
  unsigned lowest_level = 0;
};

/// A table over the memory of one process, at the process's own addresses. Functions that are
/// attached to it translate through it. A page has an entry of its own, or the whole process is one
/// extent. Takes memory for the entries that are touched.
class IoPageTable {
 public:
  /// `tag` is its domain in the caches. `store` and `process` outlive it.
  IoPageTable(PageStore& store, ProcessMemory& process, std::uint32_t tag, PageSize size = {});
  IoPageTable(const IoPageTable&) = delete;
  IoPageTable& operator=(const IoPageTable&) = delete;

  const std::string& name() const { return process_.name(); }
  std::uint32_t tag() const { return tag_; }
  ProcessMemory& process() const { return process_; }
  const Runs& areas() const { return process_.areas(); }
  IovaPage first() const { return process_.first(); }
  std::uint64_t span() const { return process_.span(); }
  std::uint64_t pages() const { return process_.pages(); }
  bool contains(IovaPage page) const { return process_.contains(page); }

  /// Enters a page. Requires that it is not there.
  void map(IovaPage page);
  /// Takes a page out. Requires that it is there, and not by an extent. A large leaf around it is
  /// split into 4 KiB entries. The dirty bit of the entry passes to the process.
  void unmap(IovaPage page);
  /// Makes one leaf of the 2 MiB around a page. Requires that all pages of the process among them
  /// are there.
  void merge_leaf(IovaPage page);
  /// Enters the whole process as one extent of 4 KiB, 2 MiB or 1 GiB entries. Requires an empty
  /// table.
  void map_everything();
  bool is_mapped(IovaPage page) const;
  /// Those among `pages` pages from `first` on that have an entry of their own, ascending.
  std::vector<IovaPage> mapped_among(IovaPage first, std::uint64_t pages) const;
  /// Mapped as one extent.
  bool is_extent() const { return extent_; }
  std::uint64_t mapped_pages() const { return mapped_pages_; }
  /// What software notes in the entry of a page. Requires contains(page).
  IoEntry& entry(IovaPage page) { return store_.entries.at(entry_of(page)); }

  /// What a walk sees now. `write` sets the dirty and any walk the accessed bit of the page.
  PageTableEntry walk(IovaPage page, bool write);
  /// What a walk would see, without the marks.
  PageTableEntry peek(IovaPage page) const;

  /// Accessed and dirty bits are kept in the table, as in a first stage (sva). Else every mapped
  /// page counts as dirty and as unused, as VFIO has it.
  bool tracks_use = false;
  /// The dirty bit is software's to set: a walk that wants to write is granted reading until then.
  bool dirty_by_software = false;
  /// Of a table that tracks use: it is the process's own page table, and so are its bits (sva).
  bool is_view = false;
  /// Updates of the entry that a walk would make now: 1 if a bit is to be set.
  std::uint32_t needs_marks(IovaPage page, bool write) const;
  /// Software grants writing on a page that is there: its dirty bit is set, or it was read-only.
  /// False if it was granted already.
  bool grant_write(IovaPage page);
  /// Leaves a page that is there for reading only. A large leaf around it is split.
  void make_read_only(IovaPage page);
  /// Clears the accessed bit of the entry, if the table has its own; was it set?
  bool clear_young(IovaPage page);

  /// What the output addresses of this table are in; null: host-physical memory.
  GuestMemory* guest = nullptr;
  /// In the table of a second stage: the tables of the first stage above it. Else none.
  std::vector<IoPageTable*> first_stages;
  /// What a device cannot fault on; may overlap when devices share the table.
  std::vector<PageRange> nonfaultable;
  /// Who translates through this table, functions or single PASIDs of them: whom an invalidation
  /// must reach.
  std::vector<Originator> attached;

 private:
  PageId entry_of(IovaPage page) const {
    return PageId{to_index(base_) + static_cast<std::uint32_t>(areas().index_of(page.value))};
  }
  const IoEntry* find(IovaPage page) const;
  bool is_marked(IovaPage page, IoEntryFlag own, PageFlag of_process) const;
  bool is_dirty(IovaPage page) const;
  void set_dirty(IovaPage page);
  void mark(IovaPage page, IoEntryFlag own, PageFlag of_process);
  bool in_large_leaf(IovaPage page) const {
    return !large_leaves_.empty() && large_leaves_[levels_.leaf_table_of(page)];
  }

  PageStore& store_;
  ProcessMemory& process_;
  std::uint32_t tag_;
  PageId base_;
  bool extent_ = false;
  std::uint64_t mapped_pages_ = 0;
  TableLevels levels_;
  std::vector<bool> large_leaves_;  // for each 2 MiB; empty: none
};

}  // namespace faultpath::models
