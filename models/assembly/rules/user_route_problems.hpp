// What cannot be served by user space.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// With a route to user space: a core that cannot keep its groups apart, tables whose faults cannot
/// go there, and exceptions that concern nobody. Requires that every process that a device names is
/// there.
std::vector<SpecProblem> user_route_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
