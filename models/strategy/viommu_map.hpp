// viommu_map: a guest maps and unmaps every buffer through its virtual IOMMU.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/random_cost.hpp"
#include "models/strategy/dma_strategy.hpp"
#include "models/strategy/per_table.hpp"
#include "models/strategy/viommu_map_spec.hpp"
#include "sim/event.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"

namespace faultpath::models {

/// Each request of the guest is an exit; the VMM serves one at a time for a table: it pins and maps
/// (VFIO_IOMMU_MAP_DMA), or unmaps, waits for the invalidation, and unpins. Strict mode unmaps
/// before an operation ends. In lazy mode an operation ends at once and its pages stay accessible
/// until a flush, which is one request for all that wait: when the queue is full, or some time
/// after the first has entered it (Linux, iommu_dma_init_fq()). Operations that use a page at the
/// same time, or before it has been flushed, share its mapping. In a guest that is simulated the
/// requests are its exits, under the lock of its VMM.
class ViommuMap final : public DmaStrategy {
 public:
  ViommuMap(const StrategyContext& context, const ViommuMapSpec& spec)
      : DmaStrategy(context), spec_(spec) {}

  sim::Task<> attach(IoPageTable& table, Worker& worker) override;
  sim::Task<bool> before(IoPageTable& table, PageRange pages) override;
  sim::Task<> after(IoPageTable& table, PageRange pages) override;

 private:
  struct Guest {
    explicit Guest(const RandomCost& cost) : exit(cost) {}
    RandomCost exit;
    sim::Semaphore vmm{1, "virtual IOMMU"};
    std::vector<PageRange> flush_queue;  // lazy: unmapped by the guest, and not yet by the host
    sim::Event filled{"flush queue"};    // notified when one enters it
  };
  /// Gives back those of the pages that no operation uses, each run of them by itself.
  sim::Task<> unmap(IoPageTable& table, PageRange pages, Worker& worker);
  sim::Task<> flush(IoPageTable& table);
  sim::Process flush_in_time(IoPageTable& table);

  ViommuMapSpec spec_;
  PerTable<Guest> guests_;
};

}  // namespace faultpath::models
