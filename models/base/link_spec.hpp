// What a scenario says about a link.
#pragma once

#include "sim/time.hpp"

namespace faultpath::models {

/// The way between the device and the root complex, or the node to which it is attached. Data takes
/// turns in the device's DMA engine at this bandwidth; messages take turns among themselves.
struct LinkSpec {
  sim::Duration latency = sim::nanoseconds(200);  ///< one way (assumed: half a PCIe 4.0 round trip)
  double bandwidth = 16e9;  ///< bytes/s each way (PCIe 4.0 x8 before overhead)
};

}  // namespace faultpath::models
