// Virtual IOMMUs against what lies below them and before them.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> viommu_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
