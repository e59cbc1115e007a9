// What devices are attached to, and what contradicts itself there.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Processes that are not there, twice, or used by nobody; tables that devices share although they
/// differ in what is behind them; and what a route cannot tell apart. A plan may be made of what
/// has none of these.
std::vector<SpecProblem> process_problems(const SystemSpec& spec);

}  // namespace faultpath::models
