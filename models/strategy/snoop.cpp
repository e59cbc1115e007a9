// Checking operations before they are published, and the switch to passthrough and back.
#include "models/strategy/snoop.hpp"

#include <utility>

#include "models/base/runs.hpp"
#include "models/memory/free_frames.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

// `visit(page)` for each page of the table.
template <class Visit>
void for_each_page(const IoPageTable& table, Visit visit) {
  for (const Runs::Run& run : table.areas().list()) {
    for (std::uint64_t i = 0; i < run.count; ++i) visit(IovaPage{run.first + i});
  }
}

}  // namespace

Snoop::Snoop(const StrategyContext& context, const SnoopSpec& spec)
    : DmaStrategy(context), spec_(spec) {}

// A chunk is locked when all that the table has of it is pinned.
sim::Task<> Snoop::attach(IoPageTable& table, Worker& worker) {
  co_await DmaStrategy::attach(table, worker);
  Queue& queue = queues_.add(table);
  for (const PageRange& range : table.nonfaultable) queue.locked += range.pages;
  if (spec_.lock_pages == SnoopSpec::LockPages::static_chunks) {
    queue.locked = 0;
    for (const PageRange& range : table.nonfaultable) {
      const std::uint64_t chunk = context_.costs.page_size.pages_in(2 * kMiB);
      const std::uint64_t begin = range.first.value / chunk * chunk;
      const std::uint64_t last = range.first.value + range.pages - 1;
      for (std::uint64_t page = begin; page <= (last | (chunk - 1)); ++page) {
        const bool known = !table.contains(IovaPage{page}) || is_locked(table, IovaPage{page});
        if (known) continue;
        const bool kept = co_await keep(table, IovaPage{page}, kLocked, worker);
        ENSURE(kept, "what is pinned at attach fits into memory");
        ++queue.locked;
      }
    }
  }
  if (spec_.switching == SnoopSpec::Switch::never) co_return;
  context_.simulation.start_service(switch_by_rate(table), "strategy/elastic switch");
}

sim::Task<bool> Snoop::before(IoPageTable& table, PageRange pages) {
  Queue& queue = queues_.of(table);
  ++queue.operations;
  if (queue.passthrough) {
    for (std::uint64_t i = 0; i < pages.pages; ++i) ++table.entry(pages.first + i).note;
    co_return true;
  }
  const sim::SemaphoreUnit turn = co_await thread_of(queue).hold();
  Worker worker(context_.cores);
  co_await worker.enter();
  const bool published = co_await check(table, pages, worker);
  co_await worker.pay();
  co_return published;
}

sim::Task<bool> Snoop::check(IoPageTable& table, PageRange pages, Worker& worker) {
  bool missing = false;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    missing |= !table.process().is_settled(pages.first + i);
  }
  const bool counted = context_.window.counts(context_.simulation.now());
  (missing ? stats_.snoop_misses : stats_.snoop_hits) += counted;
  worker.charge(cost_of(table, pages, missing));
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const bool there = co_await hold(table, pages.first + i, worker);
    if (there) continue;
    while (i-- > 0) end_use(table, pages.first + i);
    co_return false;
  }
  co_return true;
}

// `hit` and `miss` hold the look for one page.
sim::Duration Snoop::cost_of(IoPageTable& table, PageRange pages, bool missing) const {
  sim::Duration cost = (missing ? spec_.miss : spec_.hit) - spec_.presence;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    cost += is_locked(table, pages.first + i) ? spec_.bitmap : spec_.presence;
  }
  return cost;
}

// One more operation uses the page, which is there from now on. False: there is no memory. A page
// that was there costs nothing besides the look for it.
sim::Task<bool> Snoop::hold(IoPageTable& table, IovaPage page, Worker& worker) {
  if (!table.process().is_settled(page)) {
    const bool present = co_await bring_in(table, page, worker);
    if (!present) co_return false;
    worker.charge(context_.costs.map_cost.map_4k);
  }
  if (!table.is_mapped(page)) context_.mapping.map(table, page);
  if (!table.entry(page).has(kPinnedByTable)) {
    context_.memory.leave_lists(table.process(), page);
    context_.mapping.pin(table, page);
  }
  ++table.entry(page).note;
  co_return true;
}

