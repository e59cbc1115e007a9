// Which systems may come to a standstill, as hardware or a kernel would.
#pragma once

#include "models/assembly/system_spec.hpp"

namespace faultpath::net {

/// True where something is missing, lost or too small: nobody answers, or everybody comes back for
/// what others have taken in the meantime. A run of any other system ends by itself.
bool may_stand_still(const models::SystemSpec& spec);

}  // namespace faultpath::net
