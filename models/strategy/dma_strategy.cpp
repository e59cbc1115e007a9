// Mapping and pinning pages for operations, and giving them back.
#include "models/strategy/dma_strategy.hpp"

#include <optional>
#include <utility>

namespace faultpath::models {

sim::Task<> DmaStrategy::attach(IoPageTable& table, Worker& worker) {
  co_await MemoryStrategy::attach(table, worker);
  for (const PageRange& range : table.nonfaultable) {
    for (std::uint64_t i = 0; i < range.pages; ++i) ++table.entry(range.first + i).note;
  }
}

sim::Task<ResponseCode> DmaStrategy::handle(IoPageTable&, Faults faults, Worker&) {
  for (const PageFault& fault : faults) count(fault, Outcome::fatal);
  co_return ResponseCode::invalid;
}

sim::Task<GuestExits::Service> DmaStrategy::request(sim::Semaphore& vmm, RandomCost& exit,
                                                    Worker& worker, std::uint64_t requests) {
  if (exits_ != nullptr) {
    if (!worker.on_core()) co_await worker.enter();
    co_await worker.pay();
    co_return co_await exits_->request(worker, requests);
  }
  GuestExits::Service turn;
  turn.lock.emplace(co_await vmm.hold());
  stats_.vm_exits += context_.window.counts(context_.simulation.now());
  co_await context_.simulation.delay(exit(), {"a request to the VMM", "exit"});
  co_await worker.enter();
  co_return turn;
}

sim::Task<bool> DmaStrategy::prepare(IoPageTable& table, PageRange pages, Worker& worker) {
  if (exits_ == nullptr) co_return true;
  co_await worker.enter();
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const IovaPage page = pages.first + i;
    const bool there = co_await bring_in(table, page, worker);
    if (!there) {
      release(table, {pages.first, i});
      co_return false;
    }
    context_.memory.leave_lists(table.process(), page);
    ++table.process().frame(page).pins;
  }
  co_return true;
}

void DmaStrategy::release(IoPageTable& table, PageRange pages) {
  if (exits_ == nullptr) return;
  for (std::uint64_t i = 0; i < pages.pages; ++i) {
    const IovaPage page = pages.first + i;
    if (--table.process().frame(page).pins > 0) continue;
    context_.memory.list_again(table.process(), page);
  }
}

// get_user_pages() looks at the page table first, and faults only where it finds nothing.
sim::Task<bool> DmaStrategy::bring_in(IoPageTable& table, IovaPage page, Worker& worker) {
  ProcessMemory& process = table.process();
  if (process.is_settled(page)) co_return true;
  std::optional<sim::RwLockHold> lock;
  if (others_write()) lock.emplace(co_await read_lock(process, worker));
  bool present = co_await fault_in(process, page, worker);
  if (lock) co_await unlock(lock, worker);
  while (present && !process.is_settled(page)) present = co_await fault_in(process, page, worker);
  co_return present;
}

sim::Task<bool> DmaStrategy::take(IoPageTable& table, IovaPage page, Worker& worker) {
  const bool present = co_await bring_in(table, page, worker);
  if (!present) co_return false;
  const LockedAccounts& accounts = context_.mapping.accounts();
  if (accounts.refuses(table.process())) {  // type1 looks before it charges
    worker.charge(context_.costs.map_cost.pin);
    count_refusal();
    co_return false;
  }
  if (!table.is_mapped(page)) {
    worker.charge(context_.costs.map_cost.map_4k);
    context_.mapping.map(table, page);
  }
  pin(table, page, worker);
  if (!accounts.exceeded(table.process())) co_return true;
  count_refusal();  // iommufd looks when it has pinned and mapped
  co_await give_back(table, PageRange{page, 1}, worker);
  co_return false;
}

void DmaStrategy::count_refusal() {
  stats_.pins_refused += context_.window.counts(context_.simulation.now());
}

sim::Task<bool> DmaStrategy::fault_in(ProcessMemory& process, IovaPage page, Worker& worker) {
  const Residency residency = co_await process.fault_in(page, worker);
  co_return is_there(residency);
}

sim::Task<> DmaStrategy::give_back(IoPageTable& table, PageRange pages, Worker& worker) {
  std::vector<IovaPage> list;
  list.reserve(pages.pages);
  for (std::uint64_t i = 0; i < pages.pages; ++i) list.push_back(pages.first + i);
  return give_back(table, std::move(list), pages, worker);
}

sim::Task<> DmaStrategy::give_back(IoPageTable& table, std::vector<IovaPage> pages,
                                   Worker& worker) {
  return give_back(table, std::move(pages), {table.first(), table.span()}, worker);
}

// Faults on the pages wait from the unmapping on until nobody can reach them any more.
sim::Task<> DmaStrategy::give_back(IoPageTable& table, std::vector<IovaPage> pages,
                                   PageRange invalidated, Worker& worker) {
  ProcessMemory& process = table.process();
  for (const IovaPage page : pages) {
    co_await context_.memory.begin_release(process, page, worker);
    worker.charge(context_.costs.map_cost.unmap_4k);
  }
  worker.charge(context_.submit);
  co_await worker.pay();
  for (const IovaPage page : pages) context_.mapping.unmap(table, page);
  co_await caches().invalidate(table, invalidated.first, invalidated.pages);
  for (const IovaPage page : pages) {
    context_.mapping.unpin(table, page);
    context_.memory.end_release(process, page);
  }
}

}  // namespace faultpath::models
