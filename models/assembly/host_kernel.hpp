// The host's kernel of a system, and what its functions are attached to.
#pragma once

#include <memory>
#include <string>

#include "models/assembly/host_tables.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/cpu/processor.hpp"
#include "models/kernel/kernel.hpp"
#include "models/kernel/paging/page_events.hpp"
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

/// What guests run on. `spec` and everything else outlive them.
GuestHost guest_host(const SystemSpec& spec, const HostParts& parts, Kernel& kernel,
                     PageStore& store, const StatisticsWindow& window);

/// `spec` outlives the kernel.
std::unique_ptr<Kernel> make_host_kernel(const SystemSpec& spec, const HostParts& parts);

/// The driver of a function at `device` that translates by these tables, if its strategy is
/// on-demand paging; else null. `spec` and the table outlive it.
std::shared_ptr<PageEvents> make_page_events(const SystemSpec& spec, const HostParts& parts,
                                             const Kernel& kernel, FaultLog& faults,
                                             ProgressWatch& watch, const HostTable& table,
                                             const std::string& device);

/// A function, or one PASID of it, uses this table, and the context says who handles its faults.
void attach(Kernel& kernel, Originator who, const HostTable& table,
            const ContextSpec& context = {});

}  // namespace faultpath::models
