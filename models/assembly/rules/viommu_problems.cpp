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
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {
namespace {

class ViommuFinder {
 public:
  explicit ViommuFinder(const SystemSpec& spec) : spec_(spec) {}

  std::vector<SpecProblem> find() {
    for (std::size_t i = 0; i < spec_.guests.size(); ++i) {
      const GuestMachineSpec& guest = spec_.guests[i];
      path_ = fmt::format("guests[{}]", i);
      check_queue(guest);
      std::visit([&](const auto& kind) { check(kind, guest); }, guest.viommu);
    }
    return std::move(problems_);
  }

 private:
  void add(const std::string& key, std::string message) {
    problems_.push_back({path_ + key, std::move(message)});
  }
  template <class Use>
  void for_each_device_of(const GuestMachineSpec& guest, const Use& use) {
    for (std::size_t i = 0; i < spec_.devices.size(); ++i) {
      const AttachedDeviceSpec& device = spec_.devices[i];
      if (device.guest == guest.name) use(fmt::format("devices[{}]", i), device);
    }
  }

  // What passes page requests on needs its own kind below, and room for a group.
  void check_queue(const GuestMachineSpec& guest) {
    const auto entries = queue_entries_of(guest.viommu);
    if (entries && !std::has_single_bit(*entries)) {
      add(".viommu.queue_entries", fmt::format("{} is not a power of two", *entries));
    }
    const auto below = host_kind_of(guest.viommu);
    if (!below) return;
    if (spec_.iommu.kind != *below) {
      add(".viommu.kind", fmt::format("needs an iommu of kind {} below it", info_of(*below).name));
    }
    if (info_of(*below).stalls) return;
    for_each_device_of(guest, [&](const std::string& path, const AttachedDeviceSpec& device) {
      if (device.pri.group < *entries) return;
      problems_.push_back({path + ".pri.group",
                           fmt::format("a group of {} never fits into viommu.queue_entries, {}",
                                       device.pri.group, *entries)});
    });
  }

  void check(const EmulatedVtdSpec&, const GuestMachineSpec&) {}
  void check(const VirtioPrqSpec&, const GuestMachineSpec&) {}

  // The VMM looks at no table of the guest.
  void check(const EmulatedSmmuSpec&, const GuestMachineSpec& guest) {
    const VmmCostSpec standard;
    if (guest.vmm.costs.describe != standard.describe) {
      add(".vmm.costs.describe", "has no effect: viommu.record is the time of an event");
    }
    if (guest.vmm.costs.shadow != standard.shadow) {
      add(".vmm.costs.shadow", "has no effect: the guest owns its table of context descriptors");
    }
    if (std::holds_alternative<ChurnsPasidsSpec>(guest.behaviour) ||
        std::holds_alternative<DetachesInFaultSpec>(guest.behaviour)) {
      add(".behaviour",
          "is not modelled for emulated_smmu: its guest owns the table of context descriptors, of "
          "which the VMM shadows nothing; use emulated_vtd");
    }
    if (withholds_answers(guest) && !guest.vmm.limits.timeout) {
      add(".behaviour",
          "leaves accesses stalled in the SMMU for ever: vmm.limits.timeout answers in its place");
    }
  }

  // The host's kernel sees no page request of such a guest.
  void check(const HardwareQueuesSpec&, const GuestMachineSpec& guest) {
    if (!traits_of(guest.backing).pins_all) {
      add(".backing", "hardware asks the guest alone: its memory has to be pinned");
    }
    for_each_device_of(guest, [&](const std::string& path, const AttachedDeviceSpec& device) {
      const bool resets = device.reset.every || !device.reset.at.empty();
      const bool ends = device.stop_at_end != StopAtEnd::never;
      if (!resets && device.stops.empty() && !ends) return;
      problems_.push_back({path + (resets ? ".reset"
                                   : ends ? ".stop_at_end"
                                          : ".stops"),
                           "the host cannot drain the queue of its guest"});
    });
  }

  void check(const VirtioMapSpec&, const GuestMachineSpec& guest) {
    check_faultless(guest, "virtio_map");
    const VmmCostSpec standard;
    const VmmCostSpec& costs = guest.vmm.costs;
    const char* const exits = "has no effect: requests of virtio_map are kicks, of viommu.kick";
    if (costs.exit != standard.exit) add(".vmm.costs.exit", exits);
    if (costs.access != standard.access) add(".vmm.costs.access", exits);
  }

  void check(const NoIommuSpec&, const GuestMachineSpec& guest) {
    check_faultless(guest, "none");
    const VmmCostSpec standard;
    const VmmCostSpec& costs = guest.vmm.costs;
    if (costs.wake_up != standard.wake_up || costs.invalidate != standard.invalidate ||
        costs.exit != standard.exit || costs.access != standard.access) {
      add(".vmm.costs", "has no effect: the VMM does nothing for devices without an IOMMU");
    }
    if (guest.migration) {
      add(".migration", "is not modelled for a guest without an IOMMU: use emulated_vtd");
    }
    if (!guest.processes.empty()) {
      add(".processes",
          "has no effect: devices of a guest without an IOMMU use its memory by "
          "guest-physical addresses, from 0 on");
    }
    check_devices_without(guest);
  }

  // Neither of these passes a fault on to the guest.
  void check_faultless(const GuestMachineSpec& guest, const char* kind) {
    const VmmSpec standard;
    const VmmCostSpec& costs = guest.vmm.costs;
    const std::string none = fmt::format("has no effect: {} passes no fault on to the guest", kind);
    if (!std::holds_alternative<WellBehavedSpec>(guest.behaviour)) add(".behaviour", none);
    if (guest.vmm.limits.concern_groups() || guest.vmm.limits.invalidations) {
      add(".vmm.limits", none);
    }
    if (guest.vmm.records != standard.records) add(".vmm.records", none);
    if (guest.vmm.fault_thread != standard.fault_thread) add(".vmm.fault_thread", none);
    using Cost = sim::DistributionSpec VmmCostSpec::*;
    const std::pair<const char*, Cost> unused[] = {
        {"enqueue", &VmmCostSpec::enqueue},   {"read", &VmmCostSpec::read},
        {"describe", &VmmCostSpec::describe}, {"inject", &VmmCostSpec::inject},
        {"answer", &VmmCostSpec::answer},     {"respond", &VmmCostSpec::respond},
        {"shadow", &VmmCostSpec::shadow},     {"irqfd", &VmmCostSpec::irqfd}};
    for (const auto& [name, cost] : unused) {
      if (costs.*cost != standard.costs.*cost) add(fmt::format(".vmm.costs.{}", name), none);
    }
    const GuestSpec usual;
    if (guest.interrupt.wake_up != usual.interrupt.wake_up ||
        guest.interrupt.per_request != usual.interrupt.per_request) {
      add(".interrupt", none);
    }
    if (guest.work_queue.wake_up != usual.work_queue.wake_up) add(".work_queue.wake_up", none);
  }

  // Their strategy is the one of the second stage.
  void check_devices_without(const GuestMachineSpec& guest) {
    for_each_device_of(guest, [&](const std::string& path, const AttachedDeviceSpec& device) {
      const auto index = static_cast<std::size_t>(&device - spec_.devices.data());
      const Runs reach = reach_of(device, spec_.traces[index]);
      if (!reach.empty() && reach.last() >= guest.memory / kPageBytes) {
        problems_.push_back(
            {path + ".workload",
             fmt::format("goes beyond the {} MiB of guest-physical memory", guest.memory >> 20)});
      }
      if (device.strategy) {
        problems_.push_back(
            {path + ".strategy", "has no effect: guests[].backing maps what its device uses"});
      }
      if (device.memory.populated || device.memory.huge_pages) {
        problems_.push_back(
            {path + ".memory", "has no effect: the device uses memory of its guest"});
      }
      if (!device.own_contexts.empty()) {
        problems_.push_back(
            {path + ".contexts", "a guest without an IOMMU has no PASIDs: say how many, a number"});
      }
    });
  }

  const SystemSpec& spec_;
  std::string path_;  // of the guest
  std::vector<SpecProblem> problems_;
};

}  // namespace

std::vector<SpecProblem> viommu_problems(const SystemSpec& spec) {
  return ViommuFinder(spec).find();
}

}  // namespace faultpath::models
