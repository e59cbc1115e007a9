// What cannot be run, or has no effect, in the settings and events of the IOMMU.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> iommu_problems(const SystemSpec& spec);

}  // namespace faultpath::models
