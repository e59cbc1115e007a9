// What each source does to pages.
#include <algorithm>

#include "models/memory/huge_pages.hpp"
#include "models/memory/notifier_sources.hpp"
#include "models/memory/page_changes.hpp"

namespace faultpath::models {

// Resident, and neither pinned nor under way.
bool NotifierSources::is_free_to_change(ProcessMemory& process, IovaPage page) const {
  const PageState& state = process.page(page);
  return state.has(kResident) && !state.has(kBusy) && !process.is_held() &&
         !setting_.store.is_pinned(state);
}

// KSM protects a page to compare it, and mprotect() a range: the next write finds out that nobody
// else has it.
sim::Task<> NotifierSources::protect(ProcessMemory& process, Range range, Worker& worker,
                                     bool anonymous_only) {
  std::uint64_t changed = 0;
  for_each_touched(process, range, [&](IovaPage page) {
    PageState& state = process.page(page);
    if (!is_free_to_change(process, page) || state.has(kWriteProtected)) return;
    if (anonymous_only && !process.layout.find(page)->is_private_anonymous()) return;
    worker.charge(setting_.spec.map_cost.map_4k);
    if (range.pages < kPagesPer2M) split_huge_page(process, page);
    state.set(kWriteProtected);
    ++changed;
  });
  if (changed == 0) co_return;
  if (counted()) stats_.notifier_pages += changed;
  co_await worker.pay();
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->write_protect(range.first, range.pages, worker);
  }
}

// The pages stay; their entries do not allow access until a fault has noted who uses them.
sim::Task<> NotifierSources::hint(ProcessMemory& process, Range range, Worker& worker) {
  std::uint64_t mapped = 0;
  std::vector<Range> parts{{range.first, 0}};  // between the pages that are not free to change
  for_each_touched(process, range, [&](IovaPage page) {
    const bool spared = process.page(page).has(kResident) && !is_free_to_change(process, page);
    mapped += !spared && process.is_mapped(page);
    if (!spared) return;
    parts.back().pages = page.value - parts.back().first.value;
    parts.push_back({page + 1, 0});
  });
  parts.back().pages = range.first.value + range.pages - parts.back().first.value;
  if (mapped == 0) co_return;
  if (counted()) stats_.notifier_pages += mapped;
  for (const Range& part : parts) {
    if (part.pages == 0) continue;
    for (MmuNotifier* const notifier : process.notifiers()) {
      co_await notifier->invalidate_range(part.first, part.pages, worker);
    }
  }
  co_await worker.pay();
}

// Small pages that somebody will fault on because of the hint.
void NotifierSources::misplace(ProcessMemory& process, Range range, double share,
                               sim::RandomStream& stream) {
  for_each_touched(process, range, [&](IovaPage page) {
    PageState& state = process.page(page);
    if (!is_free_to_change(process, page) || !process.is_mapped(page)) return;
    if (!state.has(kHuge) && stream.unit() < share) state.set(kMisplaced);
  });
}

sim::Task<> NotifierSources::migrate(ProcessMemory& process, Range range, Worker& worker) {
  std::vector<IovaPage> pages;
  for_each_touched(process, range, [&](IovaPage page) { pages.push_back(page); });
  for (const IovaPage page : pages) co_await migrate_page(process, page, worker);
}

// A fault on the page waits until its copy has replaced it (a migration entry).
sim::Task<> NotifierSources::migrate_page(ProcessMemory& process, IovaPage page, Worker& worker) {
  if (!is_free_to_change(process, page)) co_return;
  PageState& state = process.page(page);
  const bool mapped = process.is_mapped(page);
  split_huge_page(process, page);
  setting_.memory.pool().begin_move();
  setting_.memory.unlist(process, page);
  state.set(kBusy);
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->invalidate_batched(page, worker);
  }
  worker.charge(setting_.memory.costs().copy());
  co_await worker.pay();
  state.clear(kBusy | kMisplaced);
  setting_.memory.pool().end_move();
  setting_.memory.keep(process, process.id_of(page));
  if (mapped) {
    for (MmuNotifier* const notifier : process.notifiers()) notifier->enter(page, false);
  }
  setting_.memory.pool().changed();
  stats_.notifier_pages += counted();
}

