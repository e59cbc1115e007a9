// What is counted of a guest and of its VMM.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Counts of what is done in the observed time.
struct GuestStats {
  std::uint64_t exits_user = 0;         ///< exits to the VMM
  std::uint64_t exits_kernel = 0;       ///< exits that the host's kernel handles
  std::uint64_t requests = 0;           ///< page requests that got into the virtual queue
  std::uint64_t requests_lost = 0;      ///< that it had no room for, nor did the VMM hold them
  std::uint64_t interrupts = 0;         ///< page request interrupts that the guest was sent
  std::uint64_t answers = 0;            ///< groups whose answers the guest gave, and the host took
  std::uint64_t answers_unmatched = 0;  ///< answers of the guest for which the VMM had no group
  std::uint64_t other_work = 0;         ///< sections of other work of the VMM under its lock
  std::uint64_t cpu_faults = 0;         ///< EPT violations: exits to the host's kernel
  std::uint64_t cpu_faults_async = 0;   ///< of these, for whose page the virtual CPU did not wait
};

/// Of what a good guest does not do.
struct GuestBehaviourStats {
  std::uint64_t answers_withheld = 0;  ///< groups that it has left unanswered
  std::uint64_t answers_extra = 0;     ///< answers that no group has asked for
  std::uint64_t invalidations = 0;     ///< of a flood
  std::uint64_t pasid_changes = 0;     ///< entries of its PASID tables that came or went
  std::uint64_t groups_detached = 0;   ///< groups that were answered Invalid as their PASID went
};

/// Of what the limits of its VMM did.
struct GuestLimitStats {
  std::uint64_t groups_limited = 0;    ///< answered Invalid: too many were pending
  std::uint64_t groups_timed_out = 0;  ///< answered Invalid: the guest has not answered in time
  std::uint64_t groups_delayed = 0;    ///< waited in the VMM for a token
  std::uint64_t groups_oversized = 0;  ///< answered Invalid: larger than the buffer
  std::uint64_t invalidations_delayed = 0;  ///< exits that waited for a token
};

}  // namespace faultpath::models
