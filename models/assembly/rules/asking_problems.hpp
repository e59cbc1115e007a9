// Devices that do not send page requests: what their strategy has to be.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> asking_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
