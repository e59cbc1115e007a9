// The laws of a finished run, asked of its record in result.json.
#pragma once

#include <string>

#include "models/assembly/system_spec.hpp"
#include "tests/net/value_draw.hpp"

namespace faultpath::net {

/// Which laws the record of a run of `spec` breaks, in words; empty when it keeps all of them.
std::string broken_laws(const models::SystemSpec& spec, const Json& record);

/// What a run does takes time: events, accesses, and pages mapped, pinned or taken away.
double steps_of(const Json& record);

}  // namespace faultpath::net
