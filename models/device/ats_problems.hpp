// What of the devices' translation services cannot be run.
#pragma once

#include <vector>

#include "models/run.hpp"

namespace faultpath::models {

/// Translation units that fit neither the pages that are mapped nor the physical function.
std::vector<SpecProblem> ats_problems(const SystemSpec& spec);

}  // namespace faultpath::models
