// What user space does with its queues while devices run.
#pragma once

#include "models/assembly/system_spec.hpp"
#include "models/kernel/kernel.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Starts them now. `spec` and `kernel` outlive the simulation.
void start_user_events(sim::Simulation& simulation, const SystemSpec& spec, Kernel& kernel);

}  // namespace faultpath::models
