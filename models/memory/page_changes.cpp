// Changing the state of pages.
#include "models/memory/page_changes.hpp"

namespace faultpath::models {

void place(ProcessMemory& process, IovaPage page, Memory& memory, bool dirty) {
  PageState& state = process.page(page);
  const bool is_protected = is_of_file(process, page) || !process.layout.find(page)->writable;
  state.clear(kZeroPage | kWriteProtected | kReadAhead | kDirty);
  state.set(kResident);
  if (dirty) state.set(kDirty);
  if (is_protected) state.set(kWriteProtected);
  process.gain_frame();
  memory.keep(process, process.id_of(page));
}

sim::Task<> take_translations(ProcessMemory& process, IovaPage first, std::uint64_t pages,
                              Memory& memory, Worker& worker) {
  for (IovaPage page = first; page < first + pages; page = page + 1) {
    PageState& state = process.page(page);
    if (state.has(kResident)) memory.unlist(process, page);
    state.set(kBusy);
  }
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->invalidate_range(first, pages, worker);
  }
  co_await worker.pay();
}

sim::Task<> invalidate_runs(ProcessMemory& process, const std::vector<IovaPage>& pages,
                            Worker& worker) {
  for (MmuNotifier* const notifier : process.notifiers()) {
    for (std::size_t i = 0; i < pages.size();) {
      std::size_t run = 1;
      while (i + run < pages.size() && pages[i + run] == pages[i] + run) ++run;
      co_await notifier->invalidate_range(pages[i], run, worker);
      i += run;
    }
  }
  co_await worker.pay();
}

sim::Task<> copy_elsewhere(ProcessMemory& process, IovaPage page, Memory& memory, Worker& worker) {
  memory.pool().begin_move();
  co_await take_translations(process, page, 1, memory, worker);
  worker.charge(memory.costs().copy());
  co_await worker.pay();
  process.page(page).clear(kBusy);
  memory.pool().end_move();
  memory.keep(process, process.id_of(page));
  memory.pool().changed();
}

bool split_huge_page(ProcessMemory& process, IovaPage page) {
  if (!process.page(page).has(kHuge)) return false;
  const std::uint64_t first = page.value / kPagesPer2M * kPagesPer2M;
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) process.page({first + i}).clear(kHuge);
  return true;
}

}  // namespace faultpath::models
