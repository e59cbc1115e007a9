// The driver of the SMMUv3 PRI queue.
#pragma once

#include "models/iommu/queues/smmu_pri_queue.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// Source: Linux arm-smmu-v3 with the series "Add support for PRI" (v7, 2020). Entries are freed
/// one by one, arrivals meanwhile included; then an overflow is acknowledged and all partial groups
/// are discarded.
class SmmuPriDriver final : public PrqThread {
 public:
  SmmuPriDriver(const PrqSetting& setting, SmmuPriQueue& queue)
      : PrqThread(setting), queue_(queue) {}

 private:
  sim::Task<> run_once() override;

  SmmuPriQueue& queue_;
};

}  // namespace faultpath::models
