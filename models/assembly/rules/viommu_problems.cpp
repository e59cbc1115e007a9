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

// The VMM looks at no table of the guest.
void check_kind(const EmulatedSmmuSpec&, const CheckedGuest& at) {
  const VmmCostSpec standard;
  if (at.guest.vmm.costs.describe != standard.describe) {
    at.add("vmm.costs.describe", "has no effect: viommu.record is the time of an event");
  }
  if (at.guest.vmm.costs.shadow != standard.shadow) {
    at.add("vmm.costs.shadow", "has no effect: the guest owns its table of context descriptors");
  }
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

// Neither of these passes a fault on to the guest.
void nothing_passes_faults_on(const CheckedGuest& at, const char* kind) {
  const VmmSpec standard;
  const VmmCostSpec& costs = at.guest.vmm.costs;
  const std::string none = fmt::format("has no effect: {} passes no fault on to the guest", kind);
  if (!std::holds_alternative<WellBehavedSpec>(at.guest.behaviour)) at.add("behaviour", none);
  if (at.guest.vmm.limits.concern_groups() || at.guest.vmm.limits.invalidations) {
    at.add("vmm.limits", none);
  }
  if (at.guest.vmm.records != standard.records) at.add("vmm.records", none);
  if (at.guest.vmm.fault_thread != standard.fault_thread) at.add("vmm.fault_thread", none);
  using Cost = sim::DistributionSpec VmmCostSpec::*;
  const std::pair<const char*, Cost> unused[] = {
      {"enqueue", &VmmCostSpec::enqueue},   {"read", &VmmCostSpec::read},
      {"describe", &VmmCostSpec::describe}, {"inject", &VmmCostSpec::inject},
      {"answer", &VmmCostSpec::answer},     {"respond", &VmmCostSpec::respond},
      {"shadow", &VmmCostSpec::shadow},     {"irqfd", &VmmCostSpec::irqfd}};
  for (const auto& [name, cost] : unused) {
    if (costs.*cost != standard.costs.*cost) at.add(fmt::format("vmm.costs.{}", name), none);
  }
  const GuestSpec usual;
  if (at.guest.interrupt.wake_up != usual.interrupt.wake_up ||
      at.guest.interrupt.per_request != usual.interrupt.per_request) {
    at.add("interrupt", none);
  }
  if (at.guest.work_queue.wake_up != usual.work_queue.wake_up) at.add("work_queue.wake_up", none);
}

void check_kind(const VirtioMapSpec&, const CheckedGuest& at) {
  nothing_passes_faults_on(at, "virtio_map");
  const VmmCostSpec standard;
  const VmmCostSpec& costs = at.guest.vmm.costs;
  const char* const exits = "has no effect: requests of virtio_map are kicks, of viommu.kick";
  if (costs.exit != standard.exit) at.add("vmm.costs.exit", exits);
  if (costs.access != standard.access) at.add("vmm.costs.access", exits);
}

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
  nothing_passes_faults_on(at, "none");
  const VmmCostSpec standard;
  const VmmCostSpec& costs = at.guest.vmm.costs;
  if (costs.wake_up != standard.wake_up || costs.invalidate != standard.invalidate ||
      costs.exit != standard.exit || costs.access != standard.access) {
    at.add("vmm.costs", "has no effect: the VMM does nothing for devices without an IOMMU");
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
