// Page store: what is known of each 4 KiB page that is not part of a uniform range.
#pragma once

#include <cstdint>

#include "models/memory/page_array.hpp"

namespace faultpath::models {

/// What is known of a page of a process; bits of PageState::flags.
enum PageFlag : std::uint16_t {
  kResident = 1 << 0,  ///< has a frame
  kDirty = 1 << 1,     ///< differs from its copy in swap or file
  kAccessed = 1 << 2,  ///< used since reclaim last looked
  kSwapped = 1 << 3,   ///< has a copy in swap
  kActive = 1 << 4,    ///< on the active list, if on a list
  kListed = 1 << 5,    ///< on a list
  kBusy = 1 << 6,      ///< being filled, released or evicted: others wait
};

/// A page of a process and its links in the one list of reclaim that it is on.
struct PageState : Flags {
  std::uint16_t pins = 0;  ///< I/O page tables that have charged it as locked; reclaim spares it
  PageId previous = kNoPage;
  PageId next = kNoPage;

  bool pinned() const { return pins > 0; }
};
static_assert(sizeof(PageState) == 12, "the budget is 16 bytes a page, with all that leads to it");

/// Bits of IoEntry::flags.
enum IoEntryFlag : std::uint16_t {
  kMapped = 1 << 0,        ///< present
  kReadOnly = 1 << 1,      ///< for reading
  kUsed = 1 << 2,          ///< the accessed bit, where the table keeps its own
  kWritten = 1 << 3,       ///< the dirty bit, where the table keeps its own
  kPinnedByTable = 1 << 4  ///< the owner of the table has charged the page as locked
};

/// An entry of an I/O page table.
struct IoEntry : Flags {
  std::uint32_t note = 0;  ///< for the owner of the table
};
static_assert(sizeof(IoEntry) == 8);

/// Pages of all processes and entries of all I/O page tables of a machine. Takes memory for what is
/// touched.
struct PageStore {
  PageArray<PageState> pages;
  PageArray<IoEntry> entries;
};

/// A doubly linked list of pages through their states: the oldest at the front.
class PageList {
 public:
  explicit PageList(PageStore& store) : pages_(store.pages) {}

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  PageId front() const { return front_; }
  void push_back(PageId id);
  void remove(PageId id);
  PageId pop_front();

 private:
  PageArray<PageState>& pages_;
  PageId front_ = kNoPage;
  PageId back_ = kNoPage;
  std::uint64_t size_ = 0;
};

}  // namespace faultpath::models
