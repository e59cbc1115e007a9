// Guest exits: how the kernel of a guest asks its VMM to map and unmap for it.
#pragma once

#include "models/cpu/worker.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// For strategies that are a guest's and its VMM's together, where there is a guest.
class GuestExits {
 public:
  /// The thread of a virtual CPU leaves the guest with a request. On return the VMM serves it in
  /// that thread, and has its lock as long as the unit lives. The worker keeps its CPU meanwhile,
  /// and owes nothing on return.
  virtual sim::Task<sim::SemaphoreUnit> request(Worker& worker) = 0;
  /// What the VMM invalidates by, while it serves a request.
  virtual IotlbFlush& caches() = 0;

 protected:
  ~GuestExits() = default;
};

}  // namespace faultpath::models
