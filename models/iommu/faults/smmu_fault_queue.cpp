// Recording and overflow of the event queue.
#include "models/iommu/faults/smmu_fault_queue.hpp"

namespace faultpath::models {

Recording SmmuFaultQueue::record(const FaultRecord& fault) {
  if (records_.size() < entries_) {
    records_.push_back(fault);
    return {.interrupt = records_.size() == 1};
  }
  const bool begins = !overflow_;
  overflow_ = true;
  return {.stored = false, .overflowed = begins};
}

}  // namespace faultpath::models
