// Fault record thread: the driver of an IOMMU's primary fault queue.
#pragma once

#include <string>

#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/iommu/faults/primary_fault_queue.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/kernel/host_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"
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

/// Sleeps until an interrupt has been delivered, takes a CPU, reads and frees every record one by
/// one, and clears the overflow (Linux: dmar_fault(), arm_smmu_evtq_thread(),
/// amd_iommu_int_thread_evtlog()). Nobody is answered: there is nothing to answer.
class FaultRecordThread final : public InterruptTarget {
 public:
  explicit FaultRecordThread(const FaultRecordSetting& setting);
  FaultRecordThread(const FaultRecordThread&) = delete;
  FaultRecordThread& operator=(const FaultRecordThread&) = delete;

  void interrupt() override;

 private:
  sim::Process deliver();
  sim::Process thread();
  sim::Task<> read_all();

  sim::Simulation& simulation_;
  PrimaryFaultQueue& queue_;
  const std::string path_, delivery_name_;
  Worker worker_;
  RandomCost delivery_, wake_up_, per_record_;
  sim::Event raised_{"fault interrupt"};
};

}  // namespace faultpath::models
