// What is pinned at the start against RLIMIT_MEMLOCK.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/run.hpp"

namespace faultpath::models {

/// A mapping that the engine would refuse before the devices start.
std::vector<SpecProblem> memlock_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
