// T6: how long invalidations take that a guest sends through its virtual IOMMU.
#pragma once

#include <optional>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

struct GuestSyncRow {
  enum class Quantity {
    qi_submit_sync,  ///< in the guest's queue: exit, VMM, ioctl and the host's queue
    tlb_sync,        ///< all of the guest's synchronisation, with the wait for the domain's lock
  };
  double cores = 1.0;  ///< of the guest, which all map and unmap
  Quantity quantity = Quantity::qi_submit_sync;
  std::optional<double> between_us{};    ///< of one core, from a synchronisation to its next
  std::optional<double> socket_cores{};  ///< of one socket; absent: all are on one
  RowUse use = RowUse::predict;
  std::optional<Printed> time_us{};
};

/// Linux holds a lock of the domain while it synchronises (6.12, cache_tag_flush_range(): the lock
/// of the cache tags, interrupts off), so that one core at a time is in qi_submit_sync(). The cores
/// queue for that lock, and behind it what follows is served without waiting: the exit, the VMM
/// under its lock, the ioctl, the host's queue under its lock. More cores cost the inner part only
/// what has to move when another core was there before. Any of the n is that with equal
/// probability; k of them are on the same socket:
///     T(n) = q + m (k - 1) / n + M (n - k) / n.
/// q is fitted, and so is m where rows of several numbers of cores on one socket are to be fitted;
/// else it is kMovedLines transfers of kLineTransfer. M is as much more as kFarTransfer is. The
/// whole synchronisation is a closed network: n cores, a delay, and one server, whose time is T(n)
/// and what the synchronisation takes besides.
PublishedReport fit_guest_sync(const std::vector<GuestSyncRow>& rows);

/// Lines that a synchronisation writes and another core has: lock and index of the guest's queue,
/// descriptor and status, the VMM's lock and its queue, the lock of the iommufd object, that of the
/// host's cache tags, lock and index of the host's queue (counted in the sources).
inline constexpr double kMovedLines = 10.0;
inline constexpr double kLineTransfer = 0.08;  ///< us, between cores of a socket (assumed)
inline constexpr double kFarTransfer = 0.3;    ///< us, between cores of two sockets (assumed)
/// The most cores for which the prediction is judged. Beyond, it says only that a step is there.
inline constexpr double kMostJudgedCores = 8.0;

}  // namespace faultpath::analysis
