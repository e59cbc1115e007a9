// Whether a strategy can be the kernel's of a guest.
#pragma once

#include <string>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Of a table of a process of the guest; `path` is that of the strategy.
std::vector<SpecProblem> guest_strategy_problems(const StrategySpec& strategy,
                                                 const std::string& path,
                                                 const GuestMachineSpec& guest);

}  // namespace faultpath::models
