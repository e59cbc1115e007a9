// Pinning a whole address space at its start.
#include "models/strategy/pin.hpp"

namespace faultpath::models {
namespace {

// Requires nothing of the size of the process: a uniform range costs one multiplication.
sim::Duration cost(const MapCostSpec& costs, const ProcessMemory& process) {
  const auto pages = static_cast<std::int64_t>(process.pages());
  const BackingSpec& backing = process.backing();
  const auto huge =
      backing.huge_pages ? static_cast<std::int64_t>(process.large_ranges()) : std::int64_t{0};
  sim::Duration sum = huge * costs.map_2m;
  if (!backing.huge_pages) sum += pages * (costs.pin + costs.map_4k);
  if (!backing.populated) sum += huge * costs.populate_2m;
  if (!backing.populated && !backing.huge_pages) sum += pages * costs.populate_4k;
  return sum;
}

}  // namespace

sim::Task<> Pin::attach(IoPageTable& table, Worker& worker) {
  const auto lock = co_await table.process().mmap_lock.write();
  context_.memory.take_all(table.process());
  worker.charge(cost(context_.costs.map_cost, table.process()));
  co_await worker.pay();
  context_.mapping.map_and_pin_everything(table);
}

sim::Task<ResponseCode> Pin::handle(IoPageTable&, Faults faults, Worker&) {
  for (const PageFault& fault : faults) count(fault, Outcome::fatal);
  co_return ResponseCode::invalid;
}

std::unique_ptr<MemoryStrategy> make_strategy(const PinSpec&, const StrategyContext& context) {
  return std::make_unique<Pin>(context);
}

}  // namespace faultpath::models