// What is swapped out, or the zero page, goes as well: the next read finds zeros.
sim::Task<> NotifierSources::give_back(ProcessMemory& process, Range range, Worker& worker) {
  std::vector<IovaPage> given;
  for_each_touched(process, range, [&](IovaPage page) {
    PageState& state = process.page(page);
    const bool frame = is_free_to_change(process, page);
    const bool other = !state.has(kResident | kBusy) && state.has(kZeroPage | kSwapped);
    if (!frame && !other) return;
    if (frame) setting_.memory.unlist(process, page);
    state.set(kBusy);
    given.push_back(page);
  });
  if (given.empty()) co_return;
  setting_.memory.pool().begin_move();
  co_await invalidate_runs(process, given, worker);
  for (const IovaPage page : given) {
    split_huge_page(process, page);
    setting_.memory.forget(process, page);
  }
  setting_.memory.pool().end_move();
  setting_.memory.pool().changed();
  if (counted()) stats_.notifier_pages += given.size();
}

// Under the lock, so that no fault of the process meets the empty entry.
sim::Task<> NotifierSources::collapse(ProcessMemory& process, IovaPage first, Worker& worker) {
  const Area* const area = process.layout.find(first);
  if (area == nullptr || area->huge == AreaSpec::Huge::never || !area->is_private_anonymous() ||
      area->end() < first + kPagesPer2M) {
    co_return;
  }
  std::uint64_t resident = 0, huge = 0;
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) {
    const PageState& state = process.page(first + i);
    if (state.has(kResident) && !is_free_to_change(process, first + i)) co_return;
    if (state.has(kBusy) || (state.has(kSwapped) && !state.has(kResident))) co_return;
    resident += state.has(kResident);
    huge += state.has(kHuge);
  }
  Memory& memory = setting_.memory;
  if (resident == 0 || huge == kPagesPer2M) co_return;
  if (!memory.pool().take_together(kPagesPer2M - resident)) co_return;
  memory.pool().begin_move();
  co_await take_translations(process, first, kPagesPer2M, memory, worker);
  worker.charge(memory.costs().huge());
  co_await worker.pay();
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) {
    PageState& state = process.page(first + i);
    if (!state.has(kResident)) place(process, first + i, memory, true);
    state.clear(kBusy | kWriteProtected | kReadAhead | kMisplaced);
    state.set(kHuge | kDirty);
    memory.keep(process, process.id_of(first + i));
  }
  memory.pool().end_move();
  for (MmuNotifier* const notifier : process.notifiers()) notifier->enter_huge(first);
  memory.pool().changed();
  if (!counted()) co_return;
  stats_.notifier_pages += kPagesPer2M;
  ++stats_.huge_collapses;
}

sim::Task<> NotifierSources::fork(ProcessMemory& process, sim::Duration child, Worker& worker) {
  std::uint64_t changed = 0;
  for (const Area& area : process.layout.all()) {
    if (area.shared || area.there == 0) continue;
    for_each_touched(process, {area.first(), area.there}, [&](IovaPage page) {
      if (!is_free_to_change(process, page) || is_of_file(process, page)) return;
      process.page(page).set(kWriteProtected);
      ++changed;
      worker.charge(setting_.spec.map_cost.map_4k);  // an entry of the child
    });
  }
  if (counted()) stats_.notifier_pages += changed;
  co_await worker.pay();
  for (MmuNotifier* const notifier : process.notifiers()) {
    co_await notifier->write_protect(process.first(), process.span(), worker);
  }
  ++process.layout.sharers;
  setting_.simulation.start_service(end_child(process, child), setting_.path.c_str());
}

// The frames that only the child had are free again.
sim::Process NotifierSources::end_child(ProcessMemory& process, sim::Duration child) {
  co_await setting_.simulation.daemon_delay(std::max(child, sim::picoseconds(1)),
                                            {"the end of a child", process.name().c_str()});
  if (--process.layout.sharers > 0) co_return;
  const std::uint64_t frames = process.layout.left_to_them;
  process.layout.left_to_them = 0;
  if (frames > 0) setting_.memory.pool().give(frames);
}

}  // namespace faultpath::models
