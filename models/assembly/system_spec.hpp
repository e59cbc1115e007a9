// One system under one strategy: all that a run depends on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/device/device_spec.hpp"
#include "models/device/operation.hpp"
#include "models/device/stop_spec.hpp"
#include "models/fabric/topology_spec.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/kernel/fault_route.hpp"
#include "models/kernel/host_spec.hpp"
#include "models/strategy/strategy_spec.hpp"
#include "sim/fingerprint.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

struct RunSpec {
  StopSpec stop;
  sim::Duration warmup{};  ///< statistics cover what starts after it
  std::uint64_t seed = 1;
  unsigned replication = 0;
  /// Let devices consume hits ahead of the clock; the result is the same without.
  bool temporal_decoupling = true;
  /// Follow levels over time: memory, the queue's depth, requests under way. A result needs it of
  /// one replication only.
  bool level_series = true;
  sim::FingerprintIngredients fingerprint;
  bool by_device = false;  ///< the outcome has what belongs to each device spec, too
};

struct SystemSpec {
  HostSpec host;
  IommuSpec iommu;
  FaultRoute route = FaultRoute::per_page_table;
  std::optional<TopologySpec> topology;  ///< absent: every device has a link of its own
  std::vector<DeviceSpec> devices;
  /// The loaded traces, one for each device spec; empty where the workload is not a trace.
  std::vector<Trace> traces;
  StrategySpec strategy;
  RunSpec run;
};

}  // namespace faultpath::models
