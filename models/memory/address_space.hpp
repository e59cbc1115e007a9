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
  /// Takes a page out. Requires that it is there, as a page of its own.
  void unmap(IovaPage page);
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

  /// What the output addresses of this table are in; null: host-physical memory.
  GuestMemory* guest = nullptr;

  sim::RwLock mmap_lock;
  /// The devices that translate through this table: whom an invalidation must reach.
  std::vector<DeviceIndex> devices;

 private:
  void allocate_tables(IovaPage page);
  unsigned lowest_level(IovaPage page) const;

  PageStore& store_;
  std::string name_;
  std::uint32_t tag_;
  IovaPage first_;
  std::uint64_t pages_;
  BackingSpec backing_;
  PageId base_;
  bool extent_ = false;
  std::uint64_t mapped_pages_ = 0;
  // tables_[k]: for each 512^(k + 1) pages, has the table of level k been allocated?
  std::array<std::vector<bool>, 4> tables_;
};

}  // namespace faultpath::models
