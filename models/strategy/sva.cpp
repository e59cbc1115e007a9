// Faults of a device on the address space of a process.
#include "models/strategy/sva.hpp"

#include <optional>

namespace faultpath::models {

sim::Task<> Sva::attach(AddressSpace& space, Worker&) {
  space.tracks_use = true;
  space.dirty_by_software = context_.iommu.traits().software_sets_dirty;
  co_return;
}

sim::Task<ResponseCode> Sva::handle(FaultGroup& group, Worker& worker) {
  AddressSpace& space = *group.space;
  for (const PageRequest& request : group.requests) {
    std::optional<sim::RwLockHold> lock;
    if (others_write()) lock.emplace(co_await read_lock(space, worker));
    Outcome outcome = Outcome::fatal;
    if (space.contains(request.page)) {
      const Residency residency =
          co_await context_.memory.make_resident(space, request.page, worker);
      outcome = map(space, request, residency);
    }
    if (lock) co_await unlock(lock, worker);
    count(request, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

MemoryStrategy::Outcome Sva::map(AddressSpace& space, const PageRequest& request,
                                 Residency residency) {
  if (residency == Residency::out_of_memory) return Outcome::fatal;
  if (space.is_mapped(request.page)) {
    const bool granted = request.write && space.grant_write(request.page);
    return granted ? Outcome::minor : Outcome::spurious;
  }
  context_.mapping.map(space, request.page);
  if (request.write && space.dirty_by_software) space.grant_write(request.page);
  return outcome_of(residency);
}

}  // namespace faultpath::models
