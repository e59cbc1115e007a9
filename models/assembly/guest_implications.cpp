// Behaviours and limits, between the lines.
#include "models/assembly/guest_implications.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace faultpath::models {
namespace {

bool queue_may_lose(const SystemSpec& spec, const GuestMachineSpec& guest) {
  const auto* const vtd = std::get_if<EmulatedVtdSpec>(&guest.viommu);
  return vtd != nullptr && vtd->full == FullVirtualQueue::lose &&
         most_requests_of(spec, guest) > vtd->queue_entries - 1;
}

bool keeps_oversized(const SystemSpec& spec, const GuestMachineSpec& guest) {
  return guest.vmm.limits.oversized == OversizedGroup::keep && may_be_oversized(spec, guest);
}

// A time-out ends what has been read.
bool loses(const SystemSpec& spec, const GuestMachineSpec& guest) {
  if (keeps_oversized(spec, guest)) return true;
  return !guest.vmm.limits.timeout && (withholds_answers(guest) || queue_may_lose(spec, guest));
}

// Of the device in the instance of the guest that has most of them.
std::uint64_t instances_of(const DeviceSpec& device, const GuestMachineSpec& guest) {
  return (std::uint64_t{device.count} + guest.count - 1) / guest.count;
}

sim::Duration gap_of(const std::optional<TokenBucketSpec>& bucket) {
  return bucket ? 2 * sim::transfer_time(1, bucket->rate) : sim::Duration::zero();
}

}  // namespace

bool withholds_answers(const GuestMachineSpec& guest) {
  const GuestBehaviourSpec& kind = guest.behaviour;
  return std::holds_alternative<NeverAnswersSpec>(kind) ||
         std::holds_alternative<AnswersAnotherSpec>(kind) ||
         std::holds_alternative<AnswersFailureSpec>(kind);
}

// A device has no more requests outstanding than its allocation. What stalls, the SMMU holds.
std::uint64_t most_requests_of(const SystemSpec& spec, const GuestMachineSpec& guest) {
  std::uint64_t requests = 0;
  const auto* const stalls = spec.iommu.kind.get<SmmuStallSpec>();
  for (const AttachedDeviceSpec& device : spec.devices) {
    if (device.guest != guest.name) continue;
    if (stalls != nullptr) return stalls->capacity;
    requests += instances_of(device, guest) * device.pri.allocation;
  }
  return requests;
}

std::uint64_t most_devices_of(const SystemSpec& spec, const GuestMachineSpec& guest) {
  std::uint64_t devices = 0;
  for (const AttachedDeviceSpec& device : spec.devices) {
    if (device.guest == guest.name) devices += instances_of(device, guest);
  }
  return devices;
}

bool may_be_oversized(const SystemSpec& spec, const GuestMachineSpec& guest) {
  if (spec.iommu.kind == IommuKind::smmu_stall) return false;
  return std::ranges::any_of(spec.devices, [&](const AttachedDeviceSpec& device) {
    return device.guest == guest.name && device.pri.group > guest.vmm.records;
  });
}

bool guests_may_lose(const SystemSpec& spec) {
  return std::ranges::any_of(spec.guests,
                             [&](const GuestMachineSpec& guest) { return loses(spec, guest); });
}

std::string why_guests_lose(const SystemSpec& spec) {
  const auto found = std::ranges::find_if(
      spec.guests, [&](const GuestMachineSpec& guest) { return loses(spec, guest); });
  if (keeps_oversized(spec, *found)) {
    return "a group that is larger than vmm.records stays at the head of its fault file; "
           "vmm.limits.oversized: invalid answers it";
  }
  if (withholds_answers(*found)) {
    return "a guest has not answered them (behaviour); vmm.limits.timeout answers in its place";
  }
  return "the virtual queue of a guest has lost them (viommu.full: lose); answer_success answers "
         "for them";
}

bool answers_for_guests(const SystemSpec& spec) {
  return std::ranges::any_of(spec.guests, [](const GuestMachineSpec& guest) {
    return guest.vmm.limits.answer_invalid() ||
           std::holds_alternative<DetachesInFaultSpec>(guest.behaviour);
  });
}

bool guests_misbehave(const SystemSpec& spec) {
  return std::ranges::any_of(spec.guests, [](const GuestMachineSpec& guest) {
    return !std::holds_alternative<WellBehavedSpec>(guest.behaviour);
  });
}

namespace {

// Until the lock of the VMM is free: sections of other work, and one walk of all tables.
sim::Duration wait_for_lock(const SystemSpec& spec, const GuestMachineSpec& guest) {
  sim::Duration wait{};
  if (guest.vmm.other_work) {
    const VmmOtherWorkSpec& work = *guest.vmm.other_work;
    const double load = work.rate * sim::to_seconds(sim::mean_of(work.hold));
    const auto sections = static_cast<std::int64_t>(10.0 / std::max(1.0 - load, 1e-3));
    wait += std::min(sim::mean_of(work.hold), sim::kLongestStep / sections) * sections;
  }
  const auto* const churns = std::get_if<ChurnsPasidsSpec>(&guest.behaviour);
  if (churns == nullptr || churns->invalidation != ChurnsPasidsSpec::Invalidation::global) {
    return wait;
  }
  const auto entries = static_cast<std::int64_t>(churns->entries * most_devices_of(spec, guest));
  return wait + sim::mean_of(guest.vmm.costs.table_read) * entries;
}

}  // namespace

sim::Duration longest_wait_for_guests(const SystemSpec& spec) {
  sim::Duration longest{};
  for (const GuestMachineSpec& guest : spec.guests) {
    const GuestLimitsSpec& limits = guest.vmm.limits;
    sim::Duration wait = limits.timeout.value_or(sim::Duration::zero()) + gap_of(limits.injection) +
                         gap_of(limits.invalidations) + wait_for_lock(spec, guest);
    const auto* const detaches = std::get_if<DetachesInFaultSpec>(&guest.behaviour);
    if (detaches != nullptr) wait += detaches->away;
    longest = std::max(longest, wait);
  }
  return longest;
}

}  // namespace faultpath::models
