// Fault record unit: counts the faults that cannot be recovered, and stores their records.
#pragma once

#include <memory>

#include "models/iommu/faults/primary_fault_queue.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/iommu/iommu_stats.hpp"
#include "models/iommu/unit_setting.hpp"

namespace faultpath::models {

/// A refused translation request, a page request that fails for its configuration, an untranslated
/// access that is terminated: each leaves a record. Without a queue every record finds room and
/// nobody reads it.
class FaultRecordUnit {
 public:
  /// `stats` outlives this.
  FaultRecordUnit(const UnitSetting& setting, IommuStats& stats);

  void connect(InterruptTarget& target) { target_ = &target; }
  void record(const FaultRecord& fault);

  /// Null unless the scenario has one.
  PrimaryFaultQueue* queue() const { return queue_.get(); }

 private:
  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  FunctionTable& functions_;
  IommuStats& stats_;
  std::unique_ptr<PrimaryFaultQueue> queue_;
  InterruptTarget* target_ = nullptr;
};

}  // namespace faultpath::models
