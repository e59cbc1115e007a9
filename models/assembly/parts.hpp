// What of a result can be told by device, by guest and by process.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/assembly/dimension.hpp"
#include "models/assembly/plan.hpp"
#include "models/assembly/system_spec.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::models {

/// The counters that parts have, in the order of the contract, so that those of all parts sum to
/// the run's. By device and by process: those to which devices alone contribute. By guest also
/// those that each guest counts for itself. Left out is what belongs to the queue, the IOMMU or the
/// host, and by device and by process what belongs to an address space.
const std::vector<CounterInfo>& part_counter_table(Dimension dimension);

/// The parts of a run, and which of them each device spec belongs to.
struct PartPlan {
  std::vector<std::string> names;      ///< each once
  std::vector<std::size_t> of_device;  ///< a place in `names` for each device spec
};

/// By device: each spec is one. By guest: the guests in the order of the specs, then `host` for the
/// host and for devices of no guest. By process: the processes in the order of the first device of
/// each; a device with contexts in several processes has a part of its own, called `db + log`.
/// A name that is taken is followed by `(2)`.
PartPlan part_plan(Dimension dimension, const SystemSpec& spec, const Plan& plan);

}  // namespace faultpath::models
