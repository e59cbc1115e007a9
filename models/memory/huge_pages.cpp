// Faults that bring 2 MiB.
#include "models/memory/huge_pages.hpp"

#include "models/memory/area_faults.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/page_changes.hpp"

namespace faultpath::models {

bool HugePages::fits(ProcessMemory& process, IovaPage page) const {
  const Area& area = *process.layout.find(page);
  if (!area.has_huge_pages()) return false;
  const IovaPage first = first_of(page);
  if (first < area.first() || area.end() < first + kPagesPer2M) return false;
  const bool zero = process.page(page).has(kZeroPage);
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) {
    const PageState& state = process.page(first + i);
    if (state.has(kResident | kSwapped | kBusy)) return false;
    if (state.has(kZeroPage) != zero || (zero && !state.has(kHuge))) return false;
  }
  return true;
}

sim::Task<bool> HugePages::take_frames(AreaSpec::Huge huge, Worker& worker) {
  FreeFrames& pool = setting_.memory.pool();
  const unsigned rounds = huge == AreaSpec::Huge::madvise ? kRounds : 0;
  for (unsigned round = 0; !pool.take_together(kPagesPer2M); ++round) {
    if (round == rounds) co_return false;
    const std::uint64_t evicted = co_await setting_.memory.reclaim_batch(worker);
    if (evicted == 0) co_return false;
    while (pool.moving() && !pool.has_together(kPagesPer2M)) co_await pool.wait_for_change(worker);
  }
  co_return true;
}

sim::Task<HugePages::Found> HugePages::allocate(ProcessMemory& process, IovaPage page,
                                                Worker& worker) {
  const AreaSpec::Huge huge = process.layout.find(page)->huge;
  const bool taken = co_await take_frames(huge, worker);
  if (!taken) co_return Found::none_free;
  FreeFrames& pool = setting_.memory.pool();
  pool.begin_move();
  worker.charge(setting_.memory.costs().huge());
  co_await worker.pay();
  pool.end_move();
  if (!fits(process, page)) {
    pool.give(kPagesPer2M);
    co_return Found::lost_race;
  }
  const IovaPage first = first_of(page);
  pool.begin_move();
  // Of the huge zero page.
  co_await take_translations(process, first, kPagesPer2M, setting_.memory, worker);
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) {
    place(process, first + i, setting_.memory, true);
    process.page(first + i).clear(kBusy);
    process.page(first + i).set(kHuge);
  }
  pool.end_move();
  for (MmuNotifier* const notifier : process.notifiers()) notifier->enter_huge(first);
  setting_.stats.huge_faults += setting_.window.counts(setting_.simulation.now());
  pool.changed();
  co_return Found::taken;
}

sim::Task<bool> HugePages::map_zero(ProcessMemory& process, IovaPage page, Worker& worker) {
  worker.charge(setting_.memory.costs().hit());
  co_await worker.pay();
  if (!fits(process, page) || process.page(page).has(kZeroPage)) co_return false;
  const IovaPage first = first_of(page);
  for (std::uint64_t i = 0; i < kPagesPer2M; ++i) {
    process.page(first + i).set(kZeroPage | kWriteProtected | kHuge);
  }
  for (MmuNotifier* const notifier : process.notifiers()) notifier->enter_huge(first);
  if (setting_.window.counts(setting_.simulation.now())) {
    setting_.stats.zero_page_maps += kPagesPer2M;
  }
  co_return true;
}

}  // namespace faultpath::models
