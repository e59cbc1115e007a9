// Addresses that the IOMMU of a system does not translate.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/run.hpp"

namespace faultpath::models {

/// Patterns that reach beyond the input range of their kind and levels, and the first access of a
/// recording that does, with its file and line. Requires that no trace is empty.
std::vector<SpecProblem> address_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
