// Which keys of two resolved scenarios differ.
#pragma once

#include <vector>

#include "analysis/check.hpp"
#include "analysis/json.hpp"

namespace faultpath::analysis {

/// By path, in the order of `base`, then those that only `now` has. Elements of lists are named by
/// their `name` or `kind` where each has another, else by number. Without the keys that change
/// nothing in a run: name, description, replications, seed (runs name their own) and check.
std::vector<ChangedKey> changed_keys(const Json& base, const Json& now);

}  // namespace faultpath::analysis
