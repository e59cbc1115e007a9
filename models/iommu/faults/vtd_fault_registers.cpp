// Recording in turn, and losing.
#include "models/iommu/faults/vtd_fault_registers.hpp"

namespace faultpath::models {

Recording VtdFaultRegisters::record(const FaultRecord& fault) {
  if (overflow_) return {.stored = false};
  const bool quiet = pending_ == 0;
  if (registers_[next_]) {
    overflow_ = true;
    return {.stored = false, .overflowed = true, .interrupt = quiet};
  }
  registers_[next_] = fault;
  next_ = (next_ + 1) % registers_.size();
  ++pending_;
  return {.interrupt = quiet};
}

void VtdFaultRegisters::free_oldest() {
  registers_[read_].reset();
  read_ = (read_ + 1) % registers_.size();
  --pending_;
}

}  // namespace faultpath::models
