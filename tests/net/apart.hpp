// Work in a process of its own, which may crash, loop or take all memory.
#pragma once

#include <functional>
#include <optional>

#include "tests/net/value_draw.hpp"

namespace faultpath::net {

/// What `work` gives, or nothing when its process ended otherwise. `seconds` of a processor.
std::optional<Json> apart(const std::function<Json()>& work, unsigned seconds);

}  // namespace faultpath::net
