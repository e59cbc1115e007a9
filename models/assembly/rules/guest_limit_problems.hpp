// Behaviours of guests, and limits of their VMMs, that have no effect.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> guest_limit_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
