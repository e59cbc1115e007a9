// What a scenario says about a guest: a machine of its own, and the VMM that runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/cpu/virtual_cpus_spec.hpp"
#include "models/guest/behaviour_spec.hpp"
#include "models/guest/cpu_second_stage_spec.hpp"
#include "models/guest/migration_spec.hpp"
#include "models/guest/viommu_spec.hpp"
#include "models/guest/vmm_spec.hpp"
#include "models/kernel/host_spec.hpp"

namespace faultpath::models {

/// The guest's interrupt thread, once a virtual CPU has the interrupt.
struct GuestInterruptSpec {
  /// Until the thread runs: 2 to 5 us (assumed).
  sim::DistributionSpec wake_up = sim::ConstantSpec{sim::microseconds(3)};
  /// Its work for one page request, and that of the fault core: 1.5 to 6 us with the worker's
  /// wake-up (assumed).
  sim::DistributionSpec per_request = sim::ConstantSpec{sim::nanoseconds(500)};
};
struct GuestWorkQueueSpec : WorkQueueSpec {
  GuestWorkQueueSpec() { wake_up = sim::ConstantSpec{sim::nanoseconds(1'500)}; }
};

/// When the VMM makes what stands on the host for the PASIDs that devices of a guest use.
enum class BindPasids : std::uint8_t {
  before,   ///< before the run begins, in no time
  at_start  ///< devices begin when the PASIDs of all are bound
};

struct GuestSpec {
  std::string name;
  std::uint32_t count = 1;  ///< like guests; instance i of a device uses number i modulo count
  std::uint64_t memory = 1ULL << 30;  ///< bytes (assumed)
  VirtualCpusSpec vcpus;
  VirtualIommuSpec viommu;
  VmmSpec vmm;
  std::optional<MigrationSpec> migration;  ///< absent: all of its memory is here
  GuestBehaviourSpec behaviour;
  BindPasids bind = BindPasids::before;
  /// Absent: every entry of the processor's second stage is there.
  std::optional<CpuSecondStageSpec> cpu_second_stage;
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
