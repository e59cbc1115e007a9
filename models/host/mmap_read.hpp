// Taking mmap_lock for reading from a thread that sleeps when it has to wait.
#pragma once

#include "models/host/worker.hpp"
#include "models/memory/address_space.hpp"
#include "sim/rw_lock.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// `auto lock = co_await mmap_read(space, worker)`. Behind a writer, held or queued, the worker
/// gives its core away until it has the lock.
inline sim::Task<sim::RwLockHold> mmap_read(AddressSpace& space, Worker& worker) {
  const bool contended = space.mmap_lock.written() || space.mmap_lock.waiting() > 0;
  if (contended) {
    co_await worker.pay();
    worker.leave();
  }
  auto hold = co_await space.mmap_lock.read();
  if (contended) co_await worker.enter();
  co_return hold;
}

}  // namespace faultpath::models
