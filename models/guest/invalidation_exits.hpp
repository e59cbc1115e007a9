// Invalidation exits: what a guest asks the host to forget, and entries of its PASID tables.
#pragma once

#include <cstdint>
#include <optional>

#include "models/cpu/worker.hpp"
#include "models/guest/guest_stats.hpp"
#include "models/guest/token_bucket.hpp"
#include "models/guest/vmm_costs.hpp"
#include "models/guest/vmm_setting.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// Part of a VMM, which owns all that is given. `vmm.limits.invalidations` bounds how often.
class InvalidationExits {
 public:
  InvalidationExits(const VmmSetting& setting, VmmCosts& costs, GuestStats& stats,
                    GuestLimitStats& limit_stats);

  // In the thread of a virtual CPU, which the guest's thread holds, and which does nothing while
  // its core is taken away.

  /// The guest invalidates: an access to the tail of its command queue, for which the VMM
  /// invalidates on the host.
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages);
  /// Whoever has invalidated reads a register that tells whether it is done.
  sim::Task<> look();
  /// The guest has changed an entry of a PASID table: an exit, in which the VMM makes or drops what
  /// stands for it on the host. Goes on with the lock of the VMM. The worker is on a virtual CPU.
  sim::Task<sim::SemaphoreUnit> shadow(Worker& worker);

  /// The VMM invalidates on the host while it serves a request in an exit.
  sim::Task<> invalidate_in_exit(IoPageTable& table, IovaPage first, std::uint64_t pages);

  // In a thread of the VMM.

  /// The same, while it serves a request there.
  sim::Task<> invalidate_in_thread(IoPageTable& table, IovaPage first, std::uint64_t pages);
  /// One page, while it hands groups over.
  sim::Task<> invalidate(IoPageTable& table, IovaPage page, Worker& worker);

 private:
  bool counts() const { return setting_.window.counts(setting_.simulation.now()); }
  sim::Task<> wait_for_token();

  const VmmSetting setting_;
  VmmCosts& costs_;
  GuestStats& stats_;
  GuestLimitStats& limit_stats_;
  std::optional<TokenBucket> tokens_;
};

}  // namespace faultpath::models
