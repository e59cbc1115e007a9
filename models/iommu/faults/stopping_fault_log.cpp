// Recording, and stopping on overflow.
#include "models/iommu/faults/stopping_fault_log.hpp"

#include <utility>

namespace faultpath::models {

bool StoppingFaultLog::interrupts() { return !std::exchange(pending_, true); }

Recording StoppingFaultLog::record(const FaultRecord& fault) {
  if (overflow_) return {.stored = false};
  if (records_.size() < usable_entries()) {
    records_.push_back(fault);
    return {.interrupt = interrupts()};
  }
  overflow_ = true;
  return {.stored = false, .overflowed = true, .interrupt = interrupts()};
}

}  // namespace faultpath::models
