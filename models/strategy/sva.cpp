// Faults of a device on the address space of a process.
#include "models/strategy/sva.hpp"

#include <optional>

namespace faultpath::models {

sim::Task<> Sva::attach(IoPageTable& table, Worker&) {
  watch(table);
  table.tracks_use = table.is_view = true;
  table.dirty_by_software = context_.dirty_by_software;
  co_return;
}

sim::Task<ResponseCode> Sva::handle(IoPageTable& table, Faults faults, Worker& worker) {
  for (const PageFault& fault : faults) {
    std::optional<sim::RwLockHold> lock;
    if (others_write()) lock.emplace(co_await read_lock(table.process(), worker));
    Outcome outcome = Outcome::fatal;
    if (permits(table.process(), fault.page, fault.write)) {
      const FaultAccess access{.write = fault.write};
      const Residency residency = co_await table.process().fault_in(fault.page, worker, access);
      outcome = map(table, fault, residency);
    }
    if (lock) co_await unlock(lock, worker);
    count(fault, outcome);
    if (outcome == Outcome::fatal) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

MemoryStrategy::Outcome Sva::map(IoPageTable& table, const PageFault& fault, Residency residency) {
  if (!is_there(residency)) return Outcome::fatal;
  const bool served = residency != Residency::present;  // and perhaps entered with its neighbours
  if (table.is_mapped(fault.page)) {
    IoEntry& entry = table.entry(fault.page);
    stats_.access_flag_faults += entry.has(kOld) && fault.counted;
    entry.clear(kOld);
    const bool granted = fault.write && table.grant_write(fault.page);
    return granted || served ? outcome_of(residency) : Outcome::spurious;
  }
  context_.mapping.map(table, fault.page);
  if (fault.write && table.dirty_by_software) table.grant_write(fault.page);
  return outcome_of(residency);
}

std::unique_ptr<MemoryStrategy> make_strategy(const SvaSpec&, const StrategyContext& context) {
  return std::make_unique<Sva>(context);
}

}  // namespace faultpath::models
