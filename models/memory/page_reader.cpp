// Requests to the disk, and what they bring.
#include "models/memory/page_reader.hpp"

#include <algorithm>
#include <utility>

#include "models/memory/area_faults.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/page_changes.hpp"

namespace faultpath::models {

// Of a file (source 0) or of swap: false if the page is not there to be read, or no frame is free.
bool PageReader::begin(ProcessMemory& process, IovaPage page, PageFlag source) {
  PageState& state = process.page(page);
  const bool in_swap = source == kSwapped;
  if (state.has(kBusy | kResident) || state.has(kSwapped) != in_swap) return false;
  if (!in_swap && !is_of_file(process, page)) return false;
  if (!setting_.memory.pool().take()) return false;
  setting_.memory.pool().begin_move();
  state.set(kBusy);
  return true;
}

void PageReader::end(ProcessMemory& process, IovaPage page, bool ahead) {
  PageState& state = process.page(page);
  place(process, page, setting_.memory, false);
  setting_.memory.swap().brought_back(state);
  state.clear(kBusy);
  if (!ahead) return;
  state.set(kReadAhead);
  setting_.memory.pool().end_move();
  setting_.stats.readahead_pages += setting_.window.counts(setting_.simulation.now());
}

// Of a window of a file, besides `page`: those that are now on their way.
std::vector<IovaPage> PageReader::begin_others(ProcessMemory& process, ReadWindow window,
                                               IovaPage page) {
  std::vector<IovaPage> along;
  for (std::uint64_t i = 0; i < window.count; ++i) {
    const IovaPage each = window.first + i;
    if (each != page && begin(process, each, PageFlag{})) along.push_back(each);
  }
  return along;
}

// Only a page that this read has brought.
void PageReader::mark(ProcessMemory& process, const std::vector<IovaPage>& read) {
  if (!setting_.spec.page_cache.async) return;
  const IovaPage marked = process.layout.find(read.front())->history.mark;
  if (std::ranges::find(read, marked) != read.end()) process.page(marked).set(kReadMark);
}

sim::Task<> PageReader::read_file(ProcessMemory& process, IovaPage page, Worker& worker) {
  const std::uint64_t most = setting_.spec.page_size.pages_in(setting_.spec.page_cache.read_ahead);
  const ReadWindow window = file_window(*process.layout.find(page), page, most);
  process.page(page).set(kBusy);
  const std::vector<IovaPage> along = begin_others(process, window, page);
  if (!along.empty()) mark(process, along);
  worker.leave();
  co_await setting_.memory.swap().fetch(setting_.spec.page_size.bytes_of(1 + along.size()));
  end(process, page, false);
  for (const IovaPage each : along) end(process, each, true);
  setting_.memory.pool().changed();
  co_await worker.enter();
}

void PageReader::read_on(ProcessMemory& process, IovaPage page) {
  Area& area = *process.layout.find(page);
  const std::uint64_t most = setting_.spec.page_size.pages_in(setting_.spec.page_cache.read_ahead);
  const auto there = [&](IovaPage each) { return process.page(each).has(kBusy | kResident); };
  std::vector<IovaPage> pages = begin_others(process, async_window(area, page, most, there), page);
  if (pages.empty()) return;
  setting_.stats.readahead_async += setting_.window.counts(setting_.simulation.now());
  mark(process, pages);
  setting_.simulation.start(read_window(process, std::move(pages)), "memory/read ahead");
}

sim::Process PageReader::read_window(ProcessMemory& process, std::vector<IovaPage> pages) {
  co_await setting_.memory.swap().fetch(setting_.spec.page_size.bytes_of(pages.size()));
  for (const IovaPage each : pages) end(process, each, true);
  setting_.memory.pool().changed();
}

// Linux reads synchronous swap without a window.
sim::Task<> PageReader::read_swap(ProcessMemory& process, IovaPage page, Worker& worker) {
  if (setting_.spec.swap.synchronous) {
    co_await setting_.memory.swap().read(process.page(page), setting_.memory.pool(), worker);
    co_return end(process, page, false);
  }
  Area& area = *process.layout.find(page);
  const ReadWindow window =
      swap_window(area, page, setting_.spec.swap.page_cluster, setting_.spec.page_size);
  process.page(page).set(kBusy);
  for (std::uint64_t i = 0; i < window.count; ++i) {
    const IovaPage each = window.first + i;
    if (each == page || !begin(process, each, kSwapped)) continue;
    setting_.simulation.start(read_ahead(process, each), "memory/read ahead");
  }
  worker.leave();
  co_await setting_.memory.swap().fetch(setting_.spec.page_size.bytes());
  end(process, page, false);
  setting_.memory.pool().changed();
  co_await worker.enter();
}

sim::Process PageReader::read_ahead(ProcessMemory& process, IovaPage page) {
  co_await setting_.memory.swap().fetch(setting_.spec.page_size.bytes());
  end(process, page, true);
  setting_.memory.pool().changed();
}

}  // namespace faultpath::models
