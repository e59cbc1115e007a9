// What a scenario says about a guest: a machine of its own, and the VMM that runs it.
#pragma once

#include <cstdint>
#include <string>

#include "models/guest/viommu_spec.hpp"
#include "models/guest/vmm_spec.hpp"
#include "models/kernel/host_spec.hpp"

namespace faultpath::models {

/// From the injection of the page request interrupt to the guest's interrupt thread.
struct GuestInterruptSpec : InterruptSpec {
  GuestInterruptSpec() {
    /// A posted interrupt reaches a running virtual CPU: 1 to 3 us (assumed).
    delivery = sim::ConstantSpec{sim::microseconds(2)};
    /// From there to the thread: 2 to 5 us (assumed).
    wake_up = sim::ConstantSpec{sim::microseconds(3)};
    /// With the fault core of the guest, and the worker: 1.5 to 6 us (assumed).
    per_request = sim::ConstantSpec{sim::nanoseconds(500)};
  }
};
struct GuestWorkQueueSpec : WorkQueueSpec {
  GuestWorkQueueSpec() { wake_up = sim::ConstantSpec{sim::nanoseconds(1'500)}; }
};

struct GuestSpec {
  std::string name;
  std::uint32_t count = 1;  ///< like guests; instance i of a device uses number i modulo count
  std::uint64_t memory = 1ULL << 30;  ///< bytes (assumed)
  std::uint32_t vcpus = 1;            ///< virtual CPUs (assumed)
  VirtualIommuSpec viommu;
  VmmSpec vmm;
  // Of its kernel and its memory, as of a host.
  Era era = Era::v6_9;
  GuestInterruptSpec interrupt;
  GuestWorkQueueSpec work_queue;
  /// Writing a response or invalidation descriptor, before the exit for the tail (assumed).
  sim::DistributionSpec submit = sim::ConstantSpec{sim::nanoseconds(150)};
  PageFaultSpec page_fault;
  SwapSpec swap;
  MapCostSpec map_cost;
  ReclaimSpec reclaim;
};

}  // namespace faultpath::models
