// Drain procedure: what software does before what a device has used is used again.
#pragma once

#include "models/base/messages.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/prq/prq_thread.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Source: VT-d 7.10; Linux, intel_iommu_drain_pasid_prq().
class DrainProcedure {
 public:
  DrainProcedure(PrqThread& thread, WorkQueue& work, IopfCore& core, IommuPort& iommu)
      : thread_(thread), work_(work), core_(core), iommu_(iommu) {}

  /// Waits until the queue holds no request of `who` and the work queue has served what was in it;
  /// then invalidates with a wait, by which every answer has got to the device; that again while an
  /// overflow is set, whose answers may be on their way. Groups that a handler holds without
  /// working on them are not waited for. Requires that the requests of `who` have got to the queue.
  sim::Task<> drain(Originator who);
  /// An invalidation, behind which the requests of `who` have got to the queue; where accesses
  /// stall also a CMD_STALL_TERM, behind which none comes. Then a drain. What is left of a whole
  /// function is removed from the fault core.
  sim::Task<> quiesce(Originator who);

 private:
  PrqThread& thread_;
  WorkQueue& work_;
  IopfCore& core_;
  IommuPort& iommu_;
};

}  // namespace faultpath::models
