// What a device cannot do, and recordings that do not fit it.
#pragma once

#include <cstddef>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Of the workload of one device spec. Requires a trace where it is a recording.
std::vector<SpecProblem> workload_problems(const SystemSpec& spec, std::size_t device);

}  // namespace faultpath::models
