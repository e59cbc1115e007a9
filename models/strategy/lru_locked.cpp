// Locking under a limit: charging, evicting and the periodic thread.
#include "models/strategy/lru_locked.hpp"

#include <algorithm>
#include <optional>
#include <variant>

#include "sim/ensure.hpp"

namespace faultpath::models {

LruLocked::LruLocked(const StrategyContext& context, const LruLockedSpec& spec)
    : MappingStrategy(context, {spec.premap, spec.premap_grows, spec.prefault}), spec_(spec) {}

std::uint64_t LruLocked::limit_pages(const LockedLimit& limit, std::uint64_t pages, PageSize size) {
  if (const auto* const bytes = std::get_if<std::uint64_t>(&limit.value)) {
    return size.pages_in(*bytes);
  }
  return static_cast<std::uint64_t>(std::get<double>(limit.value) * static_cast<double>(pages));
}

sim::Task<> LruLocked::attach(IoPageTable& table, Worker& worker) {
  const std::uint64_t limit = limit_pages(spec_.limit, table.pages(), context_.costs.page_size);
  watch(table);
  accounts_.push_back(std::make_unique<Account>(table, limit));
  Account& account = *accounts_.back();
  if (by_tag_.size() <= table.tag()) by_tag_.resize(table.tag() + 1);
  by_tag_[table.tag()] = &account;
  const bool at_fault = spec_.evict == LruLockedSpec::Evict::at_fault;
  may_evict_ = may_evict_ || (at_fault ? limit : target(limit)) < table.pages();
  if (spec_.evict == LruLockedSpec::Evict::periodic && accounts_.size() == 1) start_coming_by();
  account.pinned = co_await pin_nonfaultable(table, worker);
  account.charged += account.pinned;
  co_await prefault(table, worker);
}

LruLocked::Account& LruLocked::account_of(IoPageTable& table) { return *by_tag_[table.tag()]; }

std::uint64_t LruLocked::target_pages(const LruLockedSpec& spec, std::uint64_t limit) {
  return static_cast<std::uint64_t>(spec.target * static_cast<double>(limit));
}

bool LruLocked::take_room(IoPageTable& table) {
  Account& account = account_of(table);
  // Rooms are taken before it is known who will be faster: they may exceed a space that fits whole.
  const bool fits = account.limit >= table.pages();
  if (account.charged >= account.limit && !fits) return false;
  ++account.charged;
  return true;
}

sim::Task<> LruLocked::wait_for_room(IoPageTable& table, Faults serving, Worker& worker) {
  Account& account = account_of(table);
  co_await worker.pay();  // no time passes between looking for room and waiting for it
  while (!take_room(table)) {
    if (spec_.evict == LruLockedSpec::Evict::at_fault) {
      const bool evicted = co_await evict_oldest(account, serving, worker);
      if (evicted) continue;
    }
    if (spec_.evict == LruLockedSpec::Evict::periodic && !comes_by_) start_coming_by();
    co_await wait_for_others(table, worker);
  }
}

// They need the lock of the container to make room.
sim::Task<> LruLocked::wait_for_others(IoPageTable& table, Worker& worker) {
  ContainerLock& container = container_of(table);
  container.give();
  worker.leave();
  co_await room_.wait();
  co_await worker.enter();
  co_await container.take(worker);
}

void LruLocked::return_room(IoPageTable& table) {
  --account_of(table).charged;
  room_.notify_all();
}

void LruLocked::on_map(IoPageTable& table, IovaPage page, Worker& worker) {
  pin(table, page, worker);
  Account& account = account_of(table);
  account.locked.push_back(page);
  ENSURE(account.pinned + account.locked.size() <= account.limit,
         "locked memory stays within its limit");
  room_.notify_all();  // for who found nothing to evict
}

void LruLocked::on_release(IoPageTable& table, IovaPage page) {
  account_of(table).locked.remove(page);
}

void LruLocked::used(IoPageTable& table, IovaPage page) {
  if (spec_.recency != LruLockedSpec::Recency::used) return;
  LockedList& locked = account_of(table).locked;
  if (locked.contains(page)) locked.move_to_back(page);
}

// Spares the pages that are being served.
sim::Task<bool> LruLocked::evict_oldest(Account& account, Faults serving, Worker& worker) {
  const std::optional<IovaPage> oldest = account.locked.oldest_but([&](IovaPage page) {
    return std::ranges::any_of(serving, [&](const PageFault& f) { return f.page == page; });
  });
  if (!oldest) co_return false;
  co_await release(*account.table, *oldest, worker);
  stats_.evictions += context_.window.counts(context_.simulation.now());
  co_return true;
}

void LruLocked::start_coming_by() {
  comes_by_ = true;
  context_.simulation.start(periodic(), "strategy/periodic eviction");
}

// When the devices have ended, software may still serve what they have asked for. The thread comes
// by for as long as somebody waits for the room that it makes.
sim::Process LruLocked::periodic() {
  Worker worker(context_.cores, sim::Priority::background);
  for (;;) {
    const sim::Time now = context_.simulation.now();
    const bool due = spec_.period < sim::kEndOfTime - now;
    const sim::Time next = due ? now + spec_.period : sim::kEndOfTime;
    const bool late = stopped_.is_set();  // and so started for somebody who is about to wait
    if (!late) co_await stopped_.wait_until(next);
    const bool over = stopped_.is_set();
    if (over && (late || room_.waiting() > 0)) {
      co_await context_.simulation.delay(next - context_.simulation.now(), {"the next pass", ""});
    }
    if (over && room_.waiting() == 0) break;
    co_await worker.enter();
    std::uint64_t evictions = 0;
    for (const auto& account : accounts_) {
      while (account->charged > target(account->limit)) {
        co_await container_of(*account->table).take(worker);
        const bool evicted = co_await evict_oldest(*account, {}, worker);
        co_await container_of(*account->table).give(worker);
        if (!evicted) break;
        ++evictions;
      }
    }
    co_await worker.pay();
    worker.leave();
    if (over && evictions == 0) break;  // those who wait, wait in vain
  }
  comes_by_ = false;
}

void LruLocked::stop() { stopped_.set(); }

std::unique_ptr<MemoryStrategy> make_strategy(const LruLockedSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<LruLocked>(context, spec);
}

}  // namespace faultpath::models
