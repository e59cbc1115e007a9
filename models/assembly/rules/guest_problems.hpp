// Whether the guests of a system can run, and their devices be what they say.
#pragma once

#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/base/spec_problem.hpp"

namespace faultpath::models {

/// The guest that has the device; null: none, or there is no guest of that name.
const GuestMachineSpec* guest_of(const SystemSpec& spec, const AttachedDeviceSpec& device);

/// Names and processes of guests. A plan may be made of what has none of these, and none of
/// process_problems().
std::vector<SpecProblem> guest_name_problems(const SystemSpec& spec);
/// Everything else that only guests have. Requires that there are no problems of names.
std::vector<SpecProblem> guest_problems(const SystemSpec& spec, const Plan& plan);

/// Behind guests there is a second stage: of four levels, unless the spec says how many.
SystemSpec with_second_stage(SystemSpec spec);

}  // namespace faultpath::models
