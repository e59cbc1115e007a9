// Faults that bring a folio.
#include "models/memory/folios.hpp"

#include "models/base/sizes.hpp"
#include "models/memory/area_faults.hpp"
#include "models/memory/memory.hpp"
#include "models/memory/page_changes.hpp"

namespace faultpath::models {

bool Folios::fits(ProcessMemory& process, const Area& area, IovaPage first, std::uint64_t pages) {
  if (first < area.first() || area.end() < first + pages) return false;
  for (std::uint64_t i = 0; i < pages; ++i) {
    if (process.page(first + i).has(kResident | kSwapped | kBusy | kZeroPage)) return false;
  }
  return true;
}

// Zeroing takes as long a page as that of a huge one.
sim::Task<Folios::Found> Folios::bring(ProcessMemory& process, IovaPage page, Worker& worker) {
  const Area& area = *process.layout.find(page);
  FreeFrames& pool = setting_.memory.pool();
  for (const std::uint64_t pages : area.folios) {
    const IovaPage first{page.value / pages * pages};
    if (!fits(process, area, first, pages) || !pool.take_together(pages)) continue;
    pool.begin_move();
    FaultCosts& costs = setting_.memory.costs();
    worker.charge(costs.minor() +
                  costs.huge() * static_cast<std::int64_t>(pages - 1) /
                      static_cast<std::int64_t>(setting_.spec.page_size.pages_in(2 * kMiB)));
    co_await worker.pay();
    pool.end_move();
    if (!fits(process, area, first, pages)) {
      pool.give(pages);
      co_return Found::lost_race;
    }
    for (std::uint64_t i = 0; i < pages; ++i) {
      place(process, first + i, setting_.memory, true);
      for (MmuNotifier* const notifier : process.notifiers()) {
        if (first + i != page) notifier->enter(first + i, false);
      }
    }
    if (setting_.window.counts(setting_.simulation.now())) {
      ++setting_.stats.folio_faults;
      setting_.stats.folio_pages += pages;
    }
    pool.changed();
    co_return Found::taken;
  }
  co_return Found::none;
}

}  // namespace faultpath::models
