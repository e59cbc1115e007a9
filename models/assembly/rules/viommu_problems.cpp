// Kinds of virtual IOMMU, one after the other.
#include "models/assembly/rules/viommu_problems.hpp"

#include <fmt/format.h>

#include <bit>
#include <string>
#include <utility>
#include <variant>

#include "models/assembly/guest_implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/reach.hpp"
#include "models/assembly/rules/guest_rules.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

// What passes page requests on needs its own kind below, and room for a group.
void queue_fits_what_lies_below(const CheckedGuest& at) {
  const auto entries = queue_entries_of(at.guest.viommu);
  if (entries && !std::has_single_bit(*entries)) {
    at.add("viommu.queue_entries", fmt::format("{} is not a power of two", *entries));
  }
  const auto below = host_kind_of(at.guest.viommu);
  if (!below) return;
  if (at.spec.iommu.kind != *below) {
    at.add("viommu.kind", fmt::format("needs an iommu of kind {} below it", info_of(*below).name));
  }
  if (info_of(*below).stalls) return;
  at.for_each_device([&](const std::string& path, const AttachedDeviceSpec& device) {
    if (device.pri.group < *entries) return;
    at.add_at(path + ".pri.group",
              fmt::format("a group of {} never fits into viommu.queue_entries, {}",
                          device.pri.group, *entries));
  });
}

void check_kind(const EmulatedVtdSpec&, const CheckedGuest&) {}
void check_kind(const VirtioPrqSpec&, const CheckedGuest&) {}

void check_kind(const EmulatedSmmuSpec&, const CheckedGuest& at) {
  if (std::holds_alternative<ChurnsPasidsSpec>(at.guest.behaviour) ||
      std::holds_alternative<DetachesInFaultSpec>(at.guest.behaviour)) {
    at.add("behaviour",
           "is not modelled for emulated_smmu: its guest owns the table of context descriptors, of "
           "which the VMM shadows nothing; use emulated_vtd");
  }
  if (withholds_answers(at.guest) && !at.guest.vmm.limits.timeout) {
    at.add("behaviour",
           "leaves accesses stalled in the SMMU for ever: vmm.limits.timeout answers in its place");
  }
}

// The host's kernel sees no page request of such a guest.
void check_kind(const HardwareQueuesSpec&, const CheckedGuest& at) {
  if (!traits_of(at.guest.backing).pins_all) {
    at.add("backing", "hardware asks the guest alone: its memory has to be pinned");
  }
  at.for_each_device([&](const std::string& path, const AttachedDeviceSpec& device) {
    const bool resets = device.reset.every || !device.reset.at.empty();
    const bool ends = device.stop_at_end != StopAtEnd::never;
    if (!resets && device.stops.empty() && !ends) return;
    at.add_at(path + (resets ? ".reset"
                      : ends ? ".stop_at_end"
                             : ".stops"),
              "the host cannot drain the queue of its guest");
  });
}

void check_kind(const VirtioMapSpec&, const CheckedGuest&) {}

// Their strategy is the one of the second stage.
void devices_use_guest_memory(const CheckedGuest& at) {
  at.for_each_device([&](const std::string& path, const AttachedDeviceSpec& device) {
    const auto index = static_cast<std::size_t>(&device - at.spec.devices.data());
    const Runs reach = reach_of(device, at.spec.traces[index]);
    if (!reach.empty() && reach.last() >= at.guest.memory / kPageBytes) {
      at.add_at(path + ".workload", fmt::format("goes beyond the {} MiB of guest-physical memory",
                                                at.guest.memory >> 20));
    }
    if (device.strategy) {
      at.add_at(path + ".strategy", "has no effect: guests[].backing maps what its device uses");
    }
    if (device.memory.populated || device.memory.huge_pages) {
      at.add_at(path + ".memory", "has no effect: the device uses memory of its guest");
    }
    if (!device.own_contexts.empty()) {
      at.add_at(path + ".contexts",
                "a guest without an IOMMU has no PASIDs: say how many, a number");
    }
  });
}

void check_kind(const NoIommuSpec&, const CheckedGuest& at) {
  if (at.spec.iommu.second_stage.leaf_bits != kPageBits) {
    at.add_at("iommu.second_stage.leaf",
              "the second stage of a guest without an IOMMU has leaves of 4KiB");
  }
  if (at.guest.migration) {
    at.add("migration", "is not modelled for a guest without an IOMMU: use emulated_vtd");
  }
  if (!at.guest.processes.empty()) {
    at.add("processes",
           "has no effect: devices of a guest without an IOMMU use its memory by "
           "guest-physical addresses, from 0 on");
  }
  devices_use_guest_memory(at);
}

void kind_has_what_it_needs(const CheckedGuest& at) {
  std::visit([&](const auto& kind) { check_kind(kind, at); }, at.guest.viommu);
}

constexpr GuestRule kViommuRules[] = {queue_fits_what_lies_below, kind_has_what_it_needs};

}  // namespace

std::vector<SpecProblem> viommu_problems(const SystemSpec& spec, const Plan& plan) {
  return problems_in_guests(spec, plan, kViommuRules);
}

}  // namespace faultpath::models
