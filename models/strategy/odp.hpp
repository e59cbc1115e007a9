// odp: on-demand paging of a NIC, whose driver writes the device's own translations (mlx5).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "models/cpu/random_cost.hpp"
#include "models/strategy/odp_spec.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// All pages of an event are made resident, then mapped one by one and written to the device
/// together. Between the two the notifier may take one away: then the event begins anew, for at
/// most a second. A table has one writer at a time. Source: Linux,
/// drivers/infiniband/core/umem_odp.c and mm/hmm.c.
class Odp final : public MemoryStrategy {
 public:
  Odp(const StrategyContext& context, const OdpSpec& spec) : MemoryStrategy(context), spec_(spec) {}

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<ResponseCode> handle(IoPageTable& table, Faults faults, Worker& worker) override;
  sim::Task<> prefetch(IoPageTable& table, IovaPage first, std::uint64_t pages,
                       Worker& worker) override;
  bool may_invalidate() const override { return !context_.memory.never_reclaims(); }

 private:
  /// Of each table.
  struct Writer {
    Writer(sim::Simulation& simulation, const PagingSpec& spec, const std::string& path);
    sim::Semaphore mutex{1, "translations of the device"};
    RandomCost update;
  };
  using Outcomes = std::span<Outcome>;

  sim::Task<bool> fault_in(IoPageTable& table, Faults faults, Outcomes outcomes, Worker& worker);
  sim::Task<> write(IoPageTable& table, Faults faults, Worker& worker);
  static bool are_settled(const IoPageTable& table, Faults faults);
  sim::Task<sim::SemaphoreUnit> lock(Writer& writer, Worker& worker);

  OdpSpec spec_;
  std::unordered_map<const IoPageTable*, std::unique_ptr<Writer>> writers_;
};

}  // namespace faultpath::models
