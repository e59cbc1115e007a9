// The driver of the SMMUv3 event queue.
#pragma once

#include "models/iommu/queues/smmu_event_queue.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// Source: Linux arm-smmu-v3. Entries are freed one by one, arrivals meanwhile included. Each stall
/// event is a group with one request, whose index is its STAG. An overflow is acknowledged when the
/// queue is empty; it has no groups to discard.
class SmmuStallDriver final : public PrqThread {
 public:
  SmmuStallDriver(const PrqSetting& setting, SmmuEventQueue& queue)
      : PrqThread(setting), queue_(queue) {}

 private:
  sim::Task<> run_once() override;

  SmmuEventQueue& queue_;
};

}  // namespace faultpath::models
