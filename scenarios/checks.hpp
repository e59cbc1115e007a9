// What can be wrong with a scenario although each of its keys is right.
#pragma once

#include "scenarios/resolve.hpp"

namespace faultpath::scenarios {

/// Throws the ConfigError of the first thing that is wrong across keys: labels that clash, a
/// warm-up as long as the run, or what the models refuse, which includes a run that never ends.
/// Notes keys that nothing reads.
void check_document(Resolved& resolved);

/// Throws the ConfigError of a key that has no effect in anything of the scenario that is run:
/// `host.mmap_lock.writers` where every strategy pins, and what nothing reads. One from a lower
/// layer than the strategies, or than the guests if they are why nothing reads it, is no error, as
/// of a profile.
void check_effects(const ResolvedScenario& scenario);

}  // namespace faultpath::scenarios
