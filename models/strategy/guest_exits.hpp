// Guest exits: how the kernel of a guest asks its VMM to map and unmap for it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/cpu/worker.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// For strategies that are a guest's and its VMM's together, where there is a guest.
class GuestExits {
 public:
  /// What the VMM is doing for the guest, with its lock, as long as this lives.
  struct Service {
    std::optional<sim::SemaphoreUnit> queue, lock;
    std::unique_ptr<Worker> thread;  ///< of the VMM; null: it is in that of the virtual CPU

    /// Who does it. `guest` is the thread that has asked for it.
    Worker& by(Worker& guest) const { return thread ? *thread : guest; }
  };
  /// The thread of a virtual CPU asks for something, in so many requests where each is one of
  /// several in a queue. On return the VMM serves it. The worker keeps its CPU meanwhile; nobody
  /// owes anything on return.
  virtual sim::Task<Service> request(Worker& worker, std::uint64_t requests) = 0;
  /// What the VMM invalidates by, while it serves a request.
  virtual IotlbFlush& caches() = 0;

 protected:
  ~GuestExits() = default;
};

}  // namespace faultpath::models
