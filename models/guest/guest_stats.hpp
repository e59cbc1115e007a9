// What is counted of a guest and of its VMM.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Counts of what is done in the observed time.
struct GuestStats {
  std::uint64_t exits_user = 0;     ///< exits to the VMM
  std::uint64_t exits_kernel = 0;   ///< exits that the host's kernel handles
  std::uint64_t requests = 0;       ///< page requests that got into the virtual queue
  std::uint64_t requests_lost = 0;  ///< that found it full
  std::uint64_t interrupts = 0;     ///< page request interrupts that the guest was sent
  std::uint64_t answers = 0;        ///< groups whose answers the guest gave, and the host took
};

}  // namespace faultpath::models
