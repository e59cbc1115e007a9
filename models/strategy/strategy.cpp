// What all strategies share.
#include "models/strategy/strategy.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

sim::Task<> MemoryStrategy::attach(IoPageTable& table, Worker& worker) {
  watch(table);
  if (!table.nonfaultable.empty()) co_await pin_nonfaultable(table, worker);
}

sim::Task<std::uint64_t> MemoryStrategy::pin_nonfaultable(IoPageTable& table, Worker& worker) {
  std::uint64_t pinned = 0;
  for (const PageRange& range : table.nonfaultable) {
    pinned += co_await pin_range(table, range, worker);
  }
  co_return pinned;
}

sim::Task<std::uint64_t> MemoryStrategy::pin_range(IoPageTable& table, PageRange range,
                                                   Worker& worker) {
  std::uint64_t pinned = 0;
  for (std::uint64_t i = 0; i < range.pages; ++i) {
    const IovaPage page = range.first + i;
    if (table.is_mapped(page)) continue;  // ranges may overlap
    const Residency residency = co_await table.process().fault_in(page, worker);
    if (residency == Residency::killed) {
      throw sim::StuckError(table.process().name() +
                            " was killed before its devices started: host.memory_cgroup.max or "
                            "host.memory, with host.swap.size, has no room for it");
    }
    ENSURE(is_there(residency), "what is pinned at attach fits into memory");
    worker.charge(context_.costs.map_cost.map_4k);
    context_.mapping.map(table, page);
    pin(table, page, worker);
    ++pinned;
  }
  co_return pinned;
}

// Behind a writer, who holds the lock or waits for it, the worker sleeps until it has it.
sim::Task<sim::RwLockHold> MemoryStrategy::read_lock(ProcessMemory& process, Worker& worker) {
  co_await worker.pay();  // the lock is taken now
  const bool contended = process.mmap_lock.written() || process.mmap_lock.waiting() > 0;
  if (contended) worker.leave();
  sim::RwLockHold lock = co_await process.mmap_lock.read();
  if (contended) co_await worker.enter();
  co_return lock;
}

sim::Task<sim::RwLockHold> MemoryStrategy::write_lock(ProcessMemory& process, Worker& worker) {
  co_await worker.pay();
  sim::RwLock& mmap_lock = process.mmap_lock;
  const bool contended = mmap_lock.written() || mmap_lock.readers() + mmap_lock.waiting() > 0;
  if (contended) worker.leave();
  sim::RwLockHold lock = co_await mmap_lock.write();
  if (contended) co_await worker.enter();
  co_return lock;
}

sim::Task<> MemoryStrategy::unlock(std::optional<sim::RwLockHold>& lock, Worker& worker) {
  if (!lock) co_return;
  co_await worker.pay();
  lock.reset();
}

void MemoryStrategy::pin(IoPageTable& table, IovaPage page, Worker& worker) {
  context_.memory.leave_lists(table.process(), page);
  worker.charge(context_.costs.map_cost.pin);
  context_.mapping.pin(table, page);
}

sim::Task<> MemoryStrategy::prefetch(IoPageTable&, IovaPage, std::uint64_t, Worker&) { co_return; }

void MemoryStrategy::used(IoPageTable&, IovaPage) {}

void ServiceCounts::count(const PageFault& fault, FaultOutcome outcome, unsigned stage) {
  if (!fault.counted) return;
  if (fault.device.value >= devices_.size()) devices_.resize(fault.device.value + 1);
  devices_[fault.device.value].count(outcome, stage);
}

ServiceStats ServiceCounts::of(DeviceIndex device) const {
  return device.value < devices_.size() ? devices_[device.value] : ServiceStats{};
}

void ServiceStats::count(FaultOutcome outcome, unsigned stage) {
  switch (outcome) {
    case FaultOutcome::minor:
      ++faults_minor;
      break;
    case FaultOutcome::major:
      ++faults_major;
      break;
    case FaultOutcome::spurious:
      ++faults_spurious;
      return;
    case FaultOutcome::fatal:
      ++requests_unserved;
      return;
  }
  ++(stage == 1 ? faults_stage1 : faults_stage2);
}

FaultOutcome outcome_of(Residency residency) {
  switch (residency) {
    case Residency::present:
    case Residency::minor:
      return FaultOutcome::minor;
    case Residency::major:
      return FaultOutcome::major;
    case Residency::out_of_memory:
    case Residency::refused:
    case Residency::killed:
      return FaultOutcome::fatal;
  }
  return FaultOutcome::fatal;
}

std::unique_ptr<MemoryStrategy> make_strategy(const StrategySpec& spec,
                                              const StrategyContext& context) {
  return std::visit([&](const auto& kind) { return make_strategy(kind, context); }, spec.kind);
}

}  // namespace faultpath::models
