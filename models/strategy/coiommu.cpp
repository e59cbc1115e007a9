// The guest's counts, the host's pins, and the timer that gives pages back.
#include "models/strategy/coiommu.hpp"

#include <fmt/format.h>

#include <limits>

namespace faultpath::models {

sim::Task<> Coiommu::attach(IoPageTable& table, Worker& worker) {
  co_await DmaStrategy::attach(table, worker);
  for (const PageRange& range : table.nonfaultable) {
    for (std::uint64_t i = 0; i < range.pages; ++i) entry_of(table, range.first + i).pin();
  }
  const std::string path = fmt::format("strategy/coIOMMU.{}", table.tag());
  guests_.add(table, RandomCost(context_.simulation, spec_.exit, path, "exit"));
  if (spec_.unpin == CoiommuSpec::Unpin::never) co_return;
  context_.simulation.start_service(unpin_in_time(table), "strategy/unpinning");
}

// The time is the guest's.
sim::Task<> Coiommu::track(PageRange pages) {
  const auto entries = static_cast<std::int64_t>(pages.pages);
  co_await context_.simulation.delay(entries * spec_.track, {"shared table", "coIOMMU"});
}

sim::Task<bool> Coiommu::before(IoPageTable& table, PageRange pages) {
  co_await track(pages);
  bool all_pinned = true;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    TrackingEntry entry = entry_of(table, pages.first + i);
    entry.map();
    all_pinned &= entry.pinned();
  }
  if (all_pinned) co_return true;
  const bool pinned = co_await notify(table, pages);
  if (pinned) co_return true;
  for (std::uint64_t i = 0; i < pages.pages; ++i) entry_of(table, pages.first + i).unmap();
  co_return false;
}

sim::Task<> Coiommu::after(IoPageTable& table, PageRange pages) {
  co_await track(pages);
  for (std::uint64_t i = 0; i < pages.pages; ++i) entry_of(table, pages.first + i).unmap();
}

// What an earlier notification has pinned meanwhile is left alone. The guest spins until all is
// done.
sim::Task<bool> Coiommu::notify(IoPageTable& table, PageRange pages) {
  Guest& guest = guests_.of(table);
  Worker worker(context_.cores);
  const bool ready = co_await prepare(table, pages, worker);
  if (!ready) {
    co_await worker.pay();
    co_return false;
  }
  const auto served = co_await request(guest.vmm, guest.exit, worker, 1);
  Worker& vmm = served.by(worker);
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const IovaPage page = pages.first + i;
    if (entry_of(table, page).pinned()) continue;
    const bool taken = co_await take(table, page, vmm);
    if (!taken) {
      release(table, pages);
      co_await vmm.pay();
      co_return false;
    }
    entry_of(table, page).pin();
    guest.young.push_back({page});
  }
  release(table, pages);
  co_await vmm.pay();
  co_return true;
}

sim::Process Coiommu::unpin_in_time(IoPageTable& table) {
  Guest& guest = guests_.of(table);
  for (std::uint64_t round = 1;; ++round) {
    co_await context_.simulation.daemon_delay(spec_.interval, {"unpin timer", "coIOMMU"});
    std::uint64_t left = spec_.limit.value_or(std::numeric_limits<std::uint32_t>::max());
    co_await look_through(table, guest.young, left);
    if (round % spec_.threshold == 0) co_await look_through(table, guest.old, left);
  }
}

// Each page once, as long as some may be unpinned in this round.
sim::Task<> Coiommu::look_through(IoPageTable& table, Generation& generation, std::uint64_t& left) {
  Guest& guest = guests_.of(table);
  for (std::size_t looks = generation.size(); looks > 0 && left > 0; --looks) {
    Pinned pinned = generation.front();
    generation.pop_front();
    bool unpinned = false;
    if (entry_of(table, pinned.page).is_idle()) unpinned = co_await unpin(table, pinned.page);
    if (unpinned) {
      --left;
      continue;
    }
    entry_of(table, pinned.page).clear_accessed();
    if (++pinned.busy < spec_.threshold) {
      generation.push_back(pinned);
    } else {
      guest.old.push_back(pinned);
    }
  }
}

// The guest may use the page again until the host has its turn.
sim::Task<bool> Coiommu::unpin(IoPageTable& table, IovaPage page) {
  const sim::SemaphoreUnit turn = co_await guests_.of(table).vmm.hold();
  if (!entry_of(table, page).unpin_if_idle()) co_return false;
  Worker worker(context_.cores, sim::Priority::background);
  co_await worker.enter();
  co_await give_back(table, PageRange{page, 1}, worker);
  co_await worker.pay();
  co_return true;
}

std::unique_ptr<MemoryStrategy> make_strategy(const CoiommuSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<Coiommu>(context, spec);
}

}  // namespace faultpath::models
