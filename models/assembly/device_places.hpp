// Where the devices of a system stand in its topology.
#pragma once

#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/fabric/topology_spec.hpp"

namespace faultpath::models {

/// One for each device spec, in their order.
inline std::vector<DevicePlace> places_of(const SystemSpec& spec) {
  std::vector<DevicePlace> places;
  for (const DeviceSpec& device : spec.devices) {
    places.push_back({device.link, device.attach, device.count});
  }
  return places;
}

}  // namespace faultpath::models
