// Rules about declared areas, and about what only acts on them.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/run.hpp"
#include "models/assembly/system_spec.hpp"

namespace faultpath::models {

/// Places and kinds of areas, CPU accesses, sources of MMU notifiers. Needs no plan.
std::vector<SpecProblem> area_problems(const SystemSpec& spec);
/// What reaches beyond the areas where that cannot be answered. Requires that the others hold.
std::vector<SpecProblem> area_reach_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
