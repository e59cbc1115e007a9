// Faults of the second stage: what the host does before a guest is asked about its first stage.
#pragma once

#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/cpu/worker.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/fault_group.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/memory/guest_memory.hpp"
#include "models/memory/io_mapping.hpp"
#include "models/memory/memory.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What the host's handler works with.
struct SecondStageSetting {
  sim::Simulation& simulation;
  const HostSpec& host;
  const SecondStageSpec& spec;
  Memory& memory;
  IoMapping& mapping;
  MemoryStrategy& first_stage;
  /// Requests say what is missing (stall records). Else the host walks the first stage by software.
  bool miss_is_known = false;
  std::string host_path;  ///< of the machine: this is a component of it
};

/// Requires spaces with guest memory on demand. For each request of a group, in order, it finds out
/// what the walk misses first. A guest page, data or table, is made resident and mapped; nothing
/// else of the way to the page is looked at, so that a retry finds the next. With a grant as asked
/// it is read-only until a fault wants to write it. The other requests go to the strategy of the
/// first stage, together. The group is answered once: Success, or Invalid as soon as one request
/// cannot be served.
class SecondStageFaults {
 public:
  explicit SecondStageFaults(const SecondStageSetting& setting);

  /// As MemoryStrategy::handle().
  sim::Task<ResponseCode> handle(FaultGroup& group, Worker& worker);

  ServiceStats served(DeviceIndex device) const { return served_.of(device); }

 private:
  WalkMiss find(const FaultGroup& group, const PageRequest& request, Worker& worker);
  sim::Task<FaultOutcome> serve(GuestMemory& guest, GpaPage page, bool write, Worker& worker);
  sim::Task<FaultOutcome> serve_leaf(AddressSpace& table, IovaPage page, Worker& worker);
  sim::Task<FaultOutcome> map(AddressSpace& table, IovaPage page, Worker& worker);

  SecondStageSetting setting_;
  RandomCost software_walk_;
  ServiceCounts served_;
};

}  // namespace faultpath::models
