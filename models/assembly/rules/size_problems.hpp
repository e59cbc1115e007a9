// What is too much for one process, although each value for itself is in its range.
#pragma once

#include <cstdint>
#include <vector>

#include "models/assembly/plan.hpp"
#include "models/assembly/run.hpp"

namespace faultpath::models {

/// A run is refused if what it holds from its first moment on, by estimate, takes more: 8 GiB.
inline constexpr std::uint64_t kMostState = 8ULL << 30;

/// Bytes of queues, caches, operations in flight, resets to come and pages that are there from the
/// start: of what grows with a number in the scenario. What comes in the course of a run is not in
/// it.
std::uint64_t estimated_state(const SystemSpec& spec);

/// Too much state, blaming the key that has the largest share; more functions behind one interface
/// than there are numbers; an attach that takes longer than sim::kLongestStep.
std::vector<SpecProblem> size_problems(const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
