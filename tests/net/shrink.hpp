// Makes a failing scenario small.
#pragma once

#include <functional>

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

/// The smallest scenario that was found for which `fails` holds, as it does for `scenario`: parts
/// are cut off, large ones first, as long as any can be. At most so many questions are asked.
Json shrunk(Json scenario, const std::function<bool(const Json&)>& fails, unsigned questions);

}  // namespace faultpath::net
