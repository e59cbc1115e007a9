// What is not modelled beside base pages of 16 or 64 KiB.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> page_size_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
