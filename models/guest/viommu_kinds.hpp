// The kinds of virtual IOMMU. One line a kind.
#pragma once

#include <memory>
#include <string>

#include "models/cpu/virtual_cpus.hpp"
#include "models/guest/viommu_spec.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/guest/vmm_spec.hpp"
#include "models/iommu/iommu_port.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

class Vmm;

/// What each kind may need besides its spec.
struct VirtualIommuSetting {
  sim::Simulation& simulation;
  IommuPort& host;  ///< the host's IOMMU
  Vmm& vmm;
  Processor& cores;           ///< of the host
  VirtualCpus& virtual_cpus;  ///< of the guest; the first has the page request interrupt
  InterruptBy interrupt;
  const sim::DistributionSpec& work_wake_up;  ///< of the host's work queues
  std::string path;
};

std::unique_ptr<VirtualIommu> make_viommu(const VirtualIommuSpec& spec,
                                          const VirtualIommuSetting& setting);

}  // namespace faultpath::models
