// Pinning a whole address space at its start.
#include "models/strategy/pin.hpp"

#include "models/memory/parallel_pin.hpp"

namespace faultpath::models {
namespace {

// Linux, VFIO_BATCH_MAX_CAPACITY: pointers of 8 bytes in a page; or one page of 2 MiB.
std::int64_t pages_of_batch(const MemorySpec& spec) {
  return static_cast<std::int64_t>(spec.page_size.table_entries());
}

std::int64_t large_pages(const ProcessMemory& process) {
  return process.backing().huge_pages ? static_cast<std::int64_t>(process.large_ranges()) : 0;
}

// Requires nothing of the size of the process: a uniform range costs one multiplication.
sim::Duration cost(const MapCostSpec& costs, const ProcessMemory& process) {
  const auto pages = static_cast<std::int64_t>(process.pages());
  const BackingSpec& backing = process.backing();
  const std::int64_t huge = large_pages(process);
  sim::Duration sum = huge * costs.map_2m;
  if (!backing.huge_pages) sum += pages * (costs.pin + costs.map_4k);
  if (!backing.populated) sum += huge * costs.populate_2m;
  if (!backing.populated && !backing.huge_pages) sum += pages * costs.populate_4k;
  return sum;
}

// The same of a batch, in parts.
PinWork work_of(const MemorySpec& spec, const ProcessMemory& process) {
  const MapCostSpec& costs = spec.map_cost;
  const std::int64_t batch = pages_of_batch(spec);
  const BackingSpec& backing = process.backing();
  const bool huge = backing.huge_pages;
  return {
      .pages = huge ? static_cast<std::uint64_t>(large_pages(process) * batch) : process.pages(),
      .fill = backing.populated ? sim::Duration{}
              : huge            ? costs.populate_2m
                                : batch * costs.populate_4k,
      .pin = huge ? sim::Duration{} : batch * costs.pin,
      .map = huge ? costs.map_2m : batch * costs.map_4k};
}

// Write sections of one thread.
std::int64_t sections(const PinThreadsSpec& threads, const ProcessMemory& process) {
  const std::uint64_t pages = process.pages();
  if (threads.counted == 0) return 1;
  return static_cast<std::int64_t>((pages + threads.counted - 1) / threads.counted);
}

}  // namespace

sim::Task<> Pin::attach(IoPageTable& table, Worker& worker) {
  const MappingSpec& rules = context_.costs.mapping;
  PinThreadsSpec threads = rules.pinning;
  threads.batch = static_cast<std::uint64_t>(pages_of_batch(context_.costs));
  if (rules.engine == MappingEngine::iommufd) threads.counted = 0;
  if (threads.threads > 1) {
    context_.memory.take_all(table.process());
    co_await pin_by_threads(table.process(), threads, worker);
  } else {
    const auto lock = co_await table.process().mmap_lock.write();
    context_.memory.take_all(table.process());
    worker.charge(cost(context_.costs.map_cost, table.process()));
    worker.charge(sections(threads, table.process()) * threads.section);
    co_await worker.pay();
  }
  context_.mapping.map_and_pin_everything(table);
}

sim::Task<> Pin::pin_by_threads(ProcessMemory& process, const PinThreadsSpec& threads,
                                Worker& worker) {
  PinThreads pinning(context_.simulation, context_.cores, process.mmap_lock, threads);
  co_await pinning.run(work_of(context_.costs, process), worker);
}

sim::Task<ResponseCode> Pin::handle(IoPageTable&, Faults faults, Worker&) {
  for (const PageFault& fault : faults) count(fault, Outcome::fatal);
  co_return ResponseCode::invalid;
}

std::unique_ptr<MemoryStrategy> make_strategy(const PinSpec&, const StrategyContext& context) {
  return std::make_unique<Pin>(context);
}

}  // namespace faultpath::models
