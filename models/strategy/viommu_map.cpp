// Requests of guests to their virtual IOMMUs, and the flush of what has been unmapped.
#include "models/strategy/viommu_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace faultpath::models {

sim::Task<> ViommuMap::attach(IoPageTable& table, Worker& worker) {
  co_await DmaStrategy::attach(table, worker);
  const std::string path = fmt::format("strategy/virtual IOMMU.{}", table.tag());
  guests_.add(table, RandomCost(context_.simulation, spec_.exit, path, "exit"));
  if (spec_.mode == ViommuMapSpec::Mode::strict) co_return;
  context_.simulation.start_service(flush_in_time(table), "strategy/flush queue");
}

sim::Task<bool> ViommuMap::before(IoPageTable& table, PageRange pages) {
  Guest& guest = guests_.of(table);
  Worker worker(context_.cores);
  const bool ready = co_await prepare(table, pages, worker);
  if (!ready) {
    co_await worker.pay();
    co_return false;
  }
  // Pages of a guest do not lie together: a request each.
  const auto served = co_await request(guest.vmm, guest.exit, worker, pages.pages);
  Worker& vmm = served.by(worker);
  const MapCostSpec& costs = context_.costs.map_cost;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const IovaPage page = pages.first + i;
    bool mapped = true;
    if (table.entry(page).has(kPinnedByTable)) {
      vmm.charge(costs.pin + costs.map_4k);  // as for an address of its own
    } else {
      mapped = co_await take(table, page, vmm);
    }
    if (!mapped) {
      release(table, pages);
      co_await unmap(table, {pages.first, i}, vmm);
      co_await vmm.pay();
      co_return false;
    }
    ++table.entry(page).note;
  }
  release(table, pages);
  co_await vmm.pay();
  co_return true;
}

sim::Task<> ViommuMap::after(IoPageTable& table, PageRange pages) {
  Guest& guest = guests_.of(table);
  if (spec_.mode == ViommuMapSpec::Mode::strict) {
    Worker worker(context_.cores);
    const auto served = co_await request(guest.vmm, guest.exit, worker, 1);
    co_await unmap(table, pages, served.by(worker));
    co_await served.by(worker).pay();
    co_return;
  }
  for (std::uint64_t i = 0; i < pages.pages; ++i) --table.entry(pages.first + i).note;
  guest.flush_queue.push_back(pages);
  guest.filled.notify_all();
  if (guest.flush_queue.size() >= spec_.flush_entries) co_await flush(table);
}

sim::Task<> ViommuMap::unmap(IoPageTable& table, PageRange pages, Worker& worker) {
  PageRange unused{pages.first, 0};
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const IovaPage page = pages.first + i;
    if (--table.entry(page).note == 0) {
      ++unused.pages;
      continue;
    }
    if (unused.pages > 0) co_await give_back(table, unused, worker);
    unused = {page + 1, 0};
  }
  if (unused.pages > 0) co_await give_back(table, unused, worker);
}

// One request for all, and one invalidation. What is in use again is unmapped by a later one.
sim::Task<> ViommuMap::flush(IoPageTable& table) {
  Guest& guest = guests_.of(table);
  const std::vector<PageRange> ranges = std::exchange(guest.flush_queue, {});
  Worker worker(context_.cores);
  const auto served = co_await request(guest.vmm, guest.exit, worker, ranges.size());
  std::vector<IovaPage> pages;
  for (const PageRange& range : ranges) {
    for (std::uint64_t i = 0; i < range.pages; ++i) {
      const IoEntry& entry = table.entry(range.first + i);
      if (entry.note == 0 && entry.has(kPinnedByTable)) pages.push_back(range.first + i);
    }
  }
  std::ranges::sort(pages);
  const auto again = std::ranges::unique(pages);
  pages.erase(again.begin(), again.end());
  co_await give_back(table, std::move(pages), served.by(worker));
  co_await served.by(worker).pay();
}

// A timer of the guest: it serves, and does not keep the run alive.
sim::Process ViommuMap::flush_in_time(IoPageTable& table) {
  Guest& guest = guests_.of(table);
  for (;;) {
    while (guest.flush_queue.empty()) co_await guest.filled.wait();
    co_await context_.simulation.daemon_delay(spec_.flush_after, {"flush queue timer", ""});
    if (!guest.flush_queue.empty()) co_await flush(table);
  }
}

std::unique_ptr<MemoryStrategy> make_strategy(const ViommuMapSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<ViommuMap>(context, spec);
}

}  // namespace faultpath::models
