// What is wrong with closed loops: those whose operations take no time have no end.
#pragma once

#include <vector>

#include "models/assembly/run.hpp"

namespace faultpath::models {

/// Devices that keep a number of operations in flight of which each may take less than half a
/// picosecond. Requires a topology without problems, or none.
std::vector<SpecProblem> loop_problems(const SystemSpec& spec);

}  // namespace faultpath::models
