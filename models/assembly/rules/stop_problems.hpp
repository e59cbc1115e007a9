// Ends of a run that cannot come.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/run.hpp"

namespace faultpath::models {

/// A number of faults as the only end of a run that cannot have so many: none can begin under pin,
/// and where nothing is ever taken away each device faults on a page once. Silent where resets,
/// events, reactions to faults or reclaim make it uncertain, and where traces end the run.
std::vector<SpecProblem> stop_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
