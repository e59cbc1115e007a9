// What of the page tables and their bits cannot be run.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Keys of the second stage that contradict each other, the kind or the strategy, and accessed and
/// dirty bits that no table keeps.
std::vector<SpecProblem> table_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
