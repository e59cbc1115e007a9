// Mapping pages in the fault handler.
#include "models/strategy/mapping_strategy.hpp"

#include "models/strategy/premap.hpp"

namespace faultpath::models {

sim::Task<> MappingStrategy::make_room(FaultGroup&, Worker&) { co_return; }

void MappingStrategy::return_room(AddressSpace&) {}

sim::Task<ResponseCode> MappingStrategy::handle(FaultGroup& group, Worker& worker) {
  ResponseCode code = ResponseCode::success;
  for (const PageRequest& request : group.requests) {
    const Outcome outcome = co_await serve(group, request, worker);
    count(request, outcome, 2);
    if (outcome == Outcome::fatal) {
      code = ResponseCode::invalid;
      break;
    }
  }
  co_await worker.pay();
  co_return code;
}

sim::Task<MemoryStrategy::Outcome> MappingStrategy::serve(FaultGroup& group,
                                                          const PageRequest& request,
                                                          Worker& worker) {
  AddressSpace& space = *group.space;
  if (!space.contains(request.page)) co_return Outcome::fatal;
  std::uint64_t run = premap_run(space, request.page, premap_);
  if (run == 0) {
    worker.charge(sim::mean_of(context_.host.page_fault.spurious));
    co_return Outcome::spurious;
  }
  const Residency first = co_await map_one(group, request.page, worker);
  if (first == Residency::out_of_memory) co_return Outcome::fatal;
  for (std::uint64_t ahead = 1; ahead < run; ++ahead) {
    if (space.is_mapped(request.page + ahead)) break;
    const Residency next = co_await map_one(group, request.page + ahead, worker);
    if (next == Residency::out_of_memory) break;
  }
  co_return outcome_of(first);
}

sim::Task<Residency> MappingStrategy::map_one(FaultGroup& group, IovaPage page, Worker& worker) {
  AddressSpace& space = *group.space;
  co_await make_room(group, worker);
  const Residency residency = co_await context_.memory.make_resident(space, page, worker);
  const bool beaten = space.is_mapped(page);  // by a group that was faster
  if (beaten || residency == Residency::out_of_memory) {
    return_room(space);
    co_return residency;
  }
  worker.charge(context_.host.map_cost.map_4k);
  on_map(space, page);
  context_.mapping.map(space, page);
  co_return residency;
}

}  // namespace faultpath::models
