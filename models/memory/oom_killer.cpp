// Choosing a process, and taking its memory.
#include "models/memory/oom_killer.hpp"

#include "models/memory/memory.hpp"
#include "models/memory/page_changes.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kKilled{4, "killed"};

/// Visits each page that may have a frame or a place in swap.
template <class Visit>
void for_each_page(const PageStore& store, const ProcessMemory& process, Visit visit) {
  const auto at = [&](std::uint64_t index) { visit(process.page_of_id(process.id_at(index))); };
  if (!process.backing().populated) {
    return store.pages.for_each_touched(process.id_at(0), process.pages(), at);
  }
  for (std::uint64_t index = 0; index < process.pages(); ++index) at(index);
}

}  // namespace

OomKiller::Share OomKiller::share_of(ProcessMemory& process) const {
  Share share{process.frames(), process.frames()};
  for_each_page(setting_.store, process, [&](IovaPage page) {
    const PageState& state = process.page(page);
    const bool resident = state.has(kResident);
    share.taken += !resident && state.has(kSwapped);
    share.freed -= resident && (setting_.store.is_pinned(state) || is_of_file(process, page));
  });
  return share;
}

// The first of several that are alike.
ProcessMemory* OomKiller::victim() const {
  ProcessMemory* worst = nullptr;
  std::uint64_t most = 0;
  for (ProcessMemory* const process : processes_) {
    if (process->is_killed() || process->is_held() || !process->ending.killable) continue;
    const Share share = share_of(*process);
    if (share.freed == 0 || share.taken <= most) continue;
    worst = process;
    most = share.taken;
  }
  return worst;
}

sim::Task<bool> OomKiller::make_room(Worker& worker) {
  if (ending_ == 0) {
    ProcessMemory* const process = victim();
    if (process == nullptr) co_return false;
    process->ending.killed = true;
    ++ending_;
    const sim::Time now = setting_.simulation.now();
    setting_.journal.note(now, kKilled, to_index(process->id_at(0)));
    stats_.oom_kills += setting_.window.counts(now);
    setting_.simulation.start_service(end(*process), setting_.path.c_str());
  }
  const auto is_ending = [this] { return ending_ > 0; };
  co_await setting_.memory.pool().wait_while(is_ending, worker);
  co_return true;
}

// On a CPU like any thread of a process. Faults of its devices that are under way end first, then
// goes what they have brought.
sim::Process OomKiller::end(ProcessMemory& process) {
  FreeFrames& pool = setting_.memory.pool();
  Worker worker(setting_.processor, sim::Priority::normal, ThreadKind::task);
  co_await worker.enter();
  bool all = true;
  co_await give_back(process, all, worker);
  --ending_;
  pool.changed();
  const auto is_faulting = [&process] { return process.ending.faults > 0; };
  while (is_faulting() || !all) {
    if (is_faulting()) {
      co_await pool.wait_while(is_faulting, worker);
    } else {
      co_await pool.wait_for_change(worker);
    }
    co_await give_back(process, all, worker);
  }
  co_await worker.pay();
}

// `all`: no page was busy.
sim::Task<> OomKiller::give_back(ProcessMemory& process, bool& all, Worker& worker) {
  Memory& memory = setting_.memory;
  std::vector<IovaPage> pages;
  all = true;
  for_each_page(setting_.store, process, [&](IovaPage page) {
    PageState& state = process.page(page);
    if (!state.has(kResident | kSwapped | kZeroPage | kBusy)) return;
    if (state.has(kResident) && setting_.store.is_pinned(state)) return;
    all = all && !state.has(kBusy);
    if (state.has(kBusy)) return;
    if (state.has(kResident)) memory.unlist(process, page);
    state.set(kBusy);
    pages.push_back(page);
  });
  if (pages.empty()) co_return;
  memory.pool().begin_move();
  co_await invalidate_runs(process, pages, worker);
  for (const IovaPage page : pages) {
    split_huge_page(process, page);
    if (is_of_file(process, page)) {
      process.page(page).clear(kBusy);
      memory.keep(process, process.id_of(page));
    } else {
      memory.forget(process, page);
    }
  }
  memory.pool().end_move();
  memory.pool().changed();
}

}  // namespace faultpath::models
