// What a strategy pins when it is attached.
#pragma once

#include "models/assembly/plan.hpp"

namespace faultpath::models {

/// Pages of the process that a table has pinned before its devices start, and that stay: all of
/// them, or those on which devices cannot fault with those that the strategy chooses.
Runs pinned_for_good(const Plan& plan, const Plan::Table& table);

/// Those, and what a strategy that pins on faults has mapped ahead of them; under a limit as many.
Runs pinned_at_start(const Plan& plan, const Plan::Table& table);

/// The pages of both.
Runs merged(const Runs& a, const Runs& b);

}  // namespace faultpath::models
