// What holds in every run, whatever the system.
#pragma once

#include "models/assembly/system_spec.hpp"
#include "tests/models/forked_run.hpp"

namespace faultpath::models {

/// Conservation of accesses, requests, groups, answers, pages and time; bounds of every queue. Some
/// hold only when statistics cover the whole run (warm-up zero), and are checked only then.
void expect_invariants(const SystemSpec& spec, const Seen& seen);
/// Runs the system and checks them.
Seen checked_run(const SystemSpec& spec);

/// A small system drawn from everything that a scenario can say, without problems.
SystemSpec random_system(std::uint64_t seed);
/// The same behind a random topology; devices attach anywhere.
SystemSpec random_system_with_topology(std::uint64_t seed);

}  // namespace faultpath::models
