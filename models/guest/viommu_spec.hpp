// What a scenario says about the virtual IOMMU of a guest.
#pragma once

#include <cstdint>
#include <optional>
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

/// What the emulation does with an event that finds its queue full.
enum class FullEventQueue : std::uint8_t {
  hold,  ///< it waits in the VMM for an entry, as hardware holds a stall back (IHI 0070, 7.4)
  retry  ///< the VMM answers the stall with a retry, so that the access faults again
};

/// An emulated SMMUv3, whose accesses stall: a queue of events in guest memory and a queue of
/// commands, whose registers are trapped.
/// Source: Linaro's fork of QEMU 4.2.50, "SMMUv3 stall for vSVA", 2020: a prototype, and the only
/// code there is.
struct EmulatedSmmuSpec {
  static constexpr IommuKind kHost = IommuKind::smmu_stall;
  static constexpr bool kFilePerDevice = true;  ///< a guest owns its table of context descriptors
  /// A power of two from 2 (Linux with pages of 4 KiB: 2^20 bytes of 32; QEMU allows 2^19).
  std::uint32_t queue_entries = 32768;
  FullEventQueue full = FullEventQueue::hold;
  /// Writing one event, and noting its tag: no table of the guest is looked at (assumed).
  sim::DistributionSpec record = sim::ConstantSpec{sim::nanoseconds(200)};
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

/// A virtio-iommu: the guest's requests to map and unmap go by a virtqueue, and one kick is for all
/// that are in it. Faults are only reported, so that a device never may meet an absent page.
/// Source: Linux, virtio-iommu: requests are appended, a sync kicks and looks at memory until all
/// have come back. QEMU and cloud-hypervisor: 256 entries.
struct VirtioMapSpec {
  std::uint32_t queue_entries = 256;  ///< requests; a power of two from 2
  /// A kick: an exit that ends in the host's kernel (ioeventfd: 1 to 2 us, assumed).
  sim::DistributionSpec kick = sim::ConstantSpec{sim::nanoseconds(1'500)};
  /// The VMM's thread takes one request out of the queue, and gives it back (assumed). What it has
  /// to do for it is map_cost of the guest, and vmm.costs.invalidate.
  sim::DistributionSpec request = sim::ConstantSpec{sim::nanoseconds(300)};
};

/// The guest has no IOMMU: its devices use guest-physical addresses.
struct NoIommuSpec {};

/// A kind with what it alone has.
using VirtualIommuSpec = std::variant<EmulatedVtdSpec, EmulatedSmmuSpec, VirtioPrqSpec,
                                      HardwareQueuesSpec, VirtioMapSpec, NoIommuSpec>;

/// The kind of IOMMU that it needs below, and whose driver the guest's kernel has. Absent: any, and
/// no page request comes to the guest.
inline std::optional<IommuKind> host_kind_of(const VirtualIommuSpec& spec) {
  return std::visit(
      [](const auto& kind) -> std::optional<IommuKind> {
        if constexpr (requires { kind.kHost; }) return kind.kHost;
        return std::nullopt;
      },
      spec);
}
/// Absent: it has no queue.
inline std::optional<std::uint32_t> queue_entries_of(const VirtualIommuSpec& spec) {
  return std::visit(
      [](const auto& kind) -> std::optional<std::uint32_t> {
        if constexpr (requires { kind.queue_entries; }) return kind.queue_entries;
        return std::nullopt;
      },
      spec);
}
/// One fault file takes the faults of all PASIDs of a device.
inline bool has_file_per_device(const VirtualIommuSpec& spec) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.kFilePerDevice; }) return kind.kFilePerDevice;
        return false;
      },
      spec);
}

}  // namespace faultpath::models
