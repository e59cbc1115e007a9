// What contradicts itself between a guest, its VMM and its virtual CPUs.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// Work of the VMM that leaves no time, interrupts and bindings that nothing needs, and a second
/// stage of the processor that nobody touches. Requires that guests have names.
std::vector<SpecProblem> guest_vmm_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
