// Whose faults go to user space, where the route does.
#pragma once

#include <algorithm>
#include <variant>

#include "models/assembly/system_spec.hpp"
#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

/// The page table of a process that a PASID is bound to is the kernel's own business; behind a
/// second stage it belongs to a guest.
inline bool is_user_spaces(const StrategySpec& strategy, bool behind_second_stage) {
  return behind_second_stage || !traits_of(strategy).binds_pasid;
}

/// The device belongs to a guest behind a virtual IOMMU. The VMM has a fault file of its own for
/// it, whatever the route.
inline bool is_vmms(const SystemSpec& spec, const AttachedDeviceSpec& device) {
  return std::ranges::any_of(spec.guests, [&](const GuestMachineSpec& guest) {
    return device.guest == guest.name && !std::holds_alternative<NoIommuSpec>(guest.viommu);
  });
}

}  // namespace faultpath::models
