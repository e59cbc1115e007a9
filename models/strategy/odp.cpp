// Faulting a range in, and writing it to the device if nothing of it has gone since.
#include "models/strategy/odp.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace faultpath::models {
namespace {

/// HMM_RANGE_DEFAULT_TIMEOUT, after which an event ends in an error.
constexpr sim::Duration kPatience = sim::milliseconds(1'000);

}  // namespace

Odp::Writer::Writer(sim::Simulation& simulation, const PagingSpec& spec, const std::string& path)
    : update(simulation, spec.update, path, "update of the device's translations") {}

sim::Task<> Odp::attach(IoPageTable& table, Worker& worker) {
  MapCostSpec costs = context_.costs.map_cost;
  costs.unmap_4k += spec_.invalidation;
  notifiers_.emplace_back(table, context_.mapping, context_.caches, costs);
  const std::string path = table.name() + "/" + std::to_string(writers_.size());
  writers_.emplace(&table, std::make_unique<Writer>(context_.simulation, spec_, path));
  if (!table.nonfaultable.empty()) co_await pin_nonfaultable(table, worker);
}

sim::Task<ResponseCode> Odp::handle(IoPageTable& table, Faults faults, Worker& worker) {
  const sim::Time deadline = context_.simulation.now() + kPatience;
  const auto may_be_served = [&](const PageFault& fault) {
    return permits(table.process(), fault.page, fault.write);
  };
  std::vector<Outcome> outcomes(faults.size(), Outcome::spurious);
  bool served = std::ranges::all_of(faults, may_be_served);
  while (served) {
    served = co_await fault_in(table, faults, outcomes, worker);
    if (!served) break;
    const sim::SemaphoreUnit unit = co_await lock(*writers_.at(&table), worker);
    if (are_settled(table, faults)) {
      co_await write(table, faults, worker);
      break;
    }
    stats_.interval_retries += context_.window.covers(context_.simulation.now());
    served = context_.simulation.now() < deadline;
  }
  for (std::size_t i = 0; i < faults.size(); ++i) {
    count(faults[i], served ? outcomes[i] : Outcome::fatal);
    if (!served) co_return ResponseCode::invalid;
  }
  co_return ResponseCode::success;
}

// What is not there in the end is left out: nobody waits for it.
sim::Task<> Odp::prefetch(IoPageTable& table, IovaPage first, std::uint64_t pages, Worker& worker) {
  std::vector<PageFault> faults;
  for (std::uint64_t i = 0; i < pages && table.contains(first + i); ++i) {
    if (table.is_mapped(first + i)) continue;
    faults.emplace_back().page = first + i;
  }
  if (faults.empty()) co_return;
  std::vector<Outcome> outcomes(faults.size());
  if (!co_await fault_in(table, faults, outcomes, worker)) co_return;
  const sim::SemaphoreUnit unit = co_await lock(*writers_.at(&table), worker);
  co_await write(table, faults, worker);
}

// False when there is no memory.
sim::Task<bool> Odp::fault_in(IoPageTable& table, Faults faults, Outcomes outcomes,
                              Worker& worker) {
  std::optional<sim::RwLockHold> held;
  if (others_write()) held.emplace(co_await read_lock(table.process(), worker));
  bool there = true;
  for (std::size_t i = 0; i < faults.size() && there; ++i) {
    if (table.is_mapped(faults[i].page)) continue;
    const Residency residency = co_await table.process().fault_in(faults[i].page, worker);
    there = is_there(residency);
    if (outcomes[i] == Outcome::spurious) outcomes[i] = outcome_of(residency);
    worker.charge(spec_.driver_page);
  }
  if (held) co_await unlock(held, worker);
  co_return there;
}

bool Odp::are_settled(const IoPageTable& table, Faults faults) {
  return std::ranges::all_of(faults, [&](const PageFault& fault) {
    return table.is_mapped(fault.page) || table.process().is_settled(fault.page);
  });
}

// The mutex, for which a thread sleeps.
sim::Task<sim::SemaphoreUnit> Odp::lock(Writer& writer, Worker& worker) {
  co_await worker.pay();
  if (writer.mutex.try_take()) co_return sim::SemaphoreUnit(writer.mutex);
  worker.leave();
  co_await writer.mutex.take();
  co_await worker.enter();
  co_return sim::SemaphoreUnit(writer.mutex);
}

// The handler sleeps until the device has written its translations.
sim::Task<> Odp::write(IoPageTable& table, Faults faults, Worker& worker) {
  const auto missing = [&](const PageFault& fault) { return !table.is_mapped(fault.page); };
  const auto pages = std::ranges::count_if(faults, missing);
  if (pages == 0) co_return;
  worker.charge(pages * context_.costs.map_cost.map_4k);
  co_await worker.pay();
  worker.leave();
  co_await context_.simulation.delay(
      writers_.at(&table)->update() + (pages - 1) * spec_.update_page,
      {"update of the device's translations", table.name().c_str()});
  co_await worker.enter();
  for (const PageFault& fault : faults) {
    if (missing(fault) && table.process().is_settled(fault.page)) {
      context_.mapping.map(table, fault.page);
    }
  }
}

std::unique_ptr<MemoryStrategy> make_strategy(const OdpSpec& spec, const StrategyContext& context) {
  return std::make_unique<Odp>(context, spec);
}

}  // namespace faultpath::models
