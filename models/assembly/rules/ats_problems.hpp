// What of the devices' translation services cannot be run.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Translation units that do not fit the pages that are mapped or the physical function, and what
/// is said of translation requests where there are none.
std::vector<SpecProblem> ats_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
