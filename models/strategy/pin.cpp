// Pinning a whole address space at its start.
#include "models/strategy/pin.hpp"

namespace faultpath::models {
namespace {

// Requires nothing of the size of the space: a uniform range costs one multiplication.
sim::Duration cost(const MapCostSpec& costs, const AddressSpace& space) {
  const auto pages = static_cast<std::int64_t>(space.pages());
  const BackingSpec& backing = space.backing();
  const auto huge =
      backing.huge_pages ? static_cast<std::int64_t>(space.large_ranges()) : std::int64_t{0};
  sim::Duration sum = huge * costs.map_2m;
  if (!backing.huge_pages) sum += pages * (costs.pin + costs.map_4k);
  if (!backing.populated) sum += huge * costs.populate_2m;
  if (!backing.populated && !backing.huge_pages) sum += pages * costs.populate_4k;
  return sum;
}

}  // namespace

sim::Task<> Pin::attach(AddressSpace& space, Worker& worker) {
  const auto lock = co_await space.mmap_lock.write();
  context_.memory.take_all(space);
  worker.charge(cost(context_.costs.map_cost, space));
  co_await worker.pay();
  context_.mapping.map_and_pin_everything(space);
}

sim::Task<ResponseCode> Pin::handle(AddressSpace&, Faults faults, Worker&) {
  for (const PageFault& fault : faults) count(fault, Outcome::fatal);
  co_return ResponseCode::invalid;
}

}  // namespace faultpath::models
