// A scenario file as read: the models' specs and how often to run them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/assembly/system_spec.hpp"

namespace faultpath::scenarios {

/// The time before statistics start.
struct Warmup {
  sim::Duration length{};
  bool automatic = false;  ///< found by a pilot run
};

/// Counts over all devices; the first to be reached ends the run.
struct StopAfter {
  std::optional<std::uint64_t> operations;
  std::optional<std::uint64_t> faults;
};

/// How much a metric may change and still count as the same in a check.
struct Margin {
  std::string metric;  ///< or a distribution, or a statistic of all distributions
  double share = 0.0;
};
/// What `faultpath check` takes from the scenario of the result that it judges.
struct CheckSpec {
  std::vector<Margin> margins;  ///< of several that fit a metric the last holds
};

/// The top-level keys, but for `extends` and `variants`, which are settled before.
struct Document {
  std::uint64_t version = 1;
  std::string name;
  std::string description;
  std::optional<sim::Duration> duration;
  StopAfter stop_after;
  Warmup warmup;
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  bool temporal_decoupling = true;
  models::HostSpec host;
  models::IommuSpec iommu;
  std::optional<models::RouteSpec> route;  ///< absent: that of the kernel's era
  std::optional<models::TopologySpec> topology;
  std::vector<models::ProcessSpec> processes;
  std::vector<models::GuestMachineSpec> guests;
  std::vector<models::AttachedDeviceSpec> devices;
  std::vector<models::StrategySpec> strategies;
  CheckSpec check;
};

}  // namespace faultpath::scenarios
