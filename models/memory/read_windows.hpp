// Read windows: which pages are read together with the one that a fault asks for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/memory/areas.hpp"

namespace faultpath::models {

/// `count` pages from `first` on, the one that was asked for among them.
struct ReadWindow {
  IovaPage first;
  std::uint64_t count = 1;
};

/// Of a file: `most` pages around the fault, which is in the middle; the page alone once misses
/// have come to more than kMostMisses above hits. In a sequential area from the fault on, in a
/// random one the page alone. Notes the miss, and where to set a mark: at three quarters of the
/// window, or in its middle. Source: Linux, do_sync_mmap_readahead().
ReadWindow file_window(Area& area, IovaPage page, std::uint64_t most);

/// A marked page is used: `most` pages behind the last read if it left the mark, else behind the
/// page, of which `there(page)` tells whether one is cached; none when more than `most` are. The
/// next mark is the first of them. Source: Linux, page_cache_async_ra().
template <class There>
ReadWindow async_window(Area& area, IovaPage page, std::uint64_t most, There there) {
  IovaPage start = area.history.behind;
  if (page != area.history.mark) {
    start = page + 1;
    while (start < area.end() && start < page + most && there(start)) start = start + 1;
    if (start == page + most) return {start, 0};
  }
  const std::uint64_t left = start < area.end() ? area.end().value - start.value : 0;
  area.history.behind = start + most;
  area.history.mark = start;
  return {start, std::min(most, left)};
}
inline constexpr std::uint32_t kMostMisses = 100;

/// Of swap: by the pages read ahead last time that have been used since, 2^page_cluster at most;
/// forward, backward or around, as this fault lies to the last, and within the page table of the
/// fault, which has the entries of 2 MiB where pages have 4 KiB.
/// Notes the fault. Source: Linux, swap_vma_ra_win() and __swapin_nr_pages().
ReadWindow swap_window(Area& area, IovaPage page, std::uint32_t page_cluster, PageSize size = {});

/// The cached neighbours that a read fault of a file maps: aligned, within the area and the page
/// table.
/// Source: Linux, do_fault_around().
ReadWindow fault_around_window(const Area& area, IovaPage page, std::uint64_t pages,
                               PageSize size = {});

}  // namespace faultpath::models
