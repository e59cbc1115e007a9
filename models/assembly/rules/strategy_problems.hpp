// What of a memory strategy cannot be run, or would never get anywhere.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Limits too small for what one fault needs at a time, a periodic thread that frees nothing, and
/// recency that nobody sees.
std::vector<SpecProblem> strategy_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
