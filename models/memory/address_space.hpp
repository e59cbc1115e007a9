// Address space: a range of device addresses, what backs it, and its I/O page table.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/address.hpp"
#include "models/device/device_spec.hpp"
#include "models/memory/page_store.hpp"
#include "models/messages.hpp"
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

/// One area of anonymous, file or shared memory, reached by one or more devices through one I/O
/// page table. Ranges that are mapped as a whole are extents; other pages have their own state.
class AddressSpace {
 public:
  /// Covers `pages` pages from `first` on. `tag` is its domain in the caches.
  AddressSpace(PageStore& store, std::string name, std::uint32_t tag, IovaPage first,
               std::uint64_t pages, const BackingSpec& backing);

  const std::string& name() const { return name_; }
  std::uint32_t tag() const { return tag_; }
  IovaPage first() const { return first_; }
  std::uint64_t pages() const { return pages_; }
  const BackingSpec& backing() const { return backing_; }
  bool contains(IovaPage page) const { return page.value - first_.value < pages_; }
  /// Requires contains(page).
  PageId id_of(IovaPage page) const {
    return PageId{to_index(base_) + static_cast<std::uint32_t>(page.value - first_.value)};
  }
  IovaPage page_of_id(PageId id) const { return {first_.value + (to_index(id) - to_index(base_))}; }
  bool owns(PageId id) const { return to_index(id) - to_index(base_) < pages_; }

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
  /// Begins to fetch the state of a page, which need not be in the space.
  void prefetch(IovaPage page) const;
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
  /// The devices that translate through this table: whom an invalidation must reach.
  std::vector<DeviceIndex> devices;

 private:
  void allocate_tables(IovaPage page);
  void set_dirty(IovaPage page);
  std::uint64_t leaf_of(IovaPage page) const {
    return page.value / kPagesPer2M - first_.value / kPagesPer2M;
  }
  bool in_large_leaf(IovaPage page) const {
    return !large_leaves_.empty() && large_leaves_[leaf_of(page)];
  }
  unsigned lowest_level(IovaPage page) const;
  bool sets_dirty(const PageTableEntry& entry, bool write) const {
    return write && entry.writable && !entry.dirty && !dirty_by_software;
  }
  std::uint64_t region_of(IovaPage page, unsigned level) const {
    const unsigned shift = kTableBits * (level + 1);
    return (page.value >> shift) - (first_.value >> shift);
  }

  static constexpr unsigned kTableBits = 9;    // 512 entries a table
  static constexpr unsigned kTableLevels = 4;  // below a root of five levels

  PageStore& store_;
  std::string name_;
  std::uint32_t tag_;
  IovaPage first_;
  std::uint64_t pages_;
  BackingSpec backing_;
  PageId base_;
  bool extent_ = false;
  bool frames_of_guest_ = false;
  std::uint64_t mapped_pages_ = 0;
  // Has the table of level k for each 512^(k + 1) pages been allocated? Level after level, from
  // tables_from_[k] on; empty until a page is mapped.
  std::vector<bool> tables_;
  std::uint64_t recent_table_ = ~0ULL;  // of level 0, which exists: that of the page mapped last
  std::array<std::uint64_t, kTableLevels + 1> tables_from_{};
  std::vector<bool> large_leaves_;  // for each 2 MiB; empty: none
};

}  // namespace faultpath::models
