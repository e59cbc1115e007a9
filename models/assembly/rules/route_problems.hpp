// What a route of faults cannot tell apart.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// With one handler for each device, contexts of one device that have I/O page tables of their own:
/// a second consumer cannot register (Linux before 6.7, -EBUSY).
std::vector<SpecProblem> route_problems(const SystemSpec& spec);

}  // namespace faultpath::models
