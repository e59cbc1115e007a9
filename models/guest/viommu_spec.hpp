// What a scenario says about the virtual IOMMU of a guest.
#pragma once

#include <cstdint>
#include <variant>

#include "models/iommu/iommu_kind_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What the emulation does with a request that finds its queue full, or overflowed.
enum class FullVirtualQueue : std::uint8_t {
  lose,           ///< it is lost in the guest, and nobody answers its group
  answer_success  ///< the VMM answers Success to a group whose last request is lost
};

/// An emulated VT-d: a queue in guest memory, whose registers are trapped.
/// Source: QEMU, "intel_iommu: Add PRI operations support", 2025.
struct EmulatedVtdSpec {
  static constexpr IommuKind kHost = IommuKind::vtd;  ///< of the IOMMU below it
  std::uint32_t queue_entries = 2048;                 ///< a power of two from 2 (Linux guest: 2048)
  FullVirtualQueue full = FullVirtualQueue::lose;
  /// Before each request is written, the page is invalidated on the host, which the hardware has
  /// done already.
  bool invalidate = true;
  /// The guest may read registers without an exit (proposed): head, tail and status lie in a page
  /// that the VMM keeps up to date. Writes are exits.
  bool readable_registers = false;
};

/// Page requests by a virtqueue, and answers by another, whose kick the host's kernel handles.
/// Source: Gautam, RFC "vSVA page fault over virtio-iommu", 2021, which was never merged.
struct VirtioPrqSpec {
  static constexpr IommuKind kHost = IommuKind::vtd;  ///< whose driver's rules the guest's has
  std::uint32_t queue_entries = 256;  ///< buffers of the event queue; a power of two from 2 (QEMU)
  /// Requests that the VMM holds back when there is no buffer. Above it answers Success to a group
  /// whose last request has no room (assumed: the proposal says nothing).
  std::uint32_t held = 1024;
  /// A kick: an exit that ends in the host's kernel (ioeventfd: 1 to 2 us, assumed).
  sim::DistributionSpec kick = sim::ConstantSpec{sim::nanoseconds(1'500)};
};

/// Hardware writes page requests into a log in guest memory, and reads answers from the guest's
/// command buffer. Neither the host's kernel nor the VMM is on the way.
/// Source: development branches of AMD's hardware vIOMMU, 2023 to 2026.
struct HardwareQueuesSpec {
  static constexpr IommuKind kHost = IommuKind::amd;
  std::uint32_t queue_entries = 2048;  ///< of the guest's log; a power of two from 2 (assumed)
  /// The log answers the last request of a group that it discards (PprAutoRspEn of the guest).
  bool auto_response = true;
};

/// A kind with what it alone has.
using VirtualIommuSpec = std::variant<EmulatedVtdSpec, VirtioPrqSpec, HardwareQueuesSpec>;

/// The kind of IOMMU that it needs below, and whose driver the guest's kernel has.
inline IommuKind host_kind_of(const VirtualIommuSpec& spec) {
  return std::visit([](const auto& kind) { return kind.kHost; }, spec);
}
inline std::uint32_t queue_entries_of(const VirtualIommuSpec& spec) {
  return std::visit([](const auto& kind) { return kind.queue_entries; }, spec);
}

}  // namespace faultpath::models
