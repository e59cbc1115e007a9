// By which messages and groups refer to a fault.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Names one fault in the fault log. A simulator's means, not part of the modelled message. It goes
/// stale when the fault ends, or has been taken back; what is done with a stale one has no effect.
struct FaultId {
  std::uint32_t function = 0;    ///< index of the device
  std::uint32_t slot = 0;        ///< of its records
  std::uint32_t generation = 0;  ///< 0: no fault

  constexpr bool operator==(const FaultId&) const = default;
};

}  // namespace faultpath::models
