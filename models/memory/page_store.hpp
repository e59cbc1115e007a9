// Page store: page tables and frames of a machine, in memory for what is touched.
#pragma once

#include <cstdint>

#include "models/memory/frame_table.hpp"
#include "models/memory/page_array.hpp"

namespace faultpath::models {

/// Bits of PageState::flags.
enum PageFlag : std::uint16_t {
  kResident = 1 << 0,  ///< has a frame
  kDirty = 1 << 1,     ///< differs from its copy in swap or file
  kAccessed = 1 << 2,  ///< used since reclaim last looked
  kSwapped = 1 << 3,   ///< has a copy in swap
  kBusy = 1 << 4,      ///< being filled, released or evicted: others wait
  // In declared areas only.
  kZeroPage = 1 << 5,        ///< the shared zero page stands for it: no frame, for reading
  kWriteProtected = 1 << 6,  ///< a write faults though the page is there
  kCopied = 1 << 7,          ///< a private copy of a page of a file
  kReadAhead = 1 << 8,       ///< has come with another page, and has not been asked for yet
  kHuge = 1 << 9,            ///< one of the 512 of a huge page
  kMisplaced = 1 << 11,      ///< NUMA balancing will move it when it is used
  kReadMark = 1 << 10,       ///< its use begins to read what follows
};

/// An entry of the page table of a process.
struct PageState : Flags {
  FrameNumber frame = kNoFrame;  ///< of a resident page that somebody has used or pinned
};
static_assert(sizeof(PageState) == 8);

/// Bits of IoEntry::flags.
enum IoEntryFlag : std::uint16_t {
  kMapped = 1 << 0,         ///< present
  kReadOnly = 1 << 1,       ///< for reading
  kUsed = 1 << 2,           ///< the accessed bit, where the table keeps its own
  kWritten = 1 << 3,        ///< the dirty bit, where the table keeps its own
  kPinnedByTable = 1 << 4,  ///< the owner of the table has charged the page as locked
  kOld = 1 << 5,  ///< the access flag is clear, and hardware does not set it: an access faults
};

/// An entry of an I/O page table. Its page is the process's at the same address.
struct IoEntry : Flags {
  std::uint32_t note = 0;  ///< for the owner of the table
};
static_assert(sizeof(IoEntry) == 8);

/// A page that is used takes 8 bytes as an entry of its process, 16 as a frame, and 8 in each I/O
/// page table.
struct PageStore {
  PageArray<PageState> pages;
  PageArray<IoEntry> entries;
  FrameTable frames;

  /// The frame of a resident page, which gets its number if it has none.
  FrameNumber frame_of(PageId id) {
    PageState& page = pages.at(id);
    if (page.frame == kNoFrame) page.frame = frames.add(id);
    return page.frame;
  }
  bool is_pinned(const PageState& page) const {
    return page.frame != kNoFrame && frames.at(page.frame).pinned();
  }
  bool is_listed(const PageState& page) const {
    return page.frame != kNoFrame && frames.at(page.frame).has(kListed);
  }
};

}  // namespace faultpath::models
