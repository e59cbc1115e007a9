// What a scenario says about the limits that a VMM sets its guest.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/time.hpp"

namespace faultpath::models {

/// So many a second in the long run, and at most `burst` at once.
struct TokenBucketSpec {
  double rate = 10e3;        ///< tokens/s, above 0 (assumed)
  std::uint32_t burst = 32;  ///< tokens, at least 1 (assumed)
};

/// What becomes of a group that is larger than the buffer of a read().
enum class OversizedGroup : std::uint8_t {
  keep,    ///< it stays at the head of its file for ever (QEMU)
  invalid  ///< it is read with a larger buffer, and answered Invalid
};

/// QEMU has none of them.
struct GuestLimitsSpec {
  /// Groups that have been read and wait for the guest. What comes beyond it is answered Invalid.
  std::optional<std::uint32_t> pending_groups;
  /// Groups that are given to the guest, one token each. Others wait in the VMM.
  std::optional<TokenBucketSpec> injection;
  /// A group that has been read for so long is answered Invalid.
  std::optional<sim::Duration> timeout;
  /// Exits of the guest to invalidate, or to have an entry of a PASID table shadowed, one token
  /// each. The virtual CPU waits in the VMM.
  std::optional<TokenBucketSpec> invalidations;
  OversizedGroup oversized = OversizedGroup::keep;

  /// Some concern the way of a group to the guest.
  bool concern_groups() const {
    return pending_groups || injection || timeout || oversized != OversizedGroup::keep;
  }
  /// The VMM may answer Invalid in the guest's place.
  bool answer_invalid() const {
    return pending_groups || timeout || oversized != OversizedGroup::keep;
  }
};

}  // namespace faultpath::models
