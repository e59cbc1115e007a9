// What a scenario says about the host: its memory, its cores, and the costs of its fault path.
#pragma once

#include <cstdint>

#include "models/cpu/work_queue_spec.hpp"
#include "models/kernel/era.hpp"
#include "models/kernel/iopf_core_spec.hpp"
#include "models/memory/memory_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// From the message to the thread.
struct InterruptSpec {
  sim::DistributionSpec delivery = sim::ConstantSpec{sim::microseconds(1)};  ///< MSI (assumed 1-2)
  sim::DistributionSpec wake_up =
      sim::ConstantSpec{sim::microseconds(2)};  ///< thread (assumed 2-5)
  /// The thread's work for one page request (assumed).
  sim::DistributionSpec per_request = sim::ConstantSpec{sim::nanoseconds(200)};
};

/// A machine: its memory, and what its kernel runs on and costs.
struct HostSpec : MemorySpec {
  std::uint32_t cores = 4;  ///< cores that serve faults
  Era era = Era::v6_9;      ///< of the kernel's I/O page fault core
  IopfCoreSpec iopf;
  InterruptSpec interrupt;
  WorkQueueSpec work_queue;
  /// Writing a response or invalidation descriptor and ringing the queue (assumed).
  sim::DistributionSpec submit = sim::ConstantSpec{sim::nanoseconds(150)};
};

}  // namespace faultpath::models
