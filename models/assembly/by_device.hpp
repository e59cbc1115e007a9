// What of a result can be told by device.
#pragma once

#include <vector>

#include "models/metrics/metrics.hpp"

namespace faultpath::models {

/// The counters to which devices alone contribute, so that those of each sum to the run's, in the
/// order of the contract. Left out is what belongs to an address space, to the queue or to the
/// host.
const std::vector<CounterInfo>& device_counter_table();

}  // namespace faultpath::models
