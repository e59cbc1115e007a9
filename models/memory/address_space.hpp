// Address space: areas of device addresses, what backs them, and their I/O page table.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/backing_spec.hpp"
#include "models/base/messages.hpp"
#include "models/base/runs.hpp"
#include "models/memory/page_store.hpp"
#include "sim/rw_lock.hpp"

namespace faultpath::models {

class GuestMemory;

/// What a walk of the I/O page table finds for a page.
struct PageTableEntry {
  bool present = false;
  bool writable = false;
  bool dirty = false;
  std::uint8_t page_bits = kPageBits;
  /// The lowest level whose table exists on the way to the page: 0 is the table of 4 KiB entries, 1
  /// that of 2 MiB entries, and so on. A walk reads down to it; the root always exists.
  unsigned lowest_level = 0;
};

/// Areas of anonymous, file or shared memory, reached by one or more devices through one I/O page
/// table. Between the areas there is nothing: no page, no frame, no state. What is mapped as a
/// whole is an extent; other pages have their own state. Takes memory for what is touched, however
/// far apart the areas lie.
class AddressSpace {
 public:
  /// `areas` are its pages, at least one. `tag` is its domain in the caches.
  AddressSpace(PageStore& store, std::string name, std::uint32_t tag, Runs areas,
               const BackingSpec& backing);
  /// One area: `pages` pages from `first` on.
  AddressSpace(PageStore& store, std::string name, std::uint32_t tag, IovaPage first,
               std::uint64_t pages, const BackingSpec& backing)
      : AddressSpace(store, std::move(name), tag, Runs(first.value, pages), backing) {}

  const std::string& name() const { return name_; }
  std::uint32_t tag() const { return tag_; }
  const Runs& areas() const { return areas_; }
  IovaPage first() const { return {areas_.first()}; }
  /// From the first page to the last, holes included.
  std::uint64_t span() const { return areas_.span(); }
  /// That are there.
  std::uint64_t pages() const { return areas_.count(); }
  const BackingSpec& backing() const { return backing_; }
  bool contains(IovaPage page) const { return areas_.contains(page.value); }
  /// Requires contains(page).
  PageId id_of(IovaPage page) const { return id_at(areas_.index_of(page.value)); }
  /// Of the page that has `index` pages below it.
  PageId id_at(std::uint64_t index) const {
    return PageId{to_index(base_) + static_cast<std::uint32_t>(index)};
  }
  IovaPage page_of_id(PageId id) const { return {areas_.at(to_index(id) - to_index(base_))}; }
  bool owns(PageId id) const { return to_index(id) - to_index(base_) < pages(); }
  /// Aligned ranges of 2 MiB that hold a page.
  std::uint64_t large_ranges() const { return areas_.groups(kTableBits).count(); }

  /// Enters a page into the I/O page table. Requires that it is not there.
  void map(IovaPage page);
  /// Takes a page out. Requires that it is there, and not by an extent. A large leaf around it is
  /// split into 4 KiB entries.
  void unmap(IovaPage page);
  /// Makes one leaf of the 2 MiB around a page. Requires that all of them in the space are there.
  void merge_leaf(IovaPage page);
  /// Enters the whole space as one extent of 4 KiB, 2 MiB or 1 GiB entries. Requires an empty
  /// table.
  void map_everything();
  bool is_mapped(IovaPage page) const;
  /// Mapped as one extent.
  bool is_extent() const { return extent_; }
  std::uint64_t mapped_pages() const { return mapped_pages_; }

  /// What a walk sees now. `write` sets the dirty and any walk the accessed bit of the page.
  PageTableEntry walk(IovaPage page, bool write);
  /// What a walk would see, without the marks.
  PageTableEntry peek(IovaPage page) const;

  /// Dirty and accessed bits are kept in the table, as in a first stage (sva). Else every mapped
  /// page counts as dirty and as unused, as VFIO has it.
  bool tracks_use = false;
  /// The dirty bit is software's to set: a walk that wants to write is granted reading until then.
  bool dirty_by_software = false;
  /// Updates of the entry that a walk would make now: 1 if a bit is to be set.
  std::uint32_t needs_marks(IovaPage page, bool write) const;
  /// Software grants writing on a page that is there: its dirty bit is set, or it was read-only.
  /// False if it was granted already.
  bool grant_write(IovaPage page);
  /// Leaves a page that is there for reading only.
  void make_read_only(IovaPage page) { store_.at(id_of(page)).set(kReadOnly); }

  /// What the output addresses of this table are in; null: host-physical memory.
  GuestMemory* guest = nullptr;
  /// The pages are the guest's: their frames come with those of its second stage, on demand.
  bool frames_of_guest() const { return frames_of_guest_; }
  void leave_frames_to_guest() { frames_of_guest_ = true; }
  /// In the table of a second stage: the space whose first stage lies above it.
  AddressSpace* first_stage = nullptr;
  /// What a device of the space cannot fault on; may overlap when devices share the space.
  std::vector<PageRange> nonfaultable;

  sim::RwLock mmap_lock;
  /// Who translates through this table, functions or single PASIDs of them: whom an invalidation
  /// must reach.
  std::vector<Originator> attached;

 private:
  static constexpr unsigned kTableBits = 9;  // 512 entries a table

  void allocate_tables(IovaPage page);
  void set_dirty(IovaPage page);
  bool in_large_leaf(IovaPage page) const {
    return !large_leaves_.empty() && large_leaves_[table_of(page, 0)];
  }
  unsigned lowest_level(IovaPage page) const;
  bool sets_dirty(const PageTableEntry& entry, bool write) const {
    return write && entry.writable && !entry.dirty && !dirty_by_software;
  }
  static std::uint64_t region_of(IovaPage page, unsigned level) {
    return page.value >> (kTableBits * (level + 1));
  }
  // May the table of this level on the way to the page exist? Without holes: between the others.
  bool may_have_table(IovaPage page, unsigned level) const {
    if (sparse_tables_) return (*sparse_tables_)[level].contains(region_of(page, level));
    return region_of(page, level) - region_of(first(), level) <
           tables_from_[level + 1] - tables_from_[level];
  }
  // Its place among those of its level. Requires may_have_table().
  std::uint64_t table_of(IovaPage page, unsigned level) const {
    if (sparse_tables_) return (*sparse_tables_)[level].index_of(region_of(page, level));
    return region_of(page, level) - region_of(first(), level);
  }

  static constexpr unsigned kTableLevels = 4;  // below a root of five levels

  PageStore& store_;
  std::string name_;
  std::uint32_t tag_;
  Runs areas_;
  BackingSpec backing_;
  PageId base_;
  bool extent_ = false;
  bool frames_of_guest_ = false;
  std::uint64_t mapped_pages_ = 0;
  // Has the table of level k for each 512^(k + 1) pages been allocated? Level after level, from
  // tables_from_[k] on; empty until a page is mapped.
  std::vector<bool> tables_;
  std::uint64_t recent_table_ = ~0ULL;  // of level 0, which exists: that of the page mapped last
  // Regions of each level that hold a page; null where there is no hole.
  std::unique_ptr<std::array<Runs, kTableLevels>> sparse_tables_;
  std::array<std::uint64_t, kTableLevels + 1> tables_from_{};
  std::vector<bool> large_leaves_;  // for each 2 MiB; empty: none
};

}  // namespace faultpath::models
