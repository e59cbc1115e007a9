// Fault record thread: the driver of an IOMMU's primary fault queue.
#pragma once

#include <string>

#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/iommu/faults/primary_fault_queue.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/kernel/threaded_interrupt.hpp"
#include "sim/distribution.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct FaultRecordSetting {
  sim::Simulation& simulation;
  Processor& processor;
  const InterruptSpec& interrupt;
  sim::DistributionSpec per_record;  ///< reading a record, and the line of the kernel's log
  PrimaryFaultQueue& queue;
  std::string host;  ///< path of the machine
};

/// Woken by an interrupt, it reads and frees every record one by one, and clears the overflow
/// (Linux: dmar_fault(), arm_smmu_evtq_thread(), amd_iommu_int_thread_evtlog()). Nobody is
/// answered: there is nothing to answer.
class FaultRecordThread final : public InterruptTarget {
 public:
  explicit FaultRecordThread(const FaultRecordSetting& setting);
  FaultRecordThread(const FaultRecordThread&) = delete;
  FaultRecordThread& operator=(const FaultRecordThread&) = delete;

  void interrupt() override { interrupt_.send(); }

 private:
  sim::Task<> read_all();

  PrimaryFaultQueue& queue_;
  ThreadedInterrupt interrupt_;
  RandomCost per_record_;
};

}  // namespace faultpath::models
