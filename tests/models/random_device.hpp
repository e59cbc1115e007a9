// Random devices of a random system.
#pragma once

#include <cstdint>

#include "models/device/device_spec.hpp"
#include "models/device/operation.hpp"
#include "tests/models/random_values.hpp"

namespace faultpath::models {

/// The device spec with this index, 0 or 1: like devices with any reaction and any pattern.
DeviceSpec random_device(RandomValues& values, std::uint64_t index);

/// Operations of any place and size, so that they overlap in every way. The device replays them
/// from now on.
Trace random_trace(RandomValues& values, DeviceSpec& device);

}  // namespace faultpath::models
