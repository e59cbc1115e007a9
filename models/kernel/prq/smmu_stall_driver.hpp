// The driver of the SMMUv3 event queue.
#pragma once

#include "models/iommu/queues/smmu_event_queue.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// Source: Linux arm-smmu-v3. Entries are freed one by one, arrivals meanwhile included. Each stall
/// event is a group with one request, whose index is its STAG. An overflow is acknowledged when the
/// queue is empty; it has no groups to discard. With registers that are trapped: a look at the
/// producer index finds what is there, each entry that is freed is a write to the consumer index,
/// and the last look finds nothing (queue_remove_raw(), queue_sync_prod_in()).
class SmmuStallDriver final : public PrqThread {
 public:
  SmmuStallDriver(const PrqSetting& setting, SmmuEventQueue& queue)
      : PrqThread(setting), queue_(queue) {}

 private:
  sim::Task<> run_once() override;

  SmmuEventQueue& queue_;
};

}  // namespace faultpath::models
