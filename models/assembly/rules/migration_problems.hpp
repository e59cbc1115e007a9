// Whether guests can migrate as a spec says.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Requires a spec without problems of names.
std::vector<SpecProblem> migration_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
