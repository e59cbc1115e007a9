// Sizes and places of read windows.
#include "models/memory/read_windows.hpp"

#include <algorithm>
#include <bit>

namespace faultpath::models {
namespace {

// What of [first, first + count) is in the area.
ReadWindow clamped(const Area& area, std::uint64_t first, std::uint64_t count) {
  const std::uint64_t begin = std::max(first, area.first().value);
  const std::uint64_t end = std::min(first + count, area.end().value);
  return {IovaPage{begin}, end - begin};
}

// And in the page table around `page`.
ReadWindow clamped_to_table(const Area& area, IovaPage page, std::uint64_t first,
                            std::uint64_t count, PageSize size) {
  const std::uint64_t table = page.value & ~(size.table_entries() - 1);
  const std::uint64_t begin = std::max(first, table);
  const std::uint64_t end = std::min(first + count, table + size.table_entries());
  return clamped(area, begin, end - begin);
}

std::uint64_t less(std::uint64_t page, std::uint64_t by) { return page < by ? 0 : page - by; }

// Pages for so many hits; `adjacent`: the fault is next to the last.
std::uint32_t swap_pages(const ReadHistory& history, bool adjacent, std::uint32_t most) {
  std::uint32_t pages = history.hits + 2;
  if (pages == 2) {
    pages = adjacent ? 2 : 1;
  } else {
    pages = std::max(4U, std::bit_ceil(pages));
  }
  return std::max(std::min(pages, most), history.window / 2);  // shrinks slowly
}

}  // namespace

ReadWindow file_window(Area& area, IovaPage page, std::uint64_t most) {
  if (area.advice == AreaSpec::Advice::random || most <= 1) return {page, 1};
  if (area.advice == AreaSpec::Advice::sequential) {
    area.history.mark = page + most / 2;
    area.history.behind = page + most;
    return clamped(area, page.value, most);
  }
  std::uint32_t& misses = area.history.misses;
  misses = std::min(misses + 1, 10 * kMostMisses);  // MMAP_LOTSAMISS * 10
  if (misses > kMostMisses) return {page, 1};
  const std::uint64_t first = std::max(less(page.value, most / 2), area.first().value);
  area.history.mark = IovaPage{first + most - most / 4};
  area.history.behind = IovaPage{first + most};
  return clamped(area, first, most);
}

ReadWindow swap_window(Area& area, IovaPage page, std::uint32_t page_cluster, PageSize size) {
  ReadHistory& history = area.history;
  const std::uint64_t before = history.previous.value, now = page.value;
  const bool forward = now == before + 1, backward = before == now + 1;
  const std::uint32_t pages = swap_pages(history, forward || backward, 1U << page_cluster);
  history.previous = page;
  history.window = pages;
  history.hits = 0;
  if (pages == 1) return {page, 1};
  if (forward) return clamped_to_table(area, page, now, pages, size);
  if (backward) return clamped_to_table(area, page, less(now + 1, pages), pages, size);
  return clamped_to_table(area, page, less(now, (pages - 1) / 2), pages, size);
}

ReadWindow fault_around_window(const Area& area, IovaPage page, std::uint64_t pages,
                               PageSize size) {
  if (pages <= 1) return {page, 1};
  return clamped_to_table(area, page, page.value / pages * pages, pages, size);
}

}  // namespace faultpath::models
