// Faults of a device on the address space of a process.
#include "models/strategy/sva.hpp"

namespace faultpath::models {

sim::Task<> Sva::attach(AddressSpace& space, Worker&) {
  space.tracks_use = true;
  space.dirty_by_software = context_.iommu.spec().access_dirty.dirty == DirtyUpdate::software;
  co_return;
}

sim::Task<ResponseCode> Sva::handle(FaultGroup& group, Worker& worker) {
  for (const PageRequest& request : group.requests) {
    const Outcome outcome = co_await serve(*group.space, request, worker);
    stats_.count(request, outcome, 1);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// Behind a writer of mmap_lock, held or queued, the worker gives its core away until it has it.
sim::Task<MemoryStrategy::Outcome> Sva::serve(AddressSpace& space, const PageRequest& request,
                                              Worker& worker) {
  if (context_.host.mmap_lock.writers > 0.0) co_await worker.pay();  // the lock is taken now
  const bool contended = space.mmap_lock.written() || space.mmap_lock.waiting() > 0;
  if (contended) {
    co_await worker.pay();
    worker.leave();
  }
  const auto lock = co_await space.mmap_lock.read();
  if (contended) co_await worker.enter();
  if (!space.contains(request.page)) co_return Outcome::fatal;
  const Residency residency = co_await context_.memory.make_resident(space, request.page, worker);
  if (residency == Residency::out_of_memory) co_return Outcome::fatal;
  if (space.is_mapped(request.page)) {
    const bool granted = request.write && space.grant_write(request.page);
    co_return granted ? Outcome::minor : Outcome::spurious;
  }
  context_.mapping.map(space, request.page);
  if (request.write && space.dirty_by_software) space.grant_write(request.page);
  co_return outcome_of(residency);
}

}  // namespace faultpath::models
