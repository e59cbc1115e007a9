// Keys of guests that nothing reads in a run.
#pragma once

#include <string_view>
#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// A key of a guest that is not as usual, although the virtual IOMMU of the guest, or the strategy
/// of its devices, leaves nothing to do for whoever reads it. Requires that there are no problems
/// of names.
std::vector<SpecProblem> guest_key_problems(const SystemSpec& spec, const Plan& plan);

/// The keys that are looked at, in the order of the table: "vmm.costs.read".
std::vector<std::string_view> keys_that_guests_may_not_use();

}  // namespace faultpath::models
