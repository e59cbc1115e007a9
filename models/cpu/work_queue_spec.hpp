// What a scenario says about the work queue of a kernel.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// The unbound work queue that runs page request groups.
struct WorkQueueSpec {
  /// Groups in work at a time (Linux, WQ_DFL_ACTIVE). Absent: as many as the kernel's era allows.
  std::optional<std::uint32_t> max_active;
  sim::DistributionSpec wake_up = sim::ConstantSpec{sim::microseconds(1)};  ///< (assumed 1-5)
  /// NUMA nodes, with equal shares of the processors. Those of the interrupt thread's node serve.
  std::uint32_t nodes = 1;
};

}  // namespace faultpath::models
