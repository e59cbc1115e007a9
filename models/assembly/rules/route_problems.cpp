// Whether a route finds the table of a fault.
#include "models/assembly/rules/route_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

namespace {

const UserReadersSpec* user_of_pasids(const SystemSpec& spec) {
  return spec.route == FaultRoute::per_pasid ? spec.route.user() : nullptr;
}

// The guest of the device, if it has no IOMMU: the backing of its memory is the strategy.
const GuestMachineSpec* bare_guest_of(const SystemSpec& spec, const AttachedDeviceSpec& device) {
  for (const GuestMachineSpec& guest : spec.guests) {
    if (device.guest == guest.name && std::holds_alternative<NoIommuSpec>(guest.viommu)) {
      return &guest;
    }
  }
  return nullptr;
}

// Requests without a PASID would be nobody's, unless user space is told of them.
std::vector<SpecProblem> pasid_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  if (user_of_pasids(spec) != nullptr) return problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const AttachedDeviceSpec& device = spec.devices[i];
    const GuestMachineSpec* const bare = bare_guest_of(spec, device);
    const StrategyTraits traits =
        traits_of(bare != nullptr ? bare->backing : device.strategy.value_or(spec.strategy));
    if (!device.own_contexts.empty() || traits.binds_pasid || traits.pins_all) continue;
    problems.push_back(
        {"route", fmt::format("per_pasid has handlers for PASIDs, and the requests of devices[{}] "
                              "carry none: use strategy sva, a list of contexts, or user_space",
                              i)});
  }
  return problems;
}

std::vector<SpecProblem> reported_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const AttachedDeviceSpec& device = spec.devices[i];
    for (std::size_t j = 0; j < device.own_contexts.size(); ++j) {
      const ContextSpec& context = device.own_contexts[j];
      if (!context.reported) continue;
      const std::string path = fmt::format("devices[{}].contexts[{}].reported", i, j);
      const StrategySpec strategy =
          context.strategy.value_or(device.strategy.value_or(spec.strategy));
      if (user_of_pasids(spec) == nullptr) {
        problems.push_back({path,
                            "user space is told by PASID only with route per_pasid and its "
                            "user_space"});
      } else if (context.refused) {
        problems.push_back({path, "the PASID is refused"});
      } else if (traits_of(strategy).binds_pasid) {
        problems.push_back({path, fmt::format("strategy {} binds the PASID to a process, whose "
                                              "faults are the kernel's",
                                              strategy.name)});
      }
    }
  }
  return problems;
}

// VT-d nests the table of each PASID of a guest on its own, with a fault file of the VMM's.
std::size_t tables_of(const SystemSpec& spec, const AttachedDeviceSpec& device) {
  const bool nested = std::ranges::any_of(spec.guests, [&](const GuestMachineSpec& guest) {
    return device.guest == guest.name && (std::holds_alternative<EmulatedVtdSpec>(guest.viommu) ||
                                          std::holds_alternative<VirtioPrqSpec>(guest.viommu));
  });
  return nested ? device.contexts : device.own_contexts.size();
}

}  // namespace

std::vector<SpecProblem> route_problems(const SystemSpec& spec) {
  std::vector<SpecProblem> problems = reported_problems(spec);
  if (!problems.empty()) return problems;
  if (spec.route == FaultRoute::per_pasid) return pasid_problems(spec);
  if (spec.route != FaultRoute::per_device) return problems;
  for (std::size_t i = 0; i < spec.devices.size(); ++i) {
    const std::size_t tables = tables_of(spec, spec.devices[i]);
    if (tables <= 1) continue;
    problems.push_back(
        {"route",
         fmt::format("per_device has one handler for each device, and the {} contexts of "
                     "devices[{}] have I/O page tables of their own; per_page_table (Linux "
                     "6.7 and later) tells them apart",
                     tables, i)});
  }
  return problems;
}

}  // namespace faultpath::models
