// The lock of a container: one change of an I/O page table at a time (VFIO type1, `iommu->lock`).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "models/cpu/worker.hpp"
#include "models/memory/io_page_table.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A mutex, first come, first served. Who waits sleeps, and has a core again before it goes on.
class ContainerLock {
 public:
  /// Takes the lock when the worker has paid what it owes.
  sim::Task<> take(Worker& worker) {
    co_await worker.pay();
    if (mutex_.try_take()) co_return;
    worker.leave();
    co_await mutex_.take();
    co_await worker.enter();
  }
  /// Gives it to the next when the worker has paid what it owes.
  sim::Task<> give(Worker& worker) {
    co_await worker.pay();
    mutex_.give();
  }
  /// The same at once. Requires a worker that owes nothing.
  void give() { mutex_.give(); }

  std::size_t waiting() const { return mutex_.waiting(); }

 private:
  sim::Semaphore mutex_{1, "container lock"};
};

/// The lock of each I/O page table.
class ContainerLocks {
 public:
  ContainerLock& of(const IoPageTable& table) {
    if (locks_.size() <= table.tag()) locks_.resize(table.tag() + 1);
    std::unique_ptr<ContainerLock>& lock = locks_[table.tag()];
    if (!lock) lock = std::make_unique<ContainerLock>();
    return *lock;
  }

 private:
  std::vector<std::unique_ptr<ContainerLock>> locks_;  // by the tag of the table
};

}  // namespace faultpath::models
