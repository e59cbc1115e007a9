// The reactions of a device to a fault, each with the keys of the device that only it has.
#pragma once

#include <vector>

#include "scenarios/declare/kinds.hpp"
#include "scenarios/document.hpp"

namespace faultpath::scenarios {

/// In the order of OnFault.
std::vector<KindKeys<models::AttachedDeviceSpec>> on_fault_kinds();

}  // namespace faultpath::scenarios
