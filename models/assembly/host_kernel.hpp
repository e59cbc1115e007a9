// The host's kernel of a system, and what its functions are attached to.
#pragma once

#include <memory>
#include <string>

#include "models/assembly/host_tables.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/cpu/processor.hpp"
#include "models/kernel/kernel.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// The path of the machine whose components serve faults.
inline const std::string kHost = "host";

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

/// A function, or one PASID of it, uses this table.
void attach(Kernel& kernel, Originator who, const HostTable& table);

}  // namespace faultpath::models
