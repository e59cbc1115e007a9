// What does not fit: into the host's memory, or into the page states of this program.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Memory that is pinned or populated at the start against the host's, and all spaces together
/// against what can be simulated. Spaces that devices share count once, with all their pages.
std::vector<SpecProblem> memory_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
