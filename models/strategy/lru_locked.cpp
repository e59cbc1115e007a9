// Locking under a limit: charging, evicting and the periodic thread.
#include "models/strategy/lru_locked.hpp"

#include <algorithm>
#include <variant>

#include "sim/ensure.hpp"

namespace faultpath::models {

LruLocked::LruLocked(const StrategyContext& context, const LruLockedSpec& spec)
    : MappingStrategy(context, spec.premap), spec_(spec) {}

std::uint64_t LruLocked::limit_pages(const LockedLimit& limit, std::uint64_t pages) {
  if (const auto* const bytes = std::get_if<std::uint64_t>(&limit.value)) {
    return *bytes / kPageBytes;
  }
  return static_cast<std::uint64_t>(std::get<double>(limit.value) * static_cast<double>(pages));
}

sim::Task<> LruLocked::attach(AddressSpace& space, Worker& worker) {
  const std::uint64_t limit = limit_pages(spec_.limit, space.pages());
  ENSURE(space.tag() == accounts_.size(), "spaces are attached in order");
  accounts_.push_back(std::make_unique<Account>(space, context_.store, limit));
  Account& account = *accounts_.back();
  const bool at_fault = spec_.evict == LruLockedSpec::Evict::at_fault;
  may_evict_ = may_evict_ || (at_fault ? limit : target(limit)) < space.pages();
  if (spec_.evict == LruLockedSpec::Evict::periodic && accounts_.size() == 1) start_coming_by();
  account.pinned = co_await pin_nonfaultable(space, worker);
  account.charged += account.pinned;
}

LruLocked::Account& LruLocked::account_of(AddressSpace& space) { return *accounts_[space.tag()]; }

std::uint64_t LruLocked::target_pages(const LruLockedSpec& spec, std::uint64_t limit) {
  return static_cast<std::uint64_t>(spec.target * static_cast<double>(limit));
}

bool LruLocked::take_room(AddressSpace& space) {
  Account& account = account_of(space);
  // Rooms are taken before it is known who will be faster: they may exceed a space that fits whole.
  const bool fits = account.limit >= space.pages();
  if (account.charged >= account.limit && !fits) return false;
  ++account.charged;
  return true;
}

sim::Task<> LruLocked::wait_for_room(AddressSpace& space, Faults serving, Worker& worker) {
  Account& account = account_of(space);
  co_await worker.pay();  // no time passes between looking for room and waiting for it
  while (!take_room(space)) {
    if (spec_.evict == LruLockedSpec::Evict::at_fault) {
      const bool evicted = co_await evict_oldest(account, serving, worker);
      if (evicted) continue;
    }
    worker.leave();
    if (spec_.evict == LruLockedSpec::Evict::periodic && !comes_by_) start_coming_by();
    co_await room_.wait();
    co_await worker.enter();
  }
}

void LruLocked::return_room(AddressSpace& space) {
  --account_of(space).charged;
  room_.notify_all();
}

void LruLocked::on_map(AddressSpace& space, IovaPage page, Worker& worker) {
  pin(space, page, worker);
  Account& account = account_of(space);
  account.locked.push_back(space.id_of(page));
  ENSURE(account.pinned + account.locked.size() <= account.limit,
         "locked memory stays within its limit");
  room_.notify_all();  // for who found nothing to evict
}

void LruLocked::used(AddressSpace& space, IovaPage page) {
  if (spec_.recency != LruLockedSpec::Recency::used) return;
  const PageId id = space.id_of(page);
  const PageState& state = context_.store.at(id);
  if (!state.has(kPinned) || !state.has(kListed)) return;
  PageList& locked = account_of(space).locked;
  locked.remove(id);
  locked.push_back(id);
}

// The first page of the list that no fault being served asks for.
PageId LruLocked::oldest(Account& account, Faults serving) {
  PageId id = account.locked.front();
  const auto needed = [&](const PageFault& fault) {
    return account.space->contains(fault.page) && account.space->id_of(fault.page) == id;
  };
  while (id != kNoPage && std::ranges::any_of(serving, needed)) {
    id = context_.store.at(id).next;
  }
  return id;
}

sim::Task<bool> LruLocked::evict_oldest(Account& account, Faults serving, Worker& worker) {
  const PageId id = oldest(account, serving);
  if (id == kNoPage) co_return false;
  AddressSpace& space = *account.space;
  const IovaPage page = space.page_of_id(id);
  account.locked.remove(id);
  context_.memory.begin_release(space, page);
  worker.charge(context_.costs.map_cost.unmap_4k);
  worker.charge(context_.submit);
  co_await worker.pay();
  context_.mapping.unmap(space, page);
  co_await context_.iommu.invalidate(space, page, 1);
  context_.mapping.unpin(space, page);
  context_.memory.end_release(space, page);
  stats_.evictions += context_.window.counts(context_.simulation.now());
  return_room(space);
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
        const bool evicted = co_await evict_oldest(*account, {}, worker);
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

}  // namespace faultpath::models
