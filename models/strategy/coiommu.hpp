// coiommu: guest and host share what is mapped and pinned; exits are for pages that are not.
#pragma once

#include <cstdint>
#include <deque>

#include "models/cpu/random_cost.hpp"
#include "models/strategy/coiommu_spec.hpp"
#include "models/strategy/dma_strategy.hpp"
#include "models/strategy/per_table.hpp"
#include "models/strategy/tracking_entry.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// Before an operation the guest counts its pages in the shared table. It goes on at once if the
/// host has pinned all of them ("smart pinning"); else it notifies the host once for all that are
/// missing, which pins and maps each. After the operation it only counts down ("lazy unpinning").
/// Pages stay pinned until the host's timer finds them idle in two rounds in a row. Sources: crosvm
/// devices/src/pci/coiommu.rs; Tian et al., ATC 2020.
class Coiommu final : public DmaStrategy {
 public:
  Coiommu(const StrategyContext& context, const CoiommuSpec& spec)
      : DmaStrategy(context), spec_(spec) {}

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<bool> before(IoPageTable& table, PageRange pages) override;
  sim::Task<> after(IoPageTable& table, PageRange pages) override;

 private:
  struct Pinned {
    IovaPage page;
    std::uint32_t busy = 0;  // rounds that have found it in use
  };
  using Generation = std::deque<Pinned>;
  struct Guest {
    explicit Guest(const RandomCost& cost) : exit(cost) {}
    RandomCost exit;
    sim::Semaphore vmm{1, "coIOMMU"};  // one notification, or one page to unpin, at a time
    Generation young, old;             // in the order of pinning, or of the last look
  };
  static TrackingEntry entry_of(IoPageTable& table, IovaPage page) {
    return TrackingEntry(table.entry(page).note);
  }
  sim::Task<> track(PageRange pages);
  /// False: there is no memory.
  sim::Task<bool> notify(IoPageTable& table, PageRange pages);
  sim::Process unpin_in_time(IoPageTable& table);
  sim::Task<> look_through(IoPageTable& table, Generation& generation, std::uint64_t& left);
  sim::Task<bool> unpin(IoPageTable& table, IovaPage page);

  CoiommuSpec spec_;
  PerTable<Guest> guests_;
};

}  // namespace faultpath::models
