// What a scenario says about the virtual IOMMU of a guest.
#pragma once

#include <cstdint>
#include <variant>

namespace faultpath::models {

/// What the emulation does with a request that finds its queue full, or overflowed.
enum class FullVirtualQueue : std::uint8_t {
  lose,           ///< it is lost in the guest, and nobody answers its group
  answer_success  ///< the VMM answers Success to a group whose last request is lost
};

/// An emulated VT-d: a queue in guest memory, whose registers are trapped.
/// Source: QEMU, "intel_iommu: Add PRI operations support", 2025.
struct EmulatedVtdSpec {
  std::uint32_t queue_entries = 2048;  ///< a power of two from 2 (Linux guest: 2048)
  FullVirtualQueue full = FullVirtualQueue::lose;
  /// Before each request is written, the page is invalidated on the host, which the hardware has
  /// done already.
  bool invalidate = true;
};

/// A kind with what it alone has.
using VirtualIommuSpec = std::variant<EmulatedVtdSpec>;

}  // namespace faultpath::models
