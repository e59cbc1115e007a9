// Whose faults go to user space, where the route does.
#pragma once

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

/// The page table of a process that a PASID is bound to is the kernel's own business; behind a
/// second stage it belongs to a guest.
inline bool is_user_spaces(const StrategySpec& strategy, bool behind_second_stage) {
  return behind_second_stage || !traits_of(strategy).binds_pasid;
}

}  // namespace faultpath::models
