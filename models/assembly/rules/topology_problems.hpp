// What is wrong with a topology although each of its values is in its range.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Names that clash or that nobody has, ports and switches that form no tree, nodes without a way
/// to the IOMMU, devices attached to nothing. Empty without a topology and devices attached to it.
std::vector<SpecProblem> topology_problems(const SystemSpec& spec);

}  // namespace faultpath::models
