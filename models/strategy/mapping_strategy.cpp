// Mapping pages in the fault handler.
#include "models/strategy/mapping_strategy.hpp"

#include <optional>

#include "models/strategy/premap.hpp"

namespace faultpath::models {

bool MappingStrategy::take_room(AddressSpace&) { return true; }
sim::Task<> MappingStrategy::wait_for_room(FaultGroup&, Worker&) { co_return; }
void MappingStrategy::return_room(AddressSpace&) {}

sim::Task<ResponseCode> MappingStrategy::handle(FaultGroup& group, Worker& worker) {
  for (const PageRequest& request : group.requests) {
    const Outcome outcome = co_await serve(group, request, worker);
    count(request, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// The outcome is that of the page that was asked for; those ahead of it are extra.
sim::Task<MemoryStrategy::Outcome> MappingStrategy::serve(FaultGroup& group,
                                                          const PageRequest& request,
                                                          Worker& worker) {
  AddressSpace& space = *group.space;
  if (!space.contains(request.page)) co_return Outcome::fatal;
  const std::uint64_t run = premap_run(space, request.page, premap_);
  if (run == 0) worker.charge(sim::mean_of(context_.host.page_fault.spurious));
  Outcome outcome = Outcome::spurious;
  std::optional<sim::RwLockHold> lock;
  for (std::uint64_t ahead = 0; ahead < run; ++ahead) {
    const IovaPage page = request.page + ahead;
    if (ahead > 0 && space.is_mapped(page)) break;
    if (!take_room(space)) {
      if (lock) co_await unlock(lock, worker);
      co_await wait_for_room(group, worker);
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
  worker.charge(context_.host.map_cost.map_4k);
  on_map(space, page, worker);
  context_.mapping.map(space, page);
  return true;
}

}  // namespace faultpath::models
