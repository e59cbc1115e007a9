// Mapping pages in the fault handler.
#include "models/strategy/mapping_strategy.hpp"

#include <optional>

#include "models/strategy/premap.hpp"

namespace faultpath::models {

bool MappingStrategy::take_room(AddressSpace&) { return true; }
sim::Task<> MappingStrategy::wait_for_room(AddressSpace&, Faults, Worker&) { co_return; }
void MappingStrategy::return_room(AddressSpace&) {}

sim::Task<ResponseCode> MappingStrategy::handle(AddressSpace& space, Faults faults,
                                                Worker& worker) {
  for (const PageFault& fault : faults) {
    const Outcome outcome = co_await serve(space, fault, faults, worker);
    count(fault, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// The outcome is that of the page that was asked for; those ahead of it are extra.
sim::Task<MemoryStrategy::Outcome> MappingStrategy::serve(AddressSpace& space,
                                                          const PageFault& fault, Faults serving,
                                                          Worker& worker) {
  if (!space.contains(fault.page)) co_return Outcome::fatal;
  const std::uint64_t run = premap_run(space, fault.page, premap_);
  if (run == 0) worker.charge(sim::mean_of(context_.costs.page_fault.spurious));
  Outcome outcome = Outcome::spurious;
  std::optional<sim::RwLockHold> lock;
  for (std::uint64_t ahead = 0; ahead < run; ++ahead) {
    const IovaPage page = fault.page + ahead;
    if (ahead > 0 && space.is_mapped(page)) break;
    if (!take_room(space)) {
      if (lock) co_await unlock(lock, worker);
      co_await wait_for_room(space, serving, worker);
    }
    if (others_write() && !lock) lock.emplace(co_await read_lock(space, worker));
    const Residency residency = co_await context_.memory.make_resident(space, page, worker);
    if (lock && ahead + 1 == run) co_await unlock(lock, worker);
    const bool mapped = map(space, page, residency, worker);
    const bool none_left = residency == Residency::out_of_memory;
    if (ahead == 0 && (mapped || none_left)) outcome = outcome_of(residency);
    if (none_left) break;
  }
  if (lock) co_await unlock(lock, worker);
  co_return outcome;
}

// False when there is no memory, or when another group was faster.
bool MappingStrategy::map(AddressSpace& space, IovaPage page, Residency residency, Worker& worker) {
  if (residency == Residency::out_of_memory || space.is_mapped(page)) {
    return_room(space);
    return false;
  }
  worker.charge(context_.costs.map_cost.map_4k);
  on_map(space, page, worker);
  context_.mapping.map(space, page);
  return true;
}

}  // namespace faultpath::models
