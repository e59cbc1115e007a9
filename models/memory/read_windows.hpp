// Read windows: which pages are read together with the one that a fault asks for.
#pragma once

#include <cstdint>

#include "models/memory/areas.hpp"

namespace faultpath::models {

/// `count` pages from `first` on, the one that was asked for among them.
struct ReadWindow {
  IovaPage first;
  std::uint64_t count = 1;
};

/// Of a file: `most` pages around the fault, which is in the middle; the page alone once misses
/// have come to more than kMostMisses above hits. Notes the miss. Source: Linux,
/// do_sync_mmap_readahead().
ReadWindow file_window(Area& area, IovaPage page, std::uint64_t most);
inline constexpr std::uint32_t kMostMisses = 100;

/// Of swap: by the pages read ahead last time that have been used since, 2^page_cluster at most;
/// forward, backward or around, as this fault lies to the last, and within the 2 MiB of the fault.
/// Notes the fault. Source: Linux, swap_vma_ra_win() and __swapin_nr_pages().
ReadWindow swap_window(Area& area, IovaPage page, std::uint32_t page_cluster);

/// The cached neighbours that a read fault of a file maps: aligned, within the area and the 2 MiB.
/// Source: Linux, do_fault_around().
ReadWindow fault_around_window(const Area& area, IovaPage page, std::uint64_t pages);

}  // namespace faultpath::models
