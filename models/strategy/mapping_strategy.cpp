// Mapping pages in the fault handler.
#include "models/strategy/mapping_strategy.hpp"

#include <optional>

#include "models/strategy/premap.hpp"

namespace faultpath::models {

bool MappingStrategy::take_room(IoPageTable&) { return true; }
sim::Task<> MappingStrategy::wait_for_room(IoPageTable&, Faults, Worker&) { co_return; }
void MappingStrategy::return_room(IoPageTable&) {}

sim::Task<ResponseCode> MappingStrategy::handle(IoPageTable& table, Faults faults, Worker& worker) {
  ContainerLock& container = container_of(table);
  for (const PageFault& fault : faults) {
    co_await container.take(worker);
    const Outcome outcome = co_await serve(table, fault, faults, worker);
    co_await container.give(worker);
    count(fault, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// The outcome is that of the page that was asked for; those ahead of it are extra.
sim::Task<MemoryStrategy::Outcome> MappingStrategy::serve(IoPageTable& table,
                                                          const PageFault& fault, Faults serving,
                                                          Worker& worker) {
  if (!table.contains(fault.page)) co_return Outcome::fatal;
  const std::uint64_t run = premap_run(table, fault.page, premap_);
  if (run == 0) worker.charge(sim::mean_of(context_.costs.page_fault.spurious));
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
    while (residency != Residency::out_of_memory && !table.process().is_settled(page)) {
      residency = co_await table.process().fault_in(page, worker);  // reclaim was faster
    }
    const bool mapped = map(table, page, residency, worker);
    const bool none_left = residency == Residency::out_of_memory;
    if (ahead == 0 && (mapped || none_left)) outcome = outcome_of(residency);
    if (none_left) break;
  }
  if (lock) co_await unlock(lock, worker);
  co_return outcome;
}

// False when there is no memory, or when another group was faster.
bool MappingStrategy::map(IoPageTable& table, IovaPage page, Residency residency, Worker& worker) {
  if (residency == Residency::out_of_memory || table.is_mapped(page)) {
    return_room(table);
    return false;
  }
  worker.charge(context_.costs.map_cost.map_4k);
  on_map(table, page, worker);
  context_.mapping.map(table, page);
  return true;
}

}  // namespace faultpath::models