void Snoop::end_use(IoPageTable& table, IovaPage page) {
  if (--table.entry(page).note > 0) return;
  context_.mapping.let_go(table, page);
  context_.memory.list_again(table.process(), page);
}

sim::Task<> Snoop::after(IoPageTable& table, PageRange pages) {
  for (std::uint64_t i = 0; i < pages.pages; ++i) end_use(table, pages.first + i);
  co_return;
}

sim::Task<bool> Snoop::keep(IoPageTable& table, IovaPage page, std::uint32_t why, Worker& worker) {
  const bool held = co_await hold(table, page, worker);
  if (!held) co_return false;
  std::uint32_t& note = table.entry(page).note;
  note = (note - 1) | why;
  worker.charge(context_.costs.map_cost.pin);
  co_return true;
}

sim::Process Snoop::switch_by_rate(IoPageTable& table) {
  Queue& queue = queues_.of(table);
  for (;;) {
    co_await context_.simulation.daemon_delay(spec_.window, {"rate of operations", "snoop"});
    const double rate =
        static_cast<double>(std::exchange(queue.operations, 0)) / sim::to_seconds(spec_.window);
    if (!queue.passthrough && rate > spec_.threshold)
      co_await to_passthrough(table);
    else if (queue.passthrough && rate < spec_.threshold)
      co_await to_snoop(table);
  }
}

// Operations go on being checked while the pages come in. Without room nothing changes.
sim::Task<> Snoop::to_passthrough(IoPageTable& table) {
  const std::uint64_t pages = table.pages() - queues_.of(table).locked;
  if (!fits(pages)) co_return;
  if (!context_.mapping.accounts().has_room(table.process(), pages)) {
    stats_.pins_refused += context_.window.counts(context_.simulation.now());
    co_return;
  }
  reserved_ += pages;
  Worker worker(context_.cores, sim::Priority::background);
  co_await worker.enter();
  const bool kept = co_await keep_all(table, worker);
  co_await worker.pay();
  worker.leave();
  reserved_ -= pages;
  if (!kept) co_return let_all_go(table);
  Queue& queue = queues_.of(table);
  const sim::SemaphoreUnit turn = co_await thread_of(queue).hold();
  co_await worker.enter();
  worker.charge(spec_.to_passthrough);
  co_await worker.pay();
  queue.passthrough = true;
  stats_.policy_switches += context_.window.counts(context_.simulation.now());
}

// The ring is copied and remapped while nothing is published.
sim::Task<> Snoop::to_snoop(IoPageTable& table) {
  Queue& queue = queues_.of(table);
  const sim::SemaphoreUnit turn = co_await thread_of(queue).hold();
  queue.passthrough = false;
  Worker worker(context_.cores);
  co_await worker.enter();
  worker.charge(spec_.to_snoop);
  co_await worker.pay();
  stats_.policy_switches += context_.window.counts(context_.simulation.now());
  let_all_go(table);
}

// Beside what is locked already, and below the watermark up to which reclaim keeps memory free.
bool Snoop::fits(std::uint64_t pages) const {
  const std::uint64_t locked =
      static_cast<std::uint64_t>(context_.mapping.stats().locked_bytes.value()) >>
      context_.costs.page_size.bits();
  return static_cast<double>(locked + reserved_ + pages) <= spare_frames(context_.costs);
}

// As get_user_pages(), a batch of pages at a time.
sim::Task<bool> Snoop::keep_all(IoPageTable& table, Worker& worker) {
  // Linux, VFIO_BATCH_MAX_CAPACITY: pointers of 8 bytes in a page.
  const std::uint64_t batch = context_.costs.page_size.table_entries();
  std::uint64_t pages = 0;
  for (const Runs::Run& run : table.areas().list()) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const IovaPage page{run.first + i};
      const bool kept = co_await keep(table, page, kKept, worker);
      if (!kept) co_return false;
      if (++pages % batch == 0) co_await worker.pay();
    }
  }
  co_return true;
}

void Snoop::let_all_go(IoPageTable& table) {
  for_each_page(table, [&](IovaPage page) {
    std::uint32_t& note = table.entry(page).note;
    if ((note & kKept) == 0) return;
    note = (note & ~kKept) + 1;
    end_use(table, page);
  });
}

std::unique_ptr<MemoryStrategy> make_strategy(const SnoopSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<Snoop>(context, spec);
}

}  // namespace faultpath::models
