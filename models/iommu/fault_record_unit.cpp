// From a refusal to its record.
#include "models/iommu/fault_record_unit.hpp"

#include "models/iommu/faults/fault_queues.hpp"

namespace faultpath::models {

FaultRecordUnit::FaultRecordUnit(const UnitSetting& setting, IommuStats& stats)
    : simulation_(setting.simulation),
      window_(setting.window),
      functions_(setting.functions),
      stats_(stats),
      queue_(make_fault_queue(setting.spec)) {}

void FaultRecordUnit::record(const FaultRecord& fault) {
  const Recording recording = queue_ != nullptr ? queue_->record(fault) : Recording{};
  FunctionStats& stats = functions_[fault.device].stats;
  stats.faults_logged += fault.counted && recording.stored;
  stats.records_lost += fault.counted && !recording.stored;
  stats_.fault_queue_overflows += recording.overflowed && window_.covers(simulation_.now());
  if (recording.interrupt && target_ != nullptr) target_->interrupt();
}

}  // namespace faultpath::models
