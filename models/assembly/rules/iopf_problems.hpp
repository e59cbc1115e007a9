// What the I/O page fault core cannot do, or has no use for.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

std::vector<SpecProblem> iopf_problems(const SystemSpec& spec);

}  // namespace faultpath::models
