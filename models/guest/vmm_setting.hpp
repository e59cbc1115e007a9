// What a VMM works with.
#pragma once

#include <string>

#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/guest/vmm_spec.hpp"
#include "models/iommu/iommu_port.hpp"
#include "models/kernel/iopf_core.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct VmmSetting {
  sim::Simulation& simulation;
  const VmmSpec& spec;
  Processor& cores;         ///< of the host
  Processor& virtual_cpus;  ///< of the guest
  sim::Semaphore& lock;     ///< of the VMM
  IopfCore& core;           ///< of the host
  IommuPort& iommu;         ///< of the host
  const StatisticsWindow& window;
  std::string path;
  bool files_per_device = false;  ///< a PASID has no fault file of its own
};

}  // namespace faultpath::models
