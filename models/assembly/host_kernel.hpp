// The host's kernel of a system, and what its functions are attached to.
#pragma once

#include <memory>
#include <string>

#include "models/assembly/system_spec.hpp"
#include "models/cpu/processor.hpp"
#include "models/kernel/kernel.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The path of the machine whose components serve faults.
inline const std::string kHost = "host";

/// The second stage may miss.
bool guests_fault(const IommuSpec& iommu);

/// What the host's kernel is made of besides its spec.
struct HostParts {
  sim::Simulation& simulation;
  Processor& processor;
  IommuPort& iommu;
  Memory& memory;
  IoMapping& mapping;
};

/// `spec` outlives the kernel.
std::unique_ptr<Kernel> make_host_kernel(const SystemSpec& spec, const HostParts& parts);

/// A function of `device` uses `table`; each of its contexts has a PASID of its own where the
/// strategy binds PASIDs.
void attach_function(Kernel& kernel, const SystemSpec& spec, const DeviceSpec& device,
                     DeviceIndex index, AddressSpace& table, MemoryStrategy& strategy);

}  // namespace faultpath::models
