// Faults of a device on the address space of a process.
#include "models/strategy/sva.hpp"

#include <optional>

namespace faultpath::models {

sim::Task<> Sva::attach(AddressSpace& space, Worker&) {
  space.tracks_use = true;
  space.dirty_by_software = context_.dirty_by_software;
  co_return;
}

sim::Task<ResponseCode> Sva::handle(AddressSpace& space, Faults faults, Worker& worker) {
  for (const PageFault& fault : faults) {
    std::optional<sim::RwLockHold> lock;
    if (others_write()) lock.emplace(co_await read_lock(space, worker));
    Outcome outcome = Outcome::fatal;
    if (space.contains(fault.page)) {
      const Residency residency = co_await context_.memory.make_resident(space, fault.page, worker);
      outcome = map(space, fault, residency);
    }
    if (lock) co_await unlock(lock, worker);
    count(fault, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

MemoryStrategy::Outcome Sva::map(AddressSpace& space, const PageFault& fault, Residency residency) {
  if (residency == Residency::out_of_memory) return Outcome::fatal;
  if (space.is_mapped(fault.page)) {
    const bool granted = fault.write && space.grant_write(fault.page);
    return granted ? Outcome::minor : Outcome::spurious;
  }
  context_.mapping.map(space, fault.page);
  if (fault.write && space.dirty_by_software) space.grant_write(fault.page);
  return outcome_of(residency);
}

}  // namespace faultpath::models
