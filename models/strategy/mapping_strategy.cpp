// Mapping pages in the fault handler.
#include "models/strategy/mapping_strategy.hpp"

#include <optional>

namespace faultpath::models {

bool MappingStrategy::take_room(IoPageTable&) { return true; }
sim::Task<> MappingStrategy::wait_for_room(IoPageTable&, Faults, Worker&) { co_return; }
void MappingStrategy::return_room(IoPageTable&) {}
void MappingStrategy::on_release(IoPageTable&, IovaPage) {}

sim::Task<ResponseCode> MappingStrategy::handle(IoPageTable& table, Faults faults, Worker& worker) {
  ContainerLock& container = container_of(table);
  for (const PageFault& fault : faults) {
    const sim::Time asked = worker.paid();
    co_await container.take(worker);
    count_wait(asked);
    const Outcome outcome = co_await serve(table, fault, faults, worker);
    co_await container.give(worker);
    count(fault, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

sim::Task<> MappingStrategy::attach(IoPageTable& table, Worker& worker) {
  co_await MemoryStrategy::attach(table, worker);
  co_await prefault(table, worker);
}

sim::Task<> MappingStrategy::prefault(IoPageTable& table, Worker& worker) {
  if (ahead_.prefault.empty()) co_return;
  const Runs chosen = ahead_.prefault.among(table.areas(), context_.costs.page_size);
  for (std::uint64_t i = 0; i < chosen.count(); ++i) {
    const IovaPage page{chosen.at(i)};
    if (table.is_mapped(page)) continue;
    if (!take_room(table)) co_return;
    const Residency residency = co_await table.process().fault_in(page, worker);
    if (!map(table, page, residency, worker)) co_return;
  }
}

// Of the pages from `page` on, those that the fault may map.
std::uint64_t MappingStrategy::run_from(const IoPageTable& table, IovaPage page) {
  if (!ahead_.premap_grows) return premap_run(table, page, ahead_.premap);
  if (table.is_mapped(page)) return 0;
  if (windows_.size() <= table.tag()) windows_.resize(table.tag() + 1);
  PremapWindows& windows = windows_[table.tag()];
  const std::uint64_t run = premap_run(table, page, windows.window_of(page, ahead_.premap));
  windows.mapped(page, run);
  return run;
}

// The outcome is that of the page that was asked for; those ahead of it are extra.
sim::Task<MemoryStrategy::Outcome> MappingStrategy::serve(IoPageTable& table,
                                                          const PageFault& fault, Faults serving,
                                                          Worker& worker) {
  if (!permits(table.process(), fault.page, fault.write)) co_return Outcome::fatal;
  const std::uint64_t run = run_from(table, fault.page);
  if (run == 0) worker.charge(sim::mean_of(context_.costs.page_fault.spurious));
  const bool undoes = pins() && context_.mapping.accounts().looks_at_end();
  std::vector<IovaPage> pinned;  // if it may have to be undone
  Outcome outcome = Outcome::spurious;
  std::optional<sim::RwLockHold> lock;
  for (std::uint64_t ahead = 0; ahead < run; ++ahead) {
    const IovaPage page = fault.page + ahead;
    if (ahead > 0 && table.is_mapped(page)) break;
    if (!take_room(table)) {
      if (lock) co_await unlock(lock, worker);
      co_await wait_for_room(table, serving, worker);
    }
    if (others_write() && !lock) lock.emplace(co_await read_lock(table.process(), worker));
    Residency residency = co_await table.process().fault_in(page, worker);
    if (lock && ahead + 1 == run) co_await unlock(lock, worker);
    while (is_there(residency) && !table.process().is_settled(page)) {
      residency = co_await table.process().fault_in(page, worker);  // reclaim was faster
    }
    const bool none_left = !is_there(residency);
    const bool refused = !none_left && is_refused(table, page, worker);
    const bool mapped = !refused && map(table, page, residency, worker);
    if (mapped && undoes) pinned.push_back(page);
    if (ahead == 0 && (mapped || none_left)) outcome = outcome_of(residency);
    if (ahead == 0 && refused) outcome = Outcome::fatal;
    if (none_left || refused) break;
  }
  if (lock) co_await unlock(lock, worker);
  if (pins() && others_write()) co_await count_pinned(table.process(), worker);
  const bool undone = !pinned.empty() && co_await undo_if_exceeded(table, pinned, worker);
  co_return undone ? Outcome::fatal : outcome;
}

// type1 looks when it has the page, before it charges it.
bool MappingStrategy::is_refused(IoPageTable& table, IovaPage page, Worker& worker) {
  if (!pins() || table.is_mapped(page)) return false;
  if (!context_.mapping.accounts().refuses(table.process())) return false;
  worker.charge(context_.costs.map_cost.pin);
  return_room(table);
  count_refusal();
  return true;
}

// type1 counts what the fault has pinned, a run, under the mmap lock for writing; iommufd needs no
// lock.
sim::Task<> MappingStrategy::count_pinned(ProcessMemory& process, Worker& worker) {
  const MappingSpec& rules = context_.costs.mapping;
  if (rules.engine == MappingEngine::iommufd) co_return;
  const sim::RwLockHold lock = co_await write_lock(process, worker);
  worker.charge(rules.pinning.section);
  co_await worker.pay();
}

// iommufd looks when everything is pinned and mapped, and undoes all of it.
sim::Task<bool> MappingStrategy::undo_if_exceeded(IoPageTable& table,
                                                  const std::vector<IovaPage>& pages,
                                                  Worker& worker) {
  co_await worker.pay();
  if (!context_.mapping.accounts().exceeded(table.process())) co_return false;
  count_refusal();
  for (const IovaPage page : pages) {
    if (table.is_mapped(page)) co_await release(table, page, worker);  // else evicted since
  }
  co_return true;
}

// False when there is no memory, or when another group was faster.
bool MappingStrategy::map(IoPageTable& table, IovaPage page, Residency residency, Worker& worker) {
  if (!is_there(residency) || table.is_mapped(page)) {
    return_room(table);
    return false;
  }
  worker.charge(context_.costs.map_cost.map_4k);
  on_map(table, page, worker);
  context_.mapping.map(table, page);
  return true;
}

sim::Task<> MappingStrategy::release(IoPageTable& table, IovaPage page, Worker& worker) {
  on_release(table, page);
  co_await context_.memory.begin_release(table.process(), page, worker);
  worker.charge(context_.costs.map_cost.unmap_4k);
  worker.charge(context_.submit);
  co_await worker.pay();
  context_.mapping.unmap(table, page);
  co_await context_.caches.invalidate(table, page, 1);
  context_.mapping.unpin(table, page);
  context_.memory.end_release(table.process(), page);
  return_room(table);
}

}  // namespace faultpath::models
