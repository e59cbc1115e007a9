// What a scenario says about the threads that pin a range.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace faultpath::models {

/// How many threads pin, and what the mmap lock costs them. Fitted to T5 of Jordan, RFC 08/16
/// vfio/type1: Cache locked_vm, 2022 (360 GiB in huge pages of 2 MiB, Xeon 8167M): the rows of 1
/// and of 8 threads, with a write section for each batch and with one for 128 of them.
struct PinThreadsSpec {
  std::uint32_t threads = 1;
  /// Pages of 4 KiB that a thread pins under the lock for reading, at a time (VFIO: 512).
  std::uint64_t batch = 512;
  /// Pages that a write section counts as locked. A contiguous run: 512 in huge pages, 1 in memory
  /// that is all fragments. More than a run: pages that a thread has counted in advance. 0: what is
  /// pinned is counted once, by the last thread (iommufd).
  std::uint64_t counted = 512;
  sim::Duration section{};  ///< length of a write section, or of the count at the end
  /// A thread that has slept for the lock holds it for so long before it does anything.
  sim::Duration hand_over{};
  /// The same, for each thread that waits behind it then.
  sim::Duration hand_over_per_waiter = sim::nanoseconds(13'800);
  /// Share by which filling a batch takes longer, for each thread that fills another when it
  /// begins.
  double slowdown = 0.018;

  bool operator==(const PinThreadsSpec&) const = default;
};

}  // namespace faultpath::models
