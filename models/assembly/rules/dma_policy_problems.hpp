// What does not go together with software that acts before and after each operation.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Tables of processes with declared areas under a strategy that acts around DMA.
std::vector<SpecProblem> dma_policy_problems(const Plan& plan);

}  // namespace faultpath::models
